"""A part of a model that is not trained and that no gradient passes through."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Unlearned(nn.Module):
    """A part whose inputs are not trained either, so that nothing in it is kept for gradients.

    The models of transformers ask for gradients of the waveform when they are trained. They would
    be of no use, but their activations before the transformer are most of the memory.

    Args:
        part: on one tensor; its weights are shared.

    Example:
        >>> Unlearned(nn.Linear(2, 1))(torch.ones(1, 2, requires_grad=True)).requires_grad
        False
    """

    def __init__(self, part: nn.Module) -> None:
        super().__init__()
        self.part = part.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        """What the part makes of `x`."""
        with torch.no_grad():
            result: Tensor = self.part(x)
        return result
