"""What every solver must satisfy; a new file in solvers/ is tested without a change here."""

import subprocess
import sys

import numpy as np
import pytest

from malsori.balance.solvers import SOLVERS

KINDS = SOLVERS.kinds()


def random_gramian(tasks: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    gradients = rng.normal(size=(tasks, 12)) * np.exp(rng.normal(size=(tasks, 1)))
    gradients -= 0.5 * gradients.mean(axis=0)
    return gradients @ gradients.T


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tasks", [1, 2, 3, 5, 10])
def test_weights_are_finite_float64_and_leave_the_gramian_alone(kind, tasks):
    solver = SOLVERS.load(kind)()
    for seed in range(20):
        gramian = random_gramian(tasks, seed)
        before = gramian.copy()
        weights = solver(gramian, np.random.default_rng(seed))
        assert weights.shape == (tasks,)
        assert weights.dtype == np.float64
        assert np.isfinite(weights).all()
        np.testing.assert_array_equal(gramian, before)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1e3, 1e6])
@pytest.mark.parametrize("tasks", [2, 3, 5])
def test_direction_does_not_depend_on_the_scale_of_all_gradients(kind, scale, tasks):
    solver = SOLVERS.load(kind)()
    for seed in range(20):
        gramian = random_gramian(tasks, seed)
        plain = solver(gramian, np.random.default_rng(seed))
        scaled = solver(gramian * scale**2, np.random.default_rng(seed))
        np.testing.assert_allclose(
            scaled / np.linalg.norm(scaled), plain / np.linalg.norm(plain), rtol=1e-9
        )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tasks", [2, 4])
def test_zero_gradients_give_finite_weights(kind, tasks):
    gramian = np.zeros((tasks, tasks))
    gramian[0, 0] = 1.0
    weights = SOLVERS.load(kind)()(gramian, np.random.default_rng(0))
    assert np.isfinite(weights).all()


@pytest.mark.parametrize("kind", KINDS)
def test_same_generator_same_weights(kind):
    gramian = random_gramian(5, 3)
    solver = SOLVERS.load(kind)()
    one, two = (solver(gramian, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_solvers_and_weightings_do_not_load_torch():
    code = (
        "import sys\n"
        "from malsori.balance.solvers import SOLVERS\n"
        "from malsori.balance.weightings import WEIGHTINGS\n"
        "[f.load(k) for f in (SOLVERS, WEIGHTINGS) for k in f.kinds()]\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("kind", KINDS)
def test_absent_tasks_are_nan_and_change_nothing_for_the_others(kind):
    solver = SOLVERS.load(kind)(list("abcde"))
    gramian = random_gramian(5, 1)
    here = [0, 1, 3]
    full = np.full((5, 5), np.nan)
    full[np.ix_(here, here)] = gramian[np.ix_(here, here)]
    weights = solver(full, np.random.default_rng(3))
    alone = solver(gramian[np.ix_(here, here)], np.random.default_rng(3))
    np.testing.assert_array_equal(weights[here], alone)
    assert np.isnan(weights[[2, 4]]).all()
    assert np.isnan(solver(np.full((5, 5), np.nan))).all()


@pytest.mark.parametrize("kind", KINDS)
def test_it_can_be_called_alone(kind):
    gramian = random_gramian(4, 2)
    np.testing.assert_array_equal(SOLVERS.load(kind)()(gramian), SOLVERS.load(kind)()(gramian))
