import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from malsori.errors import MalsoriError
from malsori.evaluation.intervals import Bootstrap, Estimate, Units


def mean(sums):
    return sums[..., 0] / sums[..., 1]


def column(values):
    return np.column_stack([values, np.ones(len(values))])


def names(index):
    return [f"g{i}" for i in index]


def test_units_number_groups_in_order_and_keep_lone_rows_apart():
    units = Units.of(["b", None, "a", "b", None])
    assert (units.unit, units.count, units.index.tolist()) == ("group", 4, [0, 1, 2, 0, 3])


def test_units_are_groups_however_they_are_written():
    written = ["kim", " kim", "\u200bkim", "3", "3.0", "\u00a0", None]
    assert Units.of(written).index.tolist() == [0, 0, 0, 1, 1, 2, 3]
    assert Units.of(["kim", "kim "]).one_group


@pytest.mark.parametrize(
    ("groups", "one"), [([None, None, None], False), (["a", "a", "a"], True), ([], False)]
)
def test_without_two_groups_rows_are_the_units(groups, one):
    units = Units.of(groups)
    assert (units.unit, units.count, units.one_group) == ("row", len(groups), one)


def test_few_units_are_flagged():
    assert Units.of(names(range(9))).few
    assert not Units.of(names(range(10))).few


def test_interval_of_a_mean_is_the_t_interval():
    values = np.random.default_rng(0).normal(5, 2, 30)
    found = Bootstrap(resamples=20_000).estimate(column(values), mean, [None] * 30)
    low, high = stats.t.interval(0.95, 29, values.mean(), stats.sem(values))
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.05)


def test_same_seed_same_interval():
    rows = column(np.random.default_rng(0).normal(size=20))
    one, two = (Bootstrap(100, seed=s).estimate(rows, mean, [None] * 20) for s in (3, 3))
    other = Bootstrap(100, seed=4).estimate(rows, mean, [None] * 20)
    assert one == two != other


def test_blocks_of_draws_do_not_change_the_result(monkeypatch):
    rows = np.random.default_rng(0).normal(size=(50, 3))
    whole = Bootstrap(100).resample(rows)
    monkeypatch.setattr("malsori.evaluation.intervals._CELLS", 50 * 7)
    assert np.allclose(Bootstrap(100).resample(rows), whole)


def test_a_group_is_drawn_with_all_its_rows():
    units = Units.of(["a", "b", "a", "a"])
    drawn = Bootstrap(200).resample(units.sum(column(np.array([1.0, 10.0, 1.0, 1.0]))))
    # two draws out of {3 rows of value 1, 1 row of value 10}
    assert {tuple(row) for row in drawn.tolist()} == {(6.0, 6.0), (13.0, 4.0), (20.0, 2.0)}


@given(st.integers(0, 1000))
def test_correlated_rows_make_the_interval_over_groups_wider(seed):
    rng = np.random.default_rng(seed)
    values = np.repeat(rng.normal(size=12), 10) + 0.3 * rng.normal(size=120)
    rows, groups = column(values), names(np.repeat(np.arange(12), 10))
    over_groups = Bootstrap(200).estimate(rows, mean, groups)
    over_rows = Bootstrap(200).estimate(rows, mean, [None] * 120)
    assert over_groups.high - over_groups.low > 1.3 * (over_rows.high - over_rows.low)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20), st.floats(0.5, 0.99))
def test_interval_keeps_the_range_of_the_metric(values, confidence):
    found = Bootstrap(100, confidence=confidence).estimate(
        column(np.array(values)), mean, [None] * len(values)
    )
    assert min(values) - 1e-12 <= found.low <= found.high <= max(values) + 1e-12


@pytest.mark.parametrize(("units", "least"), [(5, 0.859), (10, 0.911), (30, 0.917)])
def test_interval_over_groups_covers(units, least):
    # Speakers whose accuracy varies around 2/3, 20 utterances each. Measured over 3,000 corpora:
    # .889, .935, .940; the plain percentile interval .812, .892, .929. The bounds are three
    # standard errors below, so the plain interval would fail the first two.
    rng = np.random.default_rng(1)
    hits = 0
    for seed in range(1000):
        right = rng.binomial(20, rng.beta(8, 4, units)).astype(float)
        rows = np.column_stack([right, np.full(units, 20.0)])
        found = Bootstrap(200, seed=seed).estimate(rows, mean, names(range(units)))
        hits += found.low <= 2 / 3 <= found.high
    assert hits / 1000 >= least


def test_over_rows_does_not_cover_when_groups_are_correlated():
    rng = np.random.default_rng(2)
    hits = 0
    for seed in range(200):
        values = np.repeat(rng.normal(0, 1, 10), 20)
        found = Bootstrap(100, seed=seed).estimate(column(values), mean, [None] * 200)
        hits += found.low <= 0 <= found.high
    assert hits / 200 < 0.6


def test_one_unit_has_no_interval():
    found = Bootstrap(10).estimate(column(np.array([2.0])), mean, ["a"])
    assert found.value == 2.0
    assert math.isnan(found.low)
    assert found.data() == {"value": 2.0, "low": None, "high": None}


def test_undefined_resamples_are_left_out_while_most_are_defined():
    values = np.r_[np.full(40, np.nan), np.linspace(0, 1, 60)]
    low, high = Bootstrap().interval(values, 1000)
    assert 0 < low < high < 1
    assert all(map(math.isnan, Bootstrap().interval(np.r_[values, [np.nan] * 21], 1000)))


@pytest.mark.parametrize("options", [{"resamples": 1}, {"confidence": 1.0}, {"confidence": 95}])
def test_impossible_intervals_are_refused(options):
    with pytest.raises(MalsoriError, match=next(iter(options))):
        Bootstrap(**options)


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(0.9968, 0.9959, 0.9988), "0.997 [0.996, 0.999]"),
        (Estimate(1.3863, 1.3859, 1.3871), "1.386 [1.386, 1.387]"),
        (Estimate(0.875, 0.875, 0.875), "0.875 [0.875, 0.875]"),
        (Estimate(0.2, -0.0004, 0.4702), "0.200 [0.000, 0.47]"),
        (Estimate(-0.0002, -0.003, 0.25), "0.000 [-0.003, 0.25]"),
        (Estimate(0.875, 0.616, 1.0), "0.875 [0.62, 1.00]"),
        (Estimate(1.0, 1.0, 1.0), "1.000 [1.00, 1.00]"),
        (Estimate(-0.0049, -0.0449, -0.0049), "-0.005 [-0.04, -0.005]"),
    ],
)
def test_a_number_lies_in_its_interval_as_it_is_written(estimate, text):
    assert str(estimate) == text


@pytest.mark.parametrize("seed", range(40))
def test_no_rounding_puts_a_number_beside_its_interval(seed):
    low, value, high = np.sort(np.random.default_rng(seed).normal(0, 0.003, 3) + seed / 7)
    told, written = str(Estimate(value, low, high)).rstrip("]").split(" [")
    first, last = map(float, written.split(", "))
    assert first <= float(told) <= last
    assert "-0.000" not in str(Estimate(value, low, high))
