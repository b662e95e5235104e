"""Labels counted by class or range, and balanced by stratum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.tallies import strata, tally
from malsori.schema import Task

SYMPTOM = Task(name="symptom", kind="multilabel", classes=("common", "rare", "rarest"))
VALENCE = Task(name="valence", kind="regression", low=1, high=5)
OPEN = Task(name="score", kind="regression")


def test_a_row_counts_for_each_of_its_classes():
    targets = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0], [-1, -1, -1]], np.int8)
    assert {c: m.tolist() for c, m in tally(SYMPTOM, targets).items()} == {
        "common": [True, True, False, False],
        "rare": [True, False, False, False],
        "rarest": [False] * 4,
    }


def test_numbers_fall_into_ranges_of_round_ends():
    assert list(tally(VALENCE, np.array([2.0])))[:2] == ["1 … 1.5", "1.5 … 2"]
    assert len(tally(VALENCE, np.array([2.0]))) == 8
    assert list(tally(OPEN, np.array([0.0, 100.0]))) == [
        f"{a} … {a + 20}" for a in range(0, 100, 20)
    ]
    assert tally(OPEN, np.array([np.nan])) == {}


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.booleans())
def test_every_number_is_in_exactly_one_of_at_most_eight_ranges(values, closed):
    numbers = np.array(values)
    task = OPEN
    if closed and numbers.min() < numbers.max():
        task = Task(name="s", kind="regression", low=numbers.min(), high=numbers.max())
    rows = tally(task, np.append(numbers, np.nan))
    assert 1 <= len(rows) <= 8
    assert np.sum(list(rows.values()), axis=0).tolist() == [1] * len(numbers) + [0]


def test_a_row_is_balanced_by_the_rarest_of_its_classes():
    targets = np.array([[1, 0, 0]] * 5 + [[1, 1, 0]] * 2 + [[1, 1, 1], [0, 0, 0], [-1, -1, -1]])
    codes, names = strata(SYMPTOM, targets)
    assert [names[c] for c in codes] == [
        *["common"] * 5, "rare", "rare", "rarest", "none of them", "without label",
    ]  # fmt: skip


def test_numbers_are_balanced_by_quintiles():
    rng = np.random.default_rng(0)
    codes, names = strata(VALENCE, np.append(rng.uniform(1, 5, 1000), np.nan))
    assert np.bincount(codes).tolist() == [1, 200, 200, 200, 200, 200]
    assert names[0] == "without label"
    assert names[1].startswith("up to ")
    assert len(names) == 6


@pytest.mark.parametrize("values", [[3.0] * 9, [1.0] * 8 + [5.0], []])
def test_few_different_numbers_make_few_strata(values):
    codes, names = strata(VALENCE, np.array([*values, np.nan]))
    assert codes[-1] == 0
    assert codes.max() < len(names)


def test_classes_are_their_own_strata():
    task = Task(name="t", kind="nominal", classes=("a", "b"))
    codes, names = strata(task, np.array([1, -1, 0]))
    assert [names[c] for c in codes] == ["b", "without label", "a"]
