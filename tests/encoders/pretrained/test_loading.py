"""What a person is told whose model cannot be loaded."""

import json
import logging
import os
import runpy
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from malsori.encoders import ENCODERS
from malsori.encoders.pretrained.loading import (
    KINDS_OF_SPEECH,
    load_config,
    load_model,
    load_part,
)
from malsori.encoders.pretrained.tokenising import tokeniser_hash, tokeniser_of
from malsori.errors import MalsoriError
from malsori.registry import ComponentConfig
from malsori.signals.audio import Audio

TINY = runpy.run_path(str(Path(__file__).parents[1] / "tiny.py"))
FILES = ("config.json", "model.safetensors")
VOICE = Audio(np.full(8000, 0.1, np.float32), 16000)


@pytest.fixture
def copied(tiny_model, tmp_path):
    """A tiny model's folder, to be damaged."""

    def copy(name: str) -> Path:
        return Path(shutil.copytree(tiny_model(name), tmp_path / name))

    return copy


@pytest.fixture
def hub(monkeypatch):
    """Names that the hub was asked for, and if retries would be printed; it knows none."""
    asked = []
    retries = logging.getLogger("huggingface_hub.utils._http")
    logging.getLogger("huggingface_hub").setLevel(logging.WARNING)

    def refuse(model, **_):
        asked.append((model, "noisy" if retries.isEnabledFor(logging.WARNING) else "quiet"))
        raise OSError("no network")

    monkeypatch.setattr("transformers.AutoConfig.from_pretrained", refuse)
    return asked


def build(kind: str, model: Path):
    return ENCODERS.build(ComponentConfig(kind=kind, model=str(model)))


def cut(path: Path, share: float = 0.5) -> None:
    os.truncate(path, int(path.stat().st_size * share))


def told(ask, *given) -> MalsoriError:
    with pytest.raises(MalsoriError) as caught:
        ask(*given)
    assert "\n" not in str(caught.value)
    return caught.value


