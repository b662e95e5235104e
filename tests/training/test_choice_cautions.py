import polars as pl
import pytest

from malsori.training.choice_cautions import cautions, groups_in
from malsori.words import LANGS, Words

FINE = {
    "best_epoch": 5,
    "epochs": 9,
    "validation_groups": 8,
    "split": {"unit": "speaker"},
    "temperatures": {"mood": {"speech+text": 1.3, "text": 1.0}},
}


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({}, []),
        ({"validation_groups": 2}, ["choice.few_groups"]),
        ({"validation_groups": None}, []),  # rows of no group
        ({"best_epoch": 1}, ["choice.first_epoch"]),
        ({"best_epoch": 1, "epochs": 1}, []),  # there was no other
        ({"temperatures": {"mood": {"text": 1.0}}}, ["choice.no_temperature"]),
    ],
)
def test_what_to_know_of_the_choice(changes, keys):
    assert [note.key for note in cautions({**FINE, **changes})] == keys


def test_a_run_of_before_says_nothing():
    assert cautions({"best_epoch": 5, "epochs": 9, "split": {"by": ["speaker"]}}) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("unit", "noun"), [("speaker", "speaker"), ("meta.station", "station")])
def test_the_groups_are_called_what_they_are(lang, unit, noun):
    (note,) = cautions({**FINE, "validation_groups": 1, "split": {"unit": unit}})
    said = Words(lang).say(note)
    assert "1" in said
    assert noun in said if lang == "en" else "수" in said


def test_groups_of_validation_rows_are_counted():
    rows = {"split": ["test", "validation", "validation"], "group": ["a", "b", None]}
    assert groups_in(pl.DataFrame(rows)) == 1
    assert groups_in(pl.DataFrame({"split": ["validation"], "group": [None]})) is None
