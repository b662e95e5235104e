"""The squared error of a number."""

from typing import ClassVar

from torch import Tensor

from malsori.nn.losses.base import Answer, Loss


class SquaredError(Loss):
    """(found − wanted)², in the square of the unit that both are in.

    Example:
        >>> import torch
        >>> SquaredError()(torch.tensor([[1.0]]), torch.tensor([[3.0]]))
        tensor([4.])
    """

    answer: ClassVar[Answer] = "number"

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """In squared units, `[B]`."""
        return ((logits - target) ** 2).squeeze(-1)
