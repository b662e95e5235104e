import numpy as np
import pytest

from malsori.encoders.kinds.precomputed import Precomputed
from malsori.errors import MalsoriError


def test_a_vector_is_one_step():
    np.testing.assert_array_equal(Precomputed().prepare(np.arange(3.0)), [[0, 1, 2]])


def test_a_sequence_stays():
    sequence = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_array_equal(Precomputed().prepare(sequence), sequence)


@pytest.mark.parametrize("shape", [(0,), (0, 4), (4, 0), (2, 3, 4)])
def test_shapes_that_are_no_features(shape):
    with pytest.raises(MalsoriError, match="shape"):
        Precomputed().prepare(np.zeros(shape))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_numbers_are_named(value):
    features = np.zeros((3, 4))
    features[1, 2] = value
    with pytest.raises(MalsoriError, match="step 1, column 2"):
        Precomputed().prepare(features)
