import numpy as np
import pytest
import torch
from torch import nn

from malsori.balance.halves import measure, total_of


def problem(rows=9, seed=0):
    torch.manual_seed(seed)
    trunk, extra = nn.Linear(4, 3), nn.Linear(3, 2)
    heads = {"a": nn.Linear(3, 1), "b": nn.Linear(2, 1)}
    x = torch.randn(rows, 4)
    shared = trunk(x).tanh()
    losses = {
        "a": heads["a"](shared).squeeze(-1).square(),
        "b": heads["b"](extra(shared)).squeeze(-1).cos(),
    }
    valid = {"a": torch.ones(rows, dtype=torch.bool), "b": torch.arange(rows) % 3 > 0}
    groups = {"trunk": list(trunk.parameters()), "extra": list(extra.parameters())}
    return losses, valid, groups


def naive(losses, valid, parameters):
    rows = []
    for task, loss in losses.items():
        found = torch.autograd.grad(
            loss[valid[task]].mean(), parameters, retain_graph=True, allow_unused=True
        )
        zeros = [torch.zeros_like(p) for p in parameters]
        pieces = [z if g is None else g for g, z in zip(found, zeros, strict=True)]
        rows.append(torch.cat([p.flatten() for p in pieces]).double())
    stacked = torch.stack(rows)
    return (stacked @ stacked.T).numpy()


@pytest.mark.parametrize("seed", range(5))
def test_exact_gramian_is_that_of_naive_autograd(seed):
    losses, valid, groups = problem(seed=seed)
    found = measure(losses, valid, groups, np.random.default_rng(seed))
    for name, group in groups.items():
        np.testing.assert_allclose(
            found[name].inner, naive(losses, valid, group), rtol=1e-5, atol=1e-9
        )
    everything = [p for group in groups.values() for p in group]
    np.testing.assert_allclose(
        total_of(found).inner, naive(losses, valid, everything), rtol=1e-5, atol=1e-9
    )


def test_a_task_that_does_not_use_parameters_has_gradient_zero_there():
    losses, valid, groups = problem()
    extra = measure(losses, valid, groups, np.random.default_rng(0))["extra"]
    assert extra.tasks == ("a", "b")
    assert extra.inner[0].tolist() == [0.0, 0.0]
    assert extra.unbiased[0].tolist() == [0.0, 0.0]
    assert extra.inner[1, 1] > 0


def test_task_without_a_label_is_left_out_and_one_label_has_no_halves():
    losses, valid, groups = problem()
    valid["a"] = torch.zeros(9, dtype=torch.bool)
    valid["b"] = torch.arange(9) == 4
    found = measure(losses, valid, groups, np.random.default_rng(0))["trunk"]
    assert found.tasks == ("b",)
    np.testing.assert_allclose(
        found.inner, naive({"b": losses["b"]}, valid, groups["trunk"]), rtol=1e-5
    )
    assert np.isnan(found.unbiased).all()


def test_no_label_at_all():
    losses, valid, groups = problem()
    nothing = {task: torch.zeros_like(mask) for task, mask in valid.items()}
    assert measure(losses, nothing, groups, np.random.default_rng(0))["trunk"].tasks == ()


def test_estimates_have_no_bias_where_batch_gradients_have():
    """Rows of noise around known gradients: 2 000 batches against the truth."""
    rng = np.random.default_rng(0)
    truth = np.array([[0.3, 0.0, 0.1], [-0.1, 0.2, 0.0]])
    expected = truth @ truth.T
    every_row = torch.ones(8, dtype=torch.bool)
    inner, unbiased = [], []
    for _ in range(2000):
        noise = rng.normal(size=(8, 3))
        rows = [noise * 0.7 + truth[0], rng.normal(size=(8, 3)) * 0.7 + 0.3 * noise + truth[1]]
        weight = torch.zeros(3, dtype=torch.float64, requires_grad=True)
        losses = {t: torch.from_numpy(r) @ weight for t, r in zip("ab", rows, strict=True)}
        valid = {"a": every_row, "b": torch.from_numpy(rng.random(8) < 0.8)}
        found = measure(losses, valid, {"all": [weight]}, rng)["all"]
        if found.tasks == ("a", "b") and np.isfinite(found.unbiased).all():
            inner.append(found.inner)
            unbiased.append(found.unbiased)
    error = np.std(unbiased, axis=0) / np.sqrt(len(unbiased))
    assert (np.abs(np.mean(unbiased, axis=0) - expected) < 4 * error).all()
    biased = np.mean(inner, axis=0) - expected
    # 3 · 0.49 / 8 of noise in the squared norm, and the noise that both tasks share.
    assert biased[0, 0] == pytest.approx(3 * 0.49 / 8, rel=0.1)
    assert biased[0, 1] == pytest.approx(3 * 0.7 * 0.3 / 8, rel=0.2)
