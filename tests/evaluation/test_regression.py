"""Regression metrics are those of scipy and scikit-learn; everything follows from sums."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as sk

from malsori.errors import MalsoriError
from malsori.evaluation.metrics import metrics_of, sums_of
from malsori.evaluation.regression import NumberSums, ccc, mae, pearson
from malsori.evaluation.scoring import prior_of, skill
from malsori.schema import Task

VALENCE = Task(name="valence", kind="regression", low=1, high=5)
NUMBERS = st.floats(-100, 100).map(lambda x: round(x, 2))


def lin(y, v):
    """As Lin (1989) writes it, with the sums of squares divided by n."""
    together = np.mean((y - y.mean()) * (v - v.mean()))
    return 2 * together / (y.var() + v.var() + (y.mean() - v.mean()) ** 2)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=40), NUMBERS)
def test_metrics_are_those_of_scipy_and_scikit_learn(pairs, middle):
    y, v = np.array(pairs).T
    total = NumberSums.of_rows(y, v, [middle, 1.0]).total()
    assert float(mae(total)) == pytest.approx(sk.mean_absolute_error(y, v))
    if np.ptp(y) > 0.1 and np.ptp(v) > 0.1:
        assert float(pearson(total)) == pytest.approx(stats.pearsonr(y, v).statistic, abs=1e-7)
        assert float(ccc(total)) == pytest.approx(lin(y, v), abs=1e-7)


def test_skill_is_r_squared_against_the_mean_of_training():
    rng = np.random.default_rng(0)
    y = rng.normal(3, 1, 500)
    v = y + rng.normal(0, 0.5, 500)
    total = NumberSums.of_rows(y, v, [y.mean(), y.std()]).total()
    found = {name: float(metric(total)) for name, metric in metrics_of("regression").items()}
    assert found["skill"] == pytest.approx(sk.r2_score(y, v))
    assert found["score"] == pytest.approx(sk.mean_squared_error(y, v))
    assert skill("regression", v, y, [y.mean(), 1]) == pytest.approx(sk.r2_score(y, v))
    # Another mean in training makes the baseline worse, and so the skill better.
    assert skill("regression", v, y, [y.mean() + 1, 1]) > found["skill"]


def test_a_constant_prediction_agrees_with_nothing():
    y = np.array([1.0, 2.0, 4.0])
    total = NumberSums.of_rows(y, np.full(3, 0.1 + 0.2), [2.0, 1.0]).total()
    assert math.isnan(pearson(total))
    assert float(ccc(total)) == 0
    same = NumberSums.of_rows([3.0, 3.0], [3.0, 3.0], [2.0, 1.0]).total()
    assert math.isnan(ccc(same))


def test_large_offsets_do_not_spoil_the_moments():
    rng = np.random.default_rng(1)
    y = 1e6 + rng.normal(size=200)
    v = y + 0.3 * rng.normal(size=200)
    total = NumberSums.of_rows(y, v, [1e6, 1.0]).total()
    assert float(pearson(total)) == pytest.approx(stats.pearsonr(y, v).statistic)


def test_the_prior_is_mean_and_spread_of_the_labelled_rows():
    assert prior_of(VALENCE, [1.0, 3.0, math.nan]).tolist() == [2.0, 1.0]
    with pytest.raises(MalsoriError, match="no training row is labelled"):
        prior_of(VALENCE, [math.nan])


def test_the_mean_itself_has_skill_0():
    y = np.array([1.0, 2.0, 4.5, math.nan])
    prior = prior_of(VALENCE, y)
    assert skill("regression", np.full((4, 1), prior[0]), y, prior) == pytest.approx(0)
    assert skill("regression", y, y, prior) == 1.0


def test_leading_axes_are_computed_alike():
    rng = np.random.default_rng(2)
    sums = sums_of("regression", [], rng.normal(size=50), rng.normal(size=50), [0.0, 1.0])
    drawn = rng.integers(0, 3, (2, 4, 50)).astype(float)
    every = sums.like(drawn @ sums.matrix())
    for metric in metrics_of("regression").values():
        each = [[metric(sums.like(d @ sums.matrix())) for d in row] for row in drawn]
        assert metric(every) == pytest.approx(np.array(each))


def test_no_rows_are_undefined_everywhere():
    total = sums_of("regression", [], np.zeros(0), np.zeros(0), [0.0, 1.0]).total()
    assert all(math.isnan(m(total)) for m in metrics_of("regression").values())
