import math

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from malsori.nn.heads.multilabel import Multilabel
from malsori.nn.losses.binary_cross_entropy import BinaryCrossEntropy
from malsori.schema import Task

TASK = Task(name="symptom", kind="multilabel", classes=("열", "통증", "구토"))


def test_the_loss_is_the_mean_cross_entropy_of_the_classes():
    head, rng = Multilabel(4, TASK, loss=BinaryCrossEntropy()), np.random.default_rng(0)
    p, y = rng.uniform(0.05, 0.95, (20, 3)), rng.integers(0, 2, (20, 3))
    y[0], y[1] = 0, 1
    logits = torch.from_numpy(np.log(p) - np.log1p(-p))
    found = head.loss(logits, torch.from_numpy(y.astype(np.int8)))
    assert found.shape == (20,)
    expected = np.mean([log_loss(y[:, k], p[:, k]) for k in range(3)])
    assert found.mean().item() == pytest.approx(expected, rel=1e-5)


def test_classes_may_go_together_or_be_all_absent():
    head = Multilabel(4, TASK, loss=BinaryCrossEntropy())
    both = head.probabilities(torch.tensor([[9.0, 9.0, -9.0], [-9.0, -9.0, -9.0]]))
    assert (both > 0.5).tolist() == [[True, True, False], [False] * 3]


def test_it_starts_at_the_frequencies_and_at_their_entropy():
    head, prior = Multilabel(4, TASK, loss=BinaryCrossEntropy()), np.array([0.5, 0.2, 0.1])
    head.set_prior(prior)
    target = torch.tensor([[i < 5, i < 2, i < 1] for i in range(10)])
    entropy = -(prior * np.log(prior) + (1 - prior) * np.log(1 - prior)).mean()
    loss = head.loss(head(torch.randn(10, 4)), target)
    assert loss.mean().item() == pytest.approx(entropy, rel=1e-5)


def test_one_class_is_enough():
    head = Multilabel(
        4, Task(name="t", kind="multilabel", classes=("a",)), loss=BinaryCrossEntropy()
    )
    assert head.loss(torch.zeros(1, 1), torch.ones(1, 1)).item() == pytest.approx(math.log(2))
