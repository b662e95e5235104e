"""What every weighting must satisfy; a new file in weightings/ is tested without a change here."""

import json

import numpy as np
import pytest

from malsori.balance.weightings import WEIGHTINGS

KINDS = WEIGHTINGS.kinds()
TASKS = ["a", "b", "c"]


def step(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Losses and Gramian of a step in which one of the tasks may be absent."""
    rng = np.random.default_rng(seed)
    gradients = rng.normal(size=(3, 8)) * [[1.0], [5.0], [0.2]]
    losses, gramian = rng.random(3), gradients @ gradients.T
    if seed % 3 == 0:
        gone = seed % 2
        losses[gone], gramian[gone], gramian[:, gone] = np.nan, np.nan, np.nan
    return losses, gramian


def weigh(weighting, seed):
    losses, gramian = step(seed)
    weights = weighting.weights(losses, gramian if weighting.from_gradients else None)
    return weights, ~np.isnan(losses)


@pytest.mark.parametrize("kind", KINDS)
def test_weights_of_present_tasks_are_finite_and_not_negative(kind):
    weighting = WEIGHTINGS.load(kind)(TASKS)
    for seed in range(20):
        weights, present = weigh(weighting, seed)
        assert weights.shape == (3,)
        assert np.isfinite(weights[present]).all()
        assert (weights[present] >= 0).all()


@pytest.mark.parametrize("kind", KINDS)
def test_state_survives_json_and_continues_exactly(kind):
    one, two = (WEIGHTINGS.load(kind)(TASKS) for _ in range(2))
    for seed in range(5):
        weigh(one, seed)
    two.load_state_dict(json.loads(json.dumps(one.state_dict())))
    for seed in range(5, 10):
        np.testing.assert_array_equal(weigh(one, seed)[0], weigh(two, seed)[0])
