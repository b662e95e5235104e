"""Agreement coefficients against published examples and against counting every pair."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.labels.coefficients import (
    class_kappas,
    fleiss_kappa,
    interval_alpha,
    krippendorff_alpha,
)

# Fleiss' kappa, worked example of 14 raters, 10 subjects, 5 categories (Wikipedia): 0.210.
SUBJECTS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example C: four observers,
# twelve units, some missing: nominal 0.743, ordinal 0.815, interval 0.849.
OBSERVERS = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]


def units_of(observers):
    table = [line.split() for line in observers]
    return [[int(v) - 1 for v in unit if v != "."] for unit in zip(*table, strict=True)]


def counted(units, classes):
    counts = np.zeros((len(units), classes), np.int64)
    for row, ratings in enumerate(units):
        for rating in ratings:
            counts[row, rating] += 1
    return counts


def flat(units):
    rows = [i for i, ratings in enumerate(units) for _ in ratings]
    return np.array(rows, np.int64), np.array([r for ratings in units for r in ratings], float)


def test_fleiss_published_example():
    assert fleiss_kappa(np.array(SUBJECTS)) == pytest.approx(0.210, abs=5e-4)


@pytest.mark.parametrize(
    ("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorff_published_example(metric, published):
    counts = counted(units_of(OBSERVERS), 5)
    assert krippendorff_alpha(counts, metric) == pytest.approx(published, abs=5e-4)


def test_krippendorff_of_numbers_published_example():
    assert interval_alpha(*flat(units_of(OBSERVERS))) == pytest.approx(0.849, abs=5e-4)


# -- every pair, counted one by one ---------------------------------------------------------------


def slow_alpha(units, distance):
    units = [ratings for ratings in units if len(ratings) > 1]
    everything = [r for ratings in units for r in ratings]
    n = len(everything)
    observed = sum(
        distance(a, b) / (len(ratings) - 1)
        for ratings in units
        for a, b in itertools.permutations(ratings, 2)
    )
    expected = sum(distance(a, b) for a, b in itertools.permutations(everything, 2))
    return 1 - (n - 1) * observed / expected if expected else math.nan


def slow_kappa(units):
    units = [ratings for ratings in units if len(ratings) > 1]
    if not units:
        return math.nan
    agree = [
        sum(a == b for a, b in itertools.permutations(r, 2)) / (len(r) * (len(r) - 1))
        for r in units
    ]
    everything = [r for ratings in units for r in ratings]
    chance = sum((everything.count(c) / len(everything)) ** 2 for c in set(everything))
    return (sum(agree) / len(agree) - chance) / (1 - chance) if chance < 1 else math.nan


def ordinal_distance(units):
    everything = [r for ratings in units if len(ratings) > 1 for r in ratings]

    def distance(a, b):
        low, high = min(a, b), max(a, b)
        between = sum(low <= r <= high for r in everything)
        return (between - (everything.count(low) + everything.count(high)) / 2) ** 2

    return distance


ratings = st.lists(st.lists(st.integers(0, 3), max_size=6), max_size=8)


@given(ratings)
def test_as_counting_every_pair(units):
    counts = counted(units, 4)
    same = {"nan_ok": True, "abs": 1e-9}
    assert fleiss_kappa(counts) == pytest.approx(slow_kappa(units), **same)
    assert krippendorff_alpha(counts) == pytest.approx(
        slow_alpha(units, lambda a, b: a != b), **same
    )
    squared = slow_alpha(units, lambda a, b: (a - b) ** 2)
    assert krippendorff_alpha(counts, "interval") == pytest.approx(squared, **same)
    assert interval_alpha(*flat(units)) == pytest.approx(squared, **same)
    ordinal = slow_alpha(units, ordinal_distance(units))
    assert krippendorff_alpha(counts, "ordinal") == pytest.approx(ordinal, **same)


def test_of_each_class_against_all_others():
    counts = np.array(SUBJECTS)
    kappas = class_kappas(counts)
    of_unit = counts.sum(axis=1)
    for k in range(counts.shape[1]):
        two = np.stack([counts[:, k], of_unit - counts[:, k]], axis=1)
        assert kappas[k] == fleiss_kappa(two)
    # Fleiss: the overall kappa is the mean of them, weighted with p(1 - p).
    shares = counts.sum(axis=0) / counts.sum()
    overall = (shares * (1 - shares)) @ kappas / (shares * (1 - shares)).sum()
    assert overall == pytest.approx(fleiss_kappa(counts))


def test_limits():
    perfect = np.array([[3, 0], [0, 3]])
    assert fleiss_kappa(perfect) == krippendorff_alpha(perfect) == 1
    assert fleiss_kappa(np.array([[1, 1], [1, 1]])) == -1
    one_class = np.array([[3, 0], [2, 0]])
    single = np.array([[1, 0], [0, 1]])
    for counts in (one_class, single, np.zeros((0, 2), np.int64), np.zeros((3, 2), np.int64)):
        for value in (
            fleiss_kappa(counts),
            *(krippendorff_alpha(counts, m) for m in ("nominal", "ordinal", "interval")),
        ):
            assert math.isnan(value)


def test_numbers_far_from_zero_lose_no_digits():
    units, values = flat(units_of(OBSERVERS))
    assert interval_alpha(units, values + 1e6) == pytest.approx(interval_alpha(units, values))
    assert math.isnan(interval_alpha(units, np.full(len(units), 0.1)))
