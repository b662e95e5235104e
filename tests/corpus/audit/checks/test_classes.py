"""Rare and absent classes."""

import numpy as np

from malsori.words import Words

say = Words("en").say


def plant(toy):
    """Three rows are neutral."""
    return toy.but(label__mood=["중립"] * 3 + ["불안", "당황"] * 198 + ["불안"])


def test_a_class_of_few_rows_is_a_note(toy):
    found = plant(toy).examine("classes")
    assert "a class with fewer than 10 rows, of 400 with a label: 중립 (3)" in say(found[0].message)
    assert found[0].examples == ("T000000", "T000001", "T000002")


def test_a_dominant_class_is_a_note(toy):
    moods = ["불안"] * 370 + ["당황"] * 15 + ["중립"] * 15
    found = [f for f in toy.but(label__mood=moods).examine("classes") if f.severity == "note"]
    assert any("92 % of 400 labelled rows have class 불안" in say(f.message) for f in found)


def test_a_class_that_training_lacks_is_serious(toy, split_by_speaker):
    ill = split_by_speaker(toy)
    moods = [
        "불안" if part == "train" and mood == "중립" else mood
        for part, mood in zip(ill.parts, ill.rows["label.mood"], strict=True)
    ]
    found = ill.but(label__mood=moods).examine("classes")
    assert [f.severity for f in found] == ["serious"]
    assert "train of split by-speaker has no row of 중립" in say(found[0].message)


def test_a_class_that_test_lacks(toy, split_by_speaker):
    ill = split_by_speaker(toy)
    moods = np.where(ill.parts.to_numpy() == "test", "불안", ill.rows["label.mood"].to_numpy())
    (found,) = ill.but(label__mood=moods.tolist()).examine("classes")
    assert found.severity == "warning"
    assert "당황 and 중립" in say(found.message)
    assert found.numbers["test"]["당황"] == 0


def test_a_test_part_of_three_rows_lacks_classes_by_chance(toy):
    parts = ["train"] * 300 + ["validation"] * 97 + ["test"] * 3
    found = toy.split(parts).examine("classes")
    assert {f.severity for f in found} <= {"note"}


def test_a_class_of_too_few_people_is_not_to_be_had_by_splitting(toy, split_by_speaker):
    """One speaker has it: he is in one part, whatever the split."""
    calm = [m if s == "S0003" else "당황" if m == "불안" else m for s, m in
            toy.rows.select("speaker", "label.mood").iter_rows()]  # fmt: skip
    found = split_by_speaker(toy.but(label__mood=calm)).examine("classes")
    absent = [f for f in found if f.message.key == "audit.classes.absent.seen"]
    assert absent
    for finding in absent:
        assert finding.prescription.command is None
        assert "without mood = 불안" in say(finding.prescription.action)
