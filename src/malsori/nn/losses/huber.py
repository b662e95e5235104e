"""The Huber loss of a number."""

from typing import ClassVar

from torch import Tensor
from torch.nn import functional

from malsori.nn.losses.base import Answer, Loss


class Huber(Loss):
    """Squared up to 1 and linear beyond, so that a few odd labels pull less (Huber, 1964).

    With e = |found − wanted| it is e² for e ≤ 1 and 2e − 1 beyond: twice PyTorch's, so that small
    errors cost as much as squared ones. A regression head hands over standard deviations.

    Example:
        >>> import torch
        >>> Huber()(torch.tensor([[0.5], [3.0]]), torch.zeros(2, 1))
        tensor([0.2500, 5.0000])
    """

    answer: ClassVar[Answer] = "number"

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """In squared units, `[B]`."""
        return 2 * functional.huber_loss(logits, target, reduction="none").squeeze(-1)
