"""Labels that are missing, and tasks that ask nothing."""

import polars as pl
import pytest

from malsori.words import Words

say = Words("en").say


def plant(toy):
    return toy.but(label__mood=[None] * 250 + toy.rows["label.mood"].to_list()[250:])


def test_rows_without_label(toy):
    (found,) = plant(toy).examine("labels")
    assert (found.severity, found.subject) == ("warning", "mood")
    assert say(found.message) == "250 of 400 rows (62 %) have no label of mood"


@pytest.mark.parametrize(
    ("column", "value"),
    [("label__mood", "불안"), ("label__symptom", ["열"]), ("label__valence", 3.0)],
)
def test_one_label_for_all_rows_is_serious(toy, column, value):
    (found,) = toy.but(**{column: pl.Series([value] * 400)}).examine("labels")
    assert (found.severity, found.subject) == ("serious", column.removeprefix("label__"))
    assert "nothing to learn" in say(found.message)


def test_a_few_without_label_are_a_note(toy):
    missing = toy.but(label__valence=[None] * 3 + toy.rows["label.valence"].to_list()[3:])
    assert [f.severity for f in missing.examine("labels")] == ["note"]


def test_raters_are_blamed_only_where_there_are_any(toy):
    missing = [None] * 3
    mood = toy.but(label__mood=missing + toy.rows["label.mood"].to_list()[3:])
    urgency = toy.but(label__urgency=missing + toy.rows["label.urgency"].to_list()[3:])
    assert say(mood.examine("labels")[0].cause) == "raters did not agree"
    assert "rater" not in say(urgency.examine("labels")[0].cause)