class TestNames:
    @pytest.mark.parametrize(
        "name", ["/nowhere/w2v", "./w2v", "../w2v", "~/w2v", "a/b/c", "models/w2v"]
    )
    def test_what_only_a_folder_could_be_is_not_asked_of_the_hub(
        self, hub, name, tmp_path, monkeypatch
    ):
        (tmp_path / "models").mkdir()
        monkeypatch.chdir(tmp_path)
        assert told(load_config, name).message == f"there is no folder {name}"
        assert hub == []

    @pytest.mark.parametrize("name", ["bert", "nobody/bert"])
    def test_a_name_of_the_hub_is_asked_without_noise(self, hub, name, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert f"{name!r} is not a folder here" in told(load_config, name).message
        assert hub == [(name, "quiet")]

    def test_a_folder_of_an_owners_name_is_told_to_hide_the_hubs(self, tmp_path, monkeypatch):
        (tmp_path / "models").mkdir()
        monkeypatch.chdir(tmp_path)
        assert "hidden by the folder models" in told(load_config, "models/w2v").hint

    @pytest.mark.parametrize("file", FILES)
    def test_a_file_is_no_model(self, tiny_model, file):
        folder = tiny_model("wav2vec2")
        error = told(load_config, f"{folder}/{file}")
        assert error.message.startswith(f"{folder}/{file} is a file")
        assert error.hint == f"name its folder: {folder}"


class TestDamaged:
    @pytest.mark.parametrize("share", [0.0, 0.1, 0.99])
    @pytest.mark.parametrize("file", FILES)
    def test_the_damaged_file_is_named(self, copied, file, share):
        folder = copied("electra")
        cut(folder / file, share)
        error = told(load_model, str(folder))
        assert error.message.startswith(f"{folder / file} is damaged")
        assert error.hint == "copy it again"

    @pytest.mark.parametrize("share", [0.0, 0.9])
    def test_so_are_weights_that_torch_saved(self, copied, share):
        from safetensors.torch import load_file

        folder = copied("electra")
        weights = load_file(folder / "model.safetensors")
        (folder / "model.safetensors").unlink()
        torch.save(weights, folder / "pytorch_model.bin")
        load_model(str(folder))
        cut(folder / "pytorch_model.bin", share)
        error = told(load_model, str(folder))
        assert error.message.startswith(f"{folder / 'pytorch_model.bin'} is damaged")

    @pytest.mark.parametrize("file", FILES)
    def test_a_missing_file_is_not_damaged(self, copied, file):
        folder = copied("electra")
        (folder / file).unlink()
        error = told(load_model, str(folder))
        assert "damaged" not in str(error)
        assert error.hint.startswith("the folder needs config.json and model.safetensors")

    def test_nor_is_an_architecture_that_nobody_knows(self, copied):
        folder = copied("electra")
        (folder / "config.json").write_text('{"model_type": "elektra"}')
        error = told(load_model, str(folder))
        assert "elektra" in error.message
        assert "damaged" not in str(error)
        assert "its files look whole" in error.hint


class TestArchitecture:
    @pytest.mark.parametrize("name", TINY["SPEECH"])
    def test_the_kind_that_reads_it_is_named(self, tiny_model, name):
        other = "hubert" if "hubert" not in name else "wavlm"
        error = told(build(other, tiny_model(name)).prepare, VOICE)
        assert error.hint == f"kind: {TINY['KIND_OF'][name]} reads it"

    def test_every_kind_of_speech_is_known(self):
        known = {
            architecture: kind
            for kind in ENCODERS.kinds()
            for architecture in getattr(ENCODERS.load(kind), "types", ())
        }
        assert known == KINDS_OF_SPEECH

    def test_of_what_no_kind_reads_those_that_are_read_are_named(self, copied):
        folder = copied("wav2vec2")
        (folder / "config.json").write_text('{"model_type": "sew"}')
        assert told(load_config, str(folder), None, ["hubert"]).hint == (
            "no kind reads it; of speech these are read: "
            "wav2vec2, hubert, wavlm, data2vec_audio, whisper"
        )

    def test_a_model_of_texts_is_sent_to_its_kind(self, tiny_model):
        error = told(build("wav2vec2", tiny_model("electra")).prepare, VOICE)
        assert error.hint.endswith("a model of texts is read by kind: transformer")

    @pytest.mark.parametrize("ask", [tokeniser_of, tokeniser_hash])
    @pytest.mark.parametrize("name", TINY["SPEECH"])
    def test_a_model_that_hears_reads_no_text(self, tiny_model, name, ask):
        error = told(ask, tiny_model(name))
        assert "which hears speech" in error.message
        assert error.hint == f"kind: {TINY['KIND_OF'][name]} reads it"


class TestParts:
    @pytest.mark.parametrize("ask", [tokeniser_of, tokeniser_hash])
    @pytest.mark.parametrize("name", ["electra", "roberta"])
    def test_a_model_without_a_tokenizer(self, copied, name, ask):
        folder = copied(name)
        for path in folder.glob("tokenizer*"):
            path.unlink()
        error = told(ask, str(folder))
        assert error.message == f"{folder} has no tokenizer"
        assert error.hint == "save it beside the weights: tokenizer.save_pretrained"

    def test_a_damaged_tokenizer_is_not_called_missing(self, copied):
        folder = copied("electra")
        cut(folder / "tokenizer.json")
        error = told(tokeniser_of, str(folder))
        assert "has no usable tokenizer" in error.message
        assert "copy it again" in error.hint

    def test_a_library_that_is_absent_is_no_damage(self, tiny_model):
        def load(*_, **__):
            raise ImportError("sentencepiece is needed")

        error = told(load_part, load, tiny_model("electra"), None, "tokenizer", FILES)
        assert "sentencepiece is needed" in error.message
        assert error.hint == "install what it needs"

    @pytest.mark.parametrize("name", ["wav2vec2", "whisper"])
    def test_a_model_without_a_feature_extractor(self, copied, name):
        folder = copied(name)
        (folder / "preprocessor_config.json").unlink()
        error = told(build(name, folder).prepare, VOICE)
        assert error.message == f"{folder} has no feature extractor (preprocessor_config.json)"
        assert error.hint == "save it beside the weights: feature_extractor.save_pretrained"

    def test_a_damaged_feature_extractor_is_not_called_missing(self, copied):
        folder = copied("wav2vec2")
        cut(folder / "preprocessor_config.json")
        error = told(build("wav2vec2", folder).prepare, VOICE)
        assert "has no usable preprocessor_config.json" in error.message
        assert "copy it again" in error.hint


def change(file: Path, **values) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **values}))


class TestFit:
    """A model and what belongs to another one."""

    @pytest.mark.parametrize(
        ("changes", "numbers"),
        [
            ({"feature_size": 128}, ("mel bands: 80", "128")),
            ({"sampling_rate": 24000}, ("16,000", "24,000")),
            ({"chunk_length": 10}, ("frames at once: 3,000", "1,000")),
        ],
    )
    def test_whisper_and_its_feature_extractor(self, copied, changes, numbers):
        folder = copied("whisper")
        change(folder / "preprocessor_config.json", **changes)
        error = told(build("whisper", folder).fingerprint)
        assert all(number in error.message for number in numbers)
        assert "copy the model's own" in error.hint

    def test_a_model_of_samples_and_an_extractor_of_mel_bands(self, copied):
        folder = copied("wav2vec2")
        change(folder / "preprocessor_config.json", feature_size=80)
        error = told(build("wav2vec2", folder).fingerprint)
        assert "needs values a sample: 1, and its feature extractor makes 80" in error.message

    @pytest.mark.parametrize("name", ["electra", "xlm-roberta"])
    def test_a_tokenizer_with_more_ids_than_embeddings(self, copied, name):
        folder = copied(name)
        size = json.loads((folder / "config.json").read_text())["vocab_size"]
        change(folder / "config.json", vocab_size=size - 5)
        error = told(tokeniser_of, str(folder))
        assert f"embeddings for {size - 5} tokens, and its tokenizer ids up to {size - 1}" in (
            error.message
        )
