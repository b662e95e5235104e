"""Binary cross-entropy of several yes-or-no questions."""

from typing import ClassVar

from torch import Tensor
from torch.nn import functional

from malsori.nn.losses.base import Answer, Loss


class BinaryCrossEntropy(Loss):
    """The mean over a row's questions of −log p(right answer), in nats.

    The mean and not the sum, so that a task with many classes or thresholds does not push harder
    than one with few.

    Example:
        >>> import torch
        >>> BinaryCrossEntropy()(torch.zeros(1, 3), torch.ones(1, 3)).exp()
        tensor([2.])
    """

    answer: ClassVar[Answer] = "binary"

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """In nats, `[B]`."""
        losses = functional.binary_cross_entropy_with_logits(
            logits, target.float(), reduction="none"
        )
        return losses.mean(dim=-1)
