import math

import pytest
import torch

from malsori.nn.losses.binary_cross_entropy import BinaryCrossEntropy


def test_it_is_the_mean_over_the_questions():
    logits = torch.tensor([[0.0, math.log(3)]])
    found = BinaryCrossEntropy()(logits, torch.tensor([[1, 0]], dtype=torch.int8)).item()
    assert found == pytest.approx((math.log(2) + math.log(4)) / 2)
