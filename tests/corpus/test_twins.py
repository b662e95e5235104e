"""Spellings of one class are one where that is certain, and told where it is likely."""

import polars as pl
import pytest

from malsori.corpus.adapters.table import Table
from malsori.corpus.importing import import_corpus
from malsori.corpus.twins import likely_twins, merged, parts_of, spelling_notes
from malsori.schema import Task


@pytest.mark.parametrize(
    ("spellings", "counts"),
    [
        ({"0.0": 6, "1.0": 6}, {"0": 6, "1": 6}),
        ({"1": 2, "1.0": 5, "１": 1}, {"1": 8}),
        ({"Ａ": 1, "A": 2, "a": 1}, {"A": 4}),
        ({"very  sad": 1, "very sad": 3, "Very\xa0Sad": 1}, {"very sad": 5}),
        ({"very  sad": 1, "very sad": 1}, {"very sad": 2}),
        ({"01": 1, "1": 1, "1.5": 1}, {"01": 1, "1": 1, "1.5": 1}),
        ({"-1": 1, "1": 1, "A+": 1, "A": 1}, {"-1": 1, "1": 1, "A+": 1, "A": 1}),
    ],
)
def test_what_is_certainly_one(spellings, counts):
    assert merged(spellings) == counts


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        (["very-sad", "very_sad", "mad"], "'very-sad', 'very_sad' are classes of their own"),
        (["sad.", "sad"], "declare mood=nominal:…,sad.=sad"),
        (["a, b", "b, a"], "'a, b', 'b, a' are classes of their own, and look like one"),
        (["1", "01", "2"], "'1', '01' are classes of their own, and look like one"),
        (["a, b", "a", "b"], "'a, b' looks like a list of other classes"),
    ],
)
def test_what_may_be_one_is_told(classes, said):
    (note,) = likely_twins("mood", classes)
    assert note.startswith("mood: ")
    assert said in note


@pytest.mark.parametrize("classes", [["-1", "1"], ["A+", "A-", "A"], ["1-2", "12"], ["a", "b, c"]])
def test_other_classes_are_quiet(classes):
    assert likely_twins("mood", classes) == []


def test_commas_part_only_classes_that_stand_alone():
    assert parts_of("a, b", {"a", "b"}) == ["a", "b"]
    assert parts_of("a, c", {"a", "b"}) == []
    assert parts_of("a", {"a"}) == []


def test_spellings_are_told_with_their_rows():
    mood = Task(name="mood", kind="nominal", classes=("0", "sad"), aliases={"triste": "sad"})
    column = pl.Series(["0.0", "0.0", "0", "triste", "SAD"])
    classes = {"0.0": "0", "0": "0", "triste": "sad", "SAD": "sad"}
    (note,) = spelling_notes(column, mood, classes)
    assert note == "mood: '0.0' (2 rows) is read as '0', 'SAD' (1 row) is read as 'sad'"
    plain = {"Sad": "sad", " sad ": "sad"}
    assert spelling_notes(pl.Series(["Sad"]), mood, {"Sad": plain["Sad"]}) == []


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("tasks", [["mood=ordinal:0,1,2"], ["mood=nominal"], []])
def test_whole_numbers_with_gaps_are_classes_in_every_format(tmp_path, suffix, tasks):
    frame = pl.DataFrame({"text": ["네"] * 12, "mood": [0.0, 1.0, 2.0, None] * 3})
    file = tmp_path / f"a.{suffix}"
    frame.write_csv(file) if suffix == "csv" else frame.write_parquet(file)
    report = import_corpus(Table(file, tasks=tasks), tmp_path / "c")
    assert report.corpus.tasks["mood"].classes == ("0", "1", "2")
    assert (report.kept, report.missing_labels) == (12, {"mood": 3})
    told = "mood: '0.0' (3 rows) is read as '0'"
    assert any(told in note for note in report.notes) == (suffix == "csv")


def test_blanks_around_a_label_are_told():
    mood = Task(name="mood", kind="nominal", classes=("Sad", "glad"))
    classes = {"Sad ": "Sad", "Sad": "Sad", " glad": "glad"}
    (note,) = spelling_notes(pl.Series(["Sad ", "Sad", "Sad ", " glad"]), mood, classes)
    assert note == "mood: 'Sad ' (2 rows) is read as 'Sad', ' glad' (1 row) is read as 'glad'"
