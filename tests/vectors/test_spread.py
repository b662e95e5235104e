"""How far vectors are from each other."""

import numpy as np
import pytest

from malsori.vectors.spread import Spread, effective_rank


def test_the_effective_rank_of_directions_of_equal_size():
    rng = np.random.default_rng(0)
    for rank in (1, 3, 10):
        axes = np.linalg.qr(rng.normal(size=(50, rank)))[0].T
        points = np.linalg.qr(rng.normal(size=(400, rank)))[0]
        points -= points.mean(axis=0)
        many = points @ axes
        assert 0.75 * rank <= effective_rank(many) <= rank + 1e-6


def test_of_more_dimensions_than_vectors():
    values = np.random.default_rng(0).normal(size=(20, 300))
    assert 15 < effective_rank(values) <= 19 + 1e-9
    assert effective_rank(np.ones((20, 5))) == 0.0


def test_spread_against_numpy():
    vectors = np.random.default_rng(0).normal(5, 2, size=(100, 7))
    vectors[3, 2] = np.nan
    spread = Spread()
    for vector in vectors:
        spread.add(vector)
    mean, variance = np.nanmean(vectors, 0), np.nanvar(vectors, 0)
    expected = np.sqrt(variance.sum() / (mean**2 + variance).sum())
    assert spread.relative() == pytest.approx(expected)
