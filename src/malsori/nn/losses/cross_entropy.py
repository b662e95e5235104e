"""Cross-entropy of one class among K."""

from typing import ClassVar

from torch import Tensor
from torch.nn import functional

from malsori.nn.losses.base import Answer, Loss


class CrossEntropy(Loss):
    """−log p(class), in nats; with a distribution q in place of a class, −Σ q log p.

    Example:
        >>> import torch
        >>> CrossEntropy()(torch.tensor([[0.5, 0.3, 0.2]]).log(), torch.tensor([0])).exp()
        tensor([2.])
    """

    answer: ClassVar[Answer] = "class"

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """In nats, `[B]`."""
        if target.is_floating_point():
            target = target.float()
        return functional.cross_entropy(logits, target, reduction="none")
