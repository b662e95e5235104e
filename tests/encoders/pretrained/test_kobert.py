import unicodedata

import numpy as np
import pytest
import torch
from transformers import AutoModel

from malsori.encoders.kinds.transformer import Transformer
from malsori.encoders.pretrained.kobert import kobert_tokeniser, spell
from malsori.encoders.pretrained.tokenising import tokeniser_of
from malsori.errors import MalsoriError

sentencepiece = pytest.importorskip("sentencepiece")
TEXT = "불이 났어요 빨리 와 주세요"


@pytest.fixture
def folder(tiny_model):
    return tiny_model("kobert")


@pytest.fixture
def processor(folder):
    return sentencepiece.SentencePieceProcessor(model_file=f"{folder}/spiece.model")


def test_ids_are_those_of_sentencepiece(folder, processor):
    tokeniser = tokeniser_of(folder)
    for text in (TEXT, "네", "where are you 303호", "모르는말!"):
        assert list(tokeniser.ids(text)) == processor.encode(text)
    assert tokeniser.ids("") == []


def test_cls_comes_first_whatever_the_folder_says(folder, processor):
    """The folder names XLNet's class, which puts CLS behind the text."""
    tokeniser = tokeniser_of(folder)
    assert tokeniser.before == (processor.piece_to_id("[CLS]"),) == (2,)
    assert tokeniser.after == (processor.piece_to_id("[SEP]"),) == (3,)
    assert (tokeniser.pad, tokeniser.summary, tokeniser.positions) == (1, 0, 40)
    ids = [2, *processor.encode(TEXT), 3]
    with torch.inference_mode():
        states = AutoModel.from_pretrained(folder)(torch.tensor([ids])).last_hidden_state[0]
    found = Transformer(model=folder, precision="float32").prepare(TEXT)
    np.testing.assert_allclose(found[0], states[0].numpy(), atol=1e-5)


def test_spelling_is_that_of_its_training(processor):
    plain = spell(processor, TEXT)
    assert "".join(plain) == "\u2581" + TEXT.replace(" ", "\u2581")
    assert spell(processor, f"  {TEXT.replace(' ', '   ')}\n") == plain
    assert spell(processor, unicodedata.normalize("NFD", TEXT)) == plain
    assert spell(processor, "``네''") == spell(processor, '"네"')
    assert spell(processor, "é") == spell(processor, "e")


class Fixed:
    """A processor that makes the pieces that a table says."""

    def __init__(self, table):
        self.table = table

    def encode(self, text, out_type):
        return self.table[text]


@pytest.mark.parametrize(
    ("pieces", "again", "spelt"),
    [
        (["\u258112,"], ["\u258112"], ["\u258112", ","]),
        (["\u2581약", "12,"], ["\u258112"], ["\u2581약", "12", ","]),  # stays inside its word
        (["\u2581약", "12,"], ["\u2581", "12"], ["\u2581약", "12", ","]),
        (["\u2581네,"], [], ["\u2581네,"]),  # no digit in front
    ],
)
def test_a_comma_behind_a_digit_is_a_piece(pieces, again, spelt):
    assert spell(Fixed({"text": pieces, "12": again}), "text") == spelt


def test_a_vocabulary_beside_it_decides_the_ids(folder, processor, tmp_path):
    """As in the other published port, whose vocab.txt has an order of its own."""
    pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
    shuffled = ["[PAD]", *reversed([piece for piece in pieces if piece != "[PAD]"])]
    (tmp_path / "vocab.txt").write_text("\n".join(shuffled) + "\n", encoding="utf-8")
    from pathlib import Path

    tokeniser = kobert_tokeniser(
        Path(folder) / "spiece.model", tmp_path / "vocab.txt", positions=512
    )
    expected = [shuffled.index(processor.id_to_piece(i)) for i in processor.encode(TEXT)]
    assert list(tokeniser.ids(TEXT)) == expected
    assert (tokeniser.before, tokeniser.pad) == ((shuffled.index("[CLS]"),), 0)


def test_a_sentencepiece_file_of_another_family_is_refused(tmp_path):
    (tmp_path / "text.txt").write_text("\n".join([TEXT] * 5), encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(tmp_path / "text.txt"), model_prefix=str(tmp_path / "spiece"), vocab_size=30,
        hard_vocab_limit=False, minloglevel=2,
    )  # fmt: skip
    with pytest.raises(MalsoriError, match=r"no piece \[CLS\]"):
        kobert_tokeniser(tmp_path / "spiece.model", None, 512)


def test_a_broken_file_is_refused(tmp_path):
    (tmp_path / "spiece.model").write_bytes(b"not a model")
    with pytest.raises(MalsoriError, match="no sentencepiece file"):
        kobert_tokeniser(tmp_path / "spiece.model", None, 512)


def test_without_the_package_it_is_said_how_to_get_it(folder, monkeypatch):
    import sys
    from pathlib import Path

    monkeypatch.setitem(sys.modules, "sentencepiece", None)
    with pytest.raises(MalsoriError, match=r"malsori\[sentencepiece\]"):
        kobert_tokeniser(Path(folder) / "spiece.model", None, 512)
