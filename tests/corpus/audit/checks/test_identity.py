"""Groups that tell the label."""

import pytest

from malsori.words import Words

say = Words("en").say


def plant(toy):
    """Each speaker has one mood."""
    moods = ["불안", "당황", "중립"]
    mine = {s: moods[i % 3] for i, s in enumerate(toy.rows["speaker"].unique().sort())}
    return toy.but(label__mood=[mine[s] for s in toy.rows["speaker"]])


def test_speakers_of_one_mood_are_a_note(toy):
    (found,) = plant(toy).examine("identity")
    assert (found.severity, found.subject) == ("note", "mood")
    assert found.numbers["skill"] > 0.7
    assert found.numbers["kept_apart"] is None
    assert "--by speaker" in found.prescription.command


def test_a_split_that_divides_them_is_serious(toy):
    (found,) = plant(toy).split(["train", "test"] * 200).examine("identity")
    assert found.severity == "serious"
    assert "has the same speaker in several parts" in say(found.message)


def test_a_split_that_keeps_them_apart_is_no_fault(toy, split_by_speaker):
    (found,) = split_by_speaker(plant(toy)).examine("identity")
    assert found.severity == "note"
    assert found.numbers["kept_apart"] is True


@pytest.mark.parametrize("column", ["speaker", "call", "dialogue"])
def test_every_kind_of_group_is_looked_at(toy, column):
    ill = plant(toy)
    moved = ill.but(**{"speaker": [None] * 400, column: ill.rows["speaker"]})
    assert moved.examine("identity")[0].numbers["column"] == column


def test_one_row_for_each_group_cannot_tell(toy):
    alone = toy.but(speaker=[f"S{i}" for i in range(400)])
    assert "identity" in alone.audit("identity").skipped
