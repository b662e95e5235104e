"""Transcripts and the encoder's limit."""

import pytest

from malsori.corpus.audit import Tokens
from malsori.notes import Note
from malsori.words import Words

say = Words("en").say


def plant(toy):
    return toy.limited(60)


def test_the_share_that_is_cut_off(toy):
    (found,) = plant(toy).examine("cut")
    lengths = toy.rows["text"].str.len_chars().cast(int)
    assert found.numbers["texts"] == (lengths > 60).sum()
    assert found.numbers["longest"] == lengths.max()
    assert found.numbers["tokens_lost"] == (lengths - 60).clip(0).sum()
    assert found.numbers["tokens"] == lengths.sum()
    assert found.prescription.settings == {"encoders.text.long": "chunk"}
    assert toy.rows["text"][int(found.examples[0][1:])] is not None
    assert lengths[int(found.examples[0][1:])] == lengths.max()


@pytest.mark.parametrize(("limit", "severity"), [(80, "note"), (70, "warning"), (20, "warning")])
def test_severity_goes_with_the_share(toy, limit, severity):
    (found,) = toy.limited(limit).examine("cut")
    assert found.severity == severity


def test_the_limit_is_inclusive(toy):
    assert not toy.limited(int(toy.rows["text"].str.len_chars().max())).examine("cut")


def test_length_is_what_the_tokenizer_says(toy):
    from dataclasses import replace

    words = replace(
        toy, tokens=Tokens(lambda text: len(text.split()), 5, Note("audit.unit.tokens"))
    )
    (found,) = words.examine("cut")
    assert "longer than 5 tokens" in say(found.message)


def test_without_a_limit_nothing_is_cut(toy):
    assert "--recipe" in say(toy.limited(None).audit("cut").skipped["cut"])
