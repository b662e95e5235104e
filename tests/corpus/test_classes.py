"""Values become classes whatever the order of rows; slips of the pen do not."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.classes import class_counts, typo_of, why_no_task, without_typos

LONG = "9" * 5000
COUNTS = {"angry": 40, "happy": 20, "sad": 9}


def test_numbers_too_long_to_be_numbers_are_classes_in_order():
    assert without_typos("t", {LONG: 2, "10": 2, "9": 2}, []) == ["9", "10", LONG]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (["['a']", "['a', 'b']", "[]"], "mood=multilabel"),
        (['{"x": 1}', '{"x": 2}'], "lists or structures"),
        (["2024-01-02", "2024-01-03 10:00:00"], "dates"),
        (["0,5", "1,5"], "numbers with a comma"),
    ],
)
def test_what_is_no_class_is_no_task(values, why):
    assert why in why_no_task("mood", dict.fromkeys(values, 9))


@pytest.mark.parametrize("values", [["[laughs]", "[cries]"], ["1,2", "1"], ["#1", "#2"]])
def test_odd_names_are_classes(values):
    assert why_no_task("mood", dict.fromkeys(values, 9)) is None


def test_formulas_that_came_to_nothing_are_missing():
    assert class_counts(pl.Series(["#DIV/0!", "sad", "#REF!"])) == {"sad": 1}


class TestTypos:
    @pytest.mark.parametrize("value", ["angyr", "angr", "aangry", "engry", "ANGRRY", "angryy"])
    def test_one_change(self, value):
        assert typo_of(value, COUNTS | {value: 1}) == "angry"

    @pytest.mark.parametrize("value", ["anger", "sadd", "fear", "hpapyy", "hop"])
    def test_other_words_are_classes(self, value):
        assert typo_of(value, COUNTS | {value: 1}) is None

    def test_what_occurs_twice_is_meant(self):
        assert typo_of("angyr", COUNTS | {"angyr": 2}) is None

    def test_few_rows_say_nothing(self):
        assert typo_of("angyr", {"angry": 30, "angyr": 1}) is None


@given(st.lists(st.sampled_from(["a", "A", " a", "b", "nan", "", None, "가", "가"])))
def test_counts_do_not_depend_on_the_order_of_rows(values):
    column = pl.Series(values, dtype=pl.String)
    counts = class_counts(column)
    assert counts == class_counts(column.reverse())
    assert sum(counts.values()) == sum(v not in {None, "", "nan"} for v in values)
    assert {c.casefold() for c in counts} <= {"a", "b", "가"}
