from itertools import pairwise

import numpy as np
import pytest

from malsori.signals.segments import edges, moments, rows, shares


@pytest.mark.parametrize(
    ("count", "segment", "expected"),
    [
        (1, 1.0, [0, 1]),
        (149, 1.0, [0, 149]),
        (151, 1.0, [0, 76, 151]),
        (300, 0.5, [0, 50, 100, 150, 200, 250, 300]),
        (300, None, [0, 300]),
    ],
)
def test_parts_are_equal_and_cover_everything(count, segment, expected):
    assert edges(count, 0.01, segment).tolist() == expected


def test_parts_that_are_too_short_are_refused():
    with pytest.raises(ValueError, match="shorter than"):
        edges(100, 0.01, 0.05)


def test_moments_are_those_of_numpy_on_what_is_kept():
    rng = np.random.default_rng(0)
    values, keep = rng.normal(3.0, 2.0, (100, 4)), rng.random(100) < 0.5
    values[~keep] = np.nan
    at = np.array([0, 30, 100])
    mean, deviation = moments(values, keep, at)
    for part, (first, last) in enumerate(pairwise(at)):
        mine = values[first:last][keep[first:last]]
        np.testing.assert_allclose(mean[part], mine.mean(axis=0))
        np.testing.assert_allclose(deviation[part], mine.std(axis=0))


def test_columns_may_keep_different_frames():
    values = np.array([[1.0, 1.0], [3.0, np.nan]])
    mean, _ = moments(values, np.isfinite(values), np.array([0, 2]))
    assert mean.tolist() == [[2.0, 1.0]]


def test_nothing_kept_is_unknown():
    mean, deviation = moments(np.ones((4, 1)), np.zeros(4, bool), np.array([0, 4]))
    assert np.isnan(mean).all()
    assert np.isnan(deviation).all()


def test_shares_and_rows():
    share = shares(np.array([True, True, False]), np.array([0, 1, 3]))
    assert share.tolist() == [1.0, 0.5]
    both = rows(share, np.ones((2, 2)))
    assert both.dtype == np.float32
    assert both.tolist() == [[1.0, 1.0, 1.0], [0.5, 1.0, 1.0]]
