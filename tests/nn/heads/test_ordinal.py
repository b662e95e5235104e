import math

import pytest
import torch

from malsori.errors import MalsoriError
from malsori.nn.heads.ordinal import Ordinal
from malsori.nn.losses.binary_cross_entropy import BinaryCrossEntropy
from malsori.schema import Task

TASK = Task(name="urgency", kind="ordinal", classes=("a", "b", "c", "d"))


def logit(p):
    return math.log(p / (1 - p))


def test_loss_is_the_mean_over_thresholds():
    head = Ordinal(4, TASK, loss=BinaryCrossEntropy())
    logits = torch.tensor([[logit(0.9), logit(0.6), logit(0.3)]])
    expected = -(math.log(0.9) + math.log(0.4) + math.log(0.7)) / 3
    assert head.loss(logits, torch.tensor([1])).item() == pytest.approx(expected)


def test_thresholds_are_made_monotone_by_their_cumulative_minimum():
    head = Ordinal(4, TASK, loss=BinaryCrossEntropy())
    crossing = torch.tensor([[logit(0.6), logit(0.8), logit(0.3)]])
    found = head.probabilities(crossing)[0]
    torch.testing.assert_close(found, torch.tensor([0.4, 0.0, 0.3, 0.3]))


def test_shared_thresholds_have_one_weight_vector_and_differ_in_bias():
    head = Ordinal(4, TASK, loss=BinaryCrossEntropy(), thresholds="shared")
    assert sum(p.numel() for p in head.parameters()) == 4 + 3
    logits = head(torch.randn(6, 4))
    gaps = logits[:, :-1] - logits[:, 1:]
    torch.testing.assert_close(gaps, gaps[:1].expand(6, -1))
    assert (gaps > 0).all()


def test_independent_thresholds_have_their_own_weights():
    head = Ordinal(4, TASK, loss=BinaryCrossEntropy())
    assert sum(p.numel() for p in head.parameters()) == 3 * (4 + 1)


@pytest.mark.parametrize("thresholds", ["independent", "shared"])
def test_an_order_is_needed(thresholds):
    task = Task(name="sentiment", kind="nominal", classes=("a", "b"))
    with pytest.raises(MalsoriError, match="answers ordinal tasks, and 'sentiment' is nominal"):
        Ordinal(4, task, loss=BinaryCrossEntropy(), thresholds=thresholds)
