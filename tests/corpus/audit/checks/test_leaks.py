"""Leaks of the named split."""

import pytest

from malsori.words import Words


@pytest.fixture
def split_toy(toy, split_by_speaker):
    return split_by_speaker(toy)


def plant(toy):
    return toy.split(["train", "test"] * 200)


def test_a_split_by_rows_leaks_speakers(toy):
    found = plant(toy).examine("leaks")
    (group,) = [f for f in found if f.numbers["kind"] == "group"]
    assert group.severity == "serious"
    assert group.numbers["column"] == "speaker"
    assert "--by speaker" in group.prescription.command


def test_texts_that_stand_in_several_parts(split_toy):
    texts = split_toy.rows["text"].to_list()
    texts[-1] = texts[0]
    parts = split_toy.parts.to_list()
    parts[0], parts[-1] = "train", "test"
    alone = split_toy.but(text=texts, speaker=[f"S{i}" for i in range(400)]).split(parts)
    (found,) = [f for f in alone.examine("leaks") if f.numbers["kind"] == "text"]
    assert found.severity == "warning"
    assert set(found.examples) == {"T000000", "T000399"}


def test_without_a_split_it_says_how_to_name_one(toy):
    assert "--split" in Words("en").say(toy.audit("leaks").skipped["leaks"])
