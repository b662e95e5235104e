"""Features over time in one row of numbers, standardised by training rows."""

import numpy as np
from sklearn.preprocessing import StandardScaler

from malsori.references.linear import WIDEST, Standardised, pooled


def test_mean_and_deviation_over_time():
    features = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    expected = np.concatenate([features.mean(axis=0), features.std(axis=0)])
    np.testing.assert_allclose(pooled(features), expected, rtol=1e-5)


def test_what_is_no_number_does_not_spread():
    assert pooled([[np.nan, 1.0], [np.inf, 3.0]]).tolist() == [0, 2, 0, 1]


def test_standardised_as_scikit_learn_does_and_by_the_training_rows_only():
    x = np.random.default_rng(0).normal(3, 2, size=(60, 5)).astype(np.float32)
    train, other = x[:40], x[40:]
    expected = StandardScaler().fit(train).transform(other)
    np.testing.assert_allclose(Standardised.of(train)(other), expected, atol=1e-5)


def test_columns_that_never_change_in_training_are_gone():
    x = np.ones((10, 3), np.float32)
    x[:, 1] = np.arange(10)
    other = np.full((2, 3), 100, np.float32)
    assert Standardised.of(x)(other).shape == (2, 1)


def test_wide_rows_become_so_many_components_the_same_each_time():
    x = np.random.default_rng(0).normal(size=(300, WIDEST + 20)).astype(np.float32)
    one, two = Standardised.of(x)(x), Standardised.of(x)(x)
    assert one.shape == (300, WIDEST)
    np.testing.assert_array_equal(one, two)
