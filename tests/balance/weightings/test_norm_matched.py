import numpy as np
import pytest

from malsori.balance.weightings.norm_matched import NormMatched
from malsori.errors import MalsoriError

LOSSES = np.zeros(3)
TASKS = ["a", "b", "c"]


def gramian_of(*norms):
    return np.diag(np.square(np.array(norms, dtype=float)))


def test_norms_become_their_geometric_mean():
    norms = np.array([1.0, 8.0, 27.0])
    weights = NormMatched(TASKS).weights(LOSSES, gramian_of(*norms))
    np.testing.assert_allclose(weights * norms, 6.0)
    np.testing.assert_allclose(weights.prod(), 1.0)


def test_average_is_corrected_for_its_start():
    matched = NormMatched(["a", "b"], ema=0.99)
    for _ in range(3):
        weights = matched.weights(LOSSES[:2], gramian_of(1.0, 4.0))
        np.testing.assert_allclose(weights, [2.0, 0.5])


def test_average_of_squared_norms():
    matched = NormMatched(["a", "b"], ema=0.5)
    matched.weights(LOSSES[:2], gramian_of(1.0, 1.0))
    weights = matched.weights(LOSSES[:2], gramian_of(1.0, 3.0))
    # b: (0.25 · 1 + 0.5 · 9) / (1 − 0.25)
    np.testing.assert_allclose(weights[0] / weights[1], np.sqrt(4.75 / 0.75))


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_scale_of_a_loss_does_not_matter(scale):
    plain, scaled = NormMatched(["a", "b"]), NormMatched(["a", "b"])
    for norms in ([1.0, 2.0], [3.0, 1.0], [0.5, 0.7]):
        one = plain.weights(LOSSES[:2], gramian_of(*norms))
        two = scaled.weights(LOSSES[:2], gramian_of(norms[0], norms[1] * scale))
        np.testing.assert_allclose(one[0] / one[1], two[0] / two[1] / scale, rtol=1e-9)


def test_absent_task_is_left_as_it_was():
    matched = NormMatched(TASKS)
    matched.weights(LOSSES, gramian_of(1.0, 2.0, 4.0))
    before = matched.state_dict()
    partial = gramian_of(1.0, 2.0, 4.0)
    partial[2], partial[:, 2] = np.nan, np.nan
    weights = matched.weights(np.array([0.0, 0.0, np.nan]), partial)
    after = matched.state_dict()
    assert after["average"]["c"] == before["average"]["c"]
    assert after["count"] == {"a": 2, "b": 2, "c": 1}
    np.testing.assert_allclose(weights[:2].prod(), 1.0)


def test_zero_gradients_keep_weight_one():
    matched = NormMatched(TASKS)
    np.testing.assert_allclose(matched.weights(LOSSES, gramian_of(0.0, 1.0, 4.0)), [1.0, 2.0, 0.5])


@pytest.mark.parametrize("ema", [-0.1, 1.0])
def test_ema_out_of_range(ema):
    with pytest.raises(MalsoriError, match="ema"):
        NormMatched(TASKS, ema=ema)
