from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malsori.balance.solvers.pcgrad import PCGrad
from malsori.balance.solvers.sum import Sum

RNG = np.random.default_rng(0)


class Ordered:
    """Stands in for a Generator: always the same order."""

    def __init__(self, order):
        self.order = np.array(order)

    def permutation(self, count):
        assert count == len(self.order)
        return self.order


@pytest.mark.parametrize(
    ("one", "two", "update"),
    [((1, 0), (-1, 1), (0.5, 1.5)), ((1, 0), (0, 10), (1, 10)), ((1, 0), (-8, 6), (0.36, 6.48))],
)
def test_worked_updates(one, two, update):
    gradients = np.array([one, two], dtype=float)
    weights = PCGrad()(gradients @ gradients.T, RNG)
    np.testing.assert_allclose(weights @ gradients, update, rtol=1e-12)


pairs = st.lists(st.floats(-10, 10, allow_nan=False, allow_subnormal=False), min_size=6, max_size=6)


@settings(max_examples=100, deadline=None)
@given(pairs)
def test_closed_form_of_two(values):
    gradients = np.array(values).reshape(2, 3)
    gramian = gradients @ gradients.T
    a, b, m = gramian[0, 0], gramian[1, 1], gramian[0, 1]
    weights = PCGrad()(gramian, RNG)
    expected = (1.0, 1.0) if m >= 0 or min(a, b) == 0 else (1 - m / a, 1 - m / b)
    np.testing.assert_allclose(weights, expected, rtol=1e-12)


def test_squares_that_underflow():
    gradients = np.array([[1e-200, 0.0], [-1.0, 1.0]])
    assert PCGrad()(gradients @ gradients.T, RNG).tolist() == [1.0, 1.0]


def projected(gradients, order):
    """Algorithm 1 of the paper on the vectors themselves."""
    total = np.zeros(gradients.shape[1])
    for i, own in enumerate(gradients):
        left = own.copy()
        for j in order:
            if j != i and left @ gradients[j] < 0:
                left = left - (left @ gradients[j]) / (gradients[j] @ gradients[j]) * gradients[j]
        total += left
    return total


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_gramian_is_all_it_needs(order):
    gradients = np.random.default_rng(5).normal(size=(3, 4))
    gradients[1] -= 2 * gradients[0]
    gradients[2] -= gradients[0] + gradients[1]
    weights = PCGrad()(gradients @ gradients.T, Ordered(order))
    np.testing.assert_allclose(weights @ gradients, projected(gradients, order), rtol=1e-9)


def test_order_matters_for_three_and_follows_the_generator():
    gradients = np.random.default_rng(5).normal(size=(3, 2))
    gradients[2] = -gradients[0] - gradients[1]
    gramian = gradients @ gradients.T
    found = {tuple(PCGrad()(gramian, np.random.default_rng(s)).round(9)) for s in range(20)}
    assert len(found) > 1


def test_ratio_of_projected_norms_is_kept():
    for seed in range(50):
        gradients = np.random.default_rng(seed).normal(size=(2, 3)) * [[1.0], [30.0]]
        gramian = gradients @ gradients.T
        if gramian[0, 1] >= 0:
            continue
        one = gradients[0] - gramian[0, 1] / gramian[1, 1] * gradients[1]
        two = gradients[1] - gramian[0, 1] / gramian[0, 0] * gradients[0]
        np.testing.assert_allclose(PCGrad()(gramian, RNG) @ gradients, one + two, rtol=1e-9)
        np.testing.assert_allclose(
            np.linalg.norm(two) / np.linalg.norm(one),
            np.sqrt(gramian[1, 1] / gramian[0, 0]),
            rtol=1e-9,
        )


def test_without_conflict_it_is_the_sum_and_mean_divides_by_the_tasks():
    gramian = np.array([[2.0, 0.5, 0.0], [0.5, 1.0, 0.2], [0.0, 0.2, 3.0]])
    np.testing.assert_array_equal(PCGrad()(gramian, RNG), Sum()(gramian, RNG))
    np.testing.assert_allclose(PCGrad(reduction="mean")(gramian, RNG), np.full(3, 1 / 3))


def test_two_tasks_leave_the_generator_alone():
    rng = np.random.default_rng(1)
    PCGrad()(np.array([[1.0, -0.5], [-0.5, 1.0]]), rng)
    assert rng.random() == np.random.default_rng(1).random()


@pytest.mark.parametrize("tasks", [2, 3, 5])
def test_agrees_with_torchjd(tasks, monkeypatch):
    torch = pytest.importorskip("torch")
    weightings = pytest.importorskip("torchjd.aggregation")
    oracle = weightings.PCGradWeighting()
    for seed in range(30):
        rng = np.random.default_rng(seed)
        order = rng.permutation(tasks)
        gradients = rng.normal(size=(tasks, 6))
        gradients -= 0.8 * gradients.mean(axis=0)
        gramian = gradients @ gradients.T
        monkeypatch.setattr(torch, "randperm", lambda n, order=order: torch.from_numpy(order))
        expected = oracle(torch.from_numpy(gramian)).numpy()
        np.testing.assert_allclose(PCGrad()(gramian, Ordered(order)), expected, rtol=1e-9)
