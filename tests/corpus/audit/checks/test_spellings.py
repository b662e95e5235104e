"""Names that may be one, written in several ways."""

import polars as pl
import pytest

from malsori.words import Words

say = Words("en").say


def plant(toy):
    """Every other row of two speakers calls them in small letters."""
    names = [
        name.lower() if i % 2 and name in ("S0003", "S0004") else name
        for i, name in enumerate(toy.rows["speaker"])
    ]
    return toy.but(speaker=names)


def test_names_that_differ_in_case_are_told(toy):
    (found,) = plant(toy).examine("spellings")
    assert (found.severity, found.subject) == ("warning", "speaker")
    assert found.numbers["sets"] == 2
    assert found.numbers["in_parts"] is None
    assert "('S0003' ≈ 's0003' and 'S0004' ≈ 's0004')" in say(found.message)


def test_a_split_that_has_them_in_several_parts_is_told(toy):
    ill = plant(toy)
    parts = ["test" if name.islower() else "train" for name in ill.rows["speaker"]]
    (found,) = ill.split(parts).examine("spellings")
    assert found.numbers["in_parts"] == 2
    assert "2 of them stand in several parts of split by-speaker" in say(found.message)


@pytest.mark.parametrize("other", ["ｒoom 1", "Room 01", "room1", "room  1"])
def test_other_columns_are_a_note(toy, other):
    (found,) = toy.but(meta__room=["room 1", other] * 200).examine("spellings")
    assert (found.severity, found.subject) == ("note", "meta.room")


def test_what_comes_hardly_ever_again_is_no_group(toy):
    texts = [f"remark {i // 2}" if i % 2 else f"Remark {i // 2}" for i in range(400)]
    assert not toy.but(meta__remark=texts).examine("spellings")


def test_spellings_of_an_older_corpus_are_told(toy):
    spelt = [f" {name}" if i % 2 else name for i, name in enumerate(toy.rows["speaker"])]
    (found,) = toy.but(speaker=spelt).examine("spellings")
    assert (found.severity, found.numbers["names"]) == ("note", toy.rows["speaker"].n_unique())
    assert pl.Series(spelt).n_unique() == found.numbers["written"]


def test_a_split_that_keeps_them_together_is_told(toy):
    (found,) = plant(toy).split(["train"] * 400).examine("spellings")
    assert "none of them stands in several parts of split by-speaker" in say(found.message)
    assert not say(found.message).startswith("speaker"), "the column is its subject already"
