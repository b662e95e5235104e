import os

from malsori.encoders import ENCODERS
from malsori.encoders.pretrained import hashing
from malsori.encoders.pretrained.hashing import file_hash
from malsori.io import sha256_file
from malsori.registry import ComponentConfig


def test_a_file_is_read_again_only_when_it_has_changed(tmp_path, monkeypatch):
    path = tmp_path / "weights"
    path.write_bytes(b"one")
    first = file_hash(path)
    assert first == sha256_file(path)
    with monkeypatch.context() as patch:
        patch.setattr(hashing, "sha256_file", lambda _: "read again")
        assert file_hash(path) == first
    path.write_bytes(b"two")
    os.utime(path, ns=(1, 1))
    assert file_hash(path) == sha256_file(path) != first


def test_a_tokenizer_that_is_saved_anew_is_loaded_anew(tiny_model, tmp_path):
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_model("electra"))
    tokenizer.save_pretrained(tmp_path)
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).symlink_to(f"{tiny_model('electra')}/{name}")
    encoder = ENCODERS.build(ComponentConfig(kind="transformer", model=str(tmp_path), pool="mean"))
    before, text = encoder.fingerprint(), "빨리 와 주세요"
    length = encoder.token_length(text)
    tokenizer.backend_tokenizer.post_processor = None  # no more [CLS] and [SEP]
    tokenizer.save_pretrained(tmp_path)
    assert encoder.token_length(text) == length - 2
    assert encoder.fingerprint() != before
