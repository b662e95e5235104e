"""Transcripts and the encoder's limit."""

import pytest

from malsori.corpus.audit import Tokens


def plant(toy):
    return toy.limited(60)


def test_the_share_that_is_cut_off(toy):
    (found,) = plant(toy).examine("transcript")
    lengths = toy.rows["text"].str.len_chars().cast(int)
    assert found.numbers["rows"] == (lengths > 60).sum()
    assert found.numbers["longest"] == lengths.max()
    assert found.numbers["lost"] == pytest.approx((lengths - 60).clip(0).sum() / lengths.sum())
    assert toy.rows["text"][int(found.examples[0][1:])] is not None
    assert lengths[int(found.examples[0][1:])] == lengths.max()


@pytest.mark.parametrize(("limit", "severity"), [(80, "note"), (70, "warning"), (20, "serious")])
def test_severity_goes_with_the_share(toy, limit, severity):
    (found,) = toy.limited(limit).examine("transcript")
    assert found.severity == severity


def test_the_limit_is_inclusive(toy):
    assert not toy.limited(int(toy.rows["text"].str.len_chars().max())).examine("transcript")


def test_length_is_what_the_tokenizer_says(toy):
    from dataclasses import replace

    words = replace(toy, tokens=Tokens(lambda text: len(text.split()), 5, "words"))
    (found,) = words.examine("transcript")
    assert "longer than 5 words" in found.message


def test_without_a_limit_nothing_is_cut(toy):
    assert "--recipe" in toy.limited(None).audit("transcript").skipped["transcript"]
