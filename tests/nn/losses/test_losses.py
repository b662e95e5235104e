"""What every loss must satisfy; a new file in losses/ is tested without a change here."""

import pytest
import torch

from malsori.nn.counts import Counts
from malsori.nn.losses import LOSSES
from malsori.schema import Task

KINDS = LOSSES.kinds()
COUNTS = Counts(rows=8, classes=(5, 3, 0))
TASK = Task(name="t", kind="nominal", classes=("a", "b", "c"))


def loss_of(kind):
    return LOSSES.build(LOSSES.example(kind), task=TASK, counts=COUNTS)


def pair(kind, rows=12):
    """Logits, and a target of the kind that this loss is for."""
    torch.manual_seed(0)
    answer = LOSSES.load(kind).answer
    logits = torch.randn(rows, 1 if answer == "number" else 3)
    if answer == "class":
        return logits, torch.arange(rows) % 3
    return logits, torch.randn(rows, 1) if answer == "number" else (torch.rand(rows, 3) < 0.5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_one_finite_number_a_row(kind, scale):
    logits, target = pair(kind)
    found = loss_of(kind)(logits * scale, target)
    assert found.shape == (12,)
    assert found.dtype == torch.float32
    assert torch.isfinite(found).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_depends_on_itself_alone(kind):
    (logits, target), loss, rows = pair(kind), loss_of(kind), torch.tensor([7, 2])
    torch.testing.assert_close(loss(logits, target)[rows], loss(logits[rows], target[rows]))


@pytest.mark.parametrize("kind", KINDS)
def test_descending_makes_it_small(kind):
    (logits, target), loss = pair(kind), loss_of(kind)
    logits.requires_grad_(True)
    first = loss(logits, target).sum().item()
    optimizer = torch.optim.Adam([logits], lr=0.3)
    for _ in range(100):
        optimizer.zero_grad()
        loss(logits, target).sum().backward()
        optimizer.step()
    assert loss(logits, target).sum().item() < 0.2 * first


@pytest.mark.parametrize("kind", [k for k in KINDS if LOSSES.load(k).answer == "class"])
def test_a_distribution_on_one_class_is_that_class(kind):
    (logits, target), loss = pair(kind), loss_of(kind)
    one_hot = torch.eye(3, dtype=torch.float64)[target]
    torch.testing.assert_close(loss(logits, one_hot), loss(logits, target))
