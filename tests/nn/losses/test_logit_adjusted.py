import pytest
import torch
from torch.nn import functional

from malsori.nn.counts import Counts
from malsori.nn.losses.logit_adjusted import LogitAdjusted

RARE = Counts(rows=100, classes=(90, 10))


def test_it_is_the_formula_of_the_paper():
    """Eq. 10: log(1 + Σ_{y' ≠ y} (π_y' / π_y)^τ · exp(f_y' − f_y))."""
    logits = torch.tensor([[0.3, -0.2], [1.1, 0.4]])
    found = LogitAdjusted(RARE, tau=0.5)(logits, torch.tensor([0, 1]))
    first = (1 + (10 / 90) ** 0.5 * torch.exp(torch.tensor(-0.5))).log()
    second = (1 + (90 / 10) ** 0.5 * torch.exp(torch.tensor(0.7))).log()
    torch.testing.assert_close(found, torch.stack([first, second]))


def test_without_tau_it_is_cross_entropy():
    logits, target = torch.randn(5, 2), torch.tensor([0, 1, 0, 1, 1])
    expected = functional.cross_entropy(logits, target, reduction="none")
    torch.testing.assert_close(LogitAdjusted(RARE, tau=0.0)(logits, target), expected)


@pytest.mark.parametrize(("tau", "expected"), [(0.0, 0.9), (1.0, 0.5)])
def test_what_tells_nothing_apart_learns_the_prior_or_balance(tau, expected):
    """Logits that are the same for all rows: plain, the frequencies; adjusted, one half each."""
    logits = torch.zeros(2, requires_grad=True)
    target = torch.tensor([0] * 90 + [1] * 10)
    optimizer = torch.optim.SGD([logits], lr=1.0)
    for _ in range(400):
        optimizer.zero_grad()
        LogitAdjusted(RARE, tau=tau)(logits.expand(100, 2), target).mean().backward()
        optimizer.step()
    assert torch.softmax(logits, 0)[0].item() == pytest.approx(expected, abs=1e-3)


def test_a_class_that_was_never_seen_stays_finite_and_nothing_is_saved():
    loss = LogitAdjusted(Counts(rows=4, classes=(4, 0)))
    assert torch.isfinite(loss(torch.zeros(1, 2), torch.tensor([1]))).all()
    assert loss.state_dict() == {}
