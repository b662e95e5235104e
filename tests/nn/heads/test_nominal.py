import math

import numpy as np
import pytest
import torch

from malsori.nn.heads.nominal import Nominal
from malsori.nn.losses.cross_entropy import CrossEntropy
from malsori.schema import Task

TASK = Task(name="t", kind="nominal", classes=("a", "b", "c"))


def test_loss_is_the_negative_log_likelihood():
    head = Nominal(4, TASK, loss=CrossEntropy())
    logits = torch.tensor([0.5, 0.3, 0.2]).log()[None]
    assert head.loss(logits, torch.tensor([1])).item() == pytest.approx(-math.log(0.3))


def test_starting_loss_is_the_entropy_of_the_prior():
    head = Nominal(4, TASK, loss=CrossEntropy())
    prior = np.array([0.5, 0.3, 0.2])
    head.set_prior(prior)
    target = torch.tensor([0] * 5 + [1] * 3 + [2] * 2)
    loss = head.loss(head(torch.randn(10, 4)), target).mean().item()
    assert loss == pytest.approx(-(prior * np.log(prior)).sum())


def test_a_distribution_is_a_target_too():
    head = Nominal(4, TASK, loss=CrossEntropy(), target="soft")
    logits = torch.randn(6, 3)
    hard = torch.tensor([0, 1, 2, 0, 1, 2])
    one_hot = torch.eye(3, dtype=torch.float64)[hard]
    torch.testing.assert_close(head.loss(logits, one_hot), head.loss(logits, hard))
    p = torch.tensor([[0.6, 0.4, 0.0]])
    expected = -(p * torch.log_softmax(logits[:1], -1)).sum()
    assert head.loss(logits[:1], p).item() == pytest.approx(expected.item())
