"""Low-rank updates of weights that a model reads without calling the layer they belong to."""

from __future__ import annotations

import math
from collections.abc import Collection

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize


class LowRank(nn.Module):
    """A weight and a product of two thin matrices, the second of them zero at first.

    Example:
        >>> weight = torch.eye(3)
        >>> torch.equal(LowRank(3, 3, rank=1, alpha=2)(weight), weight)
        True
    """

    def __init__(self, rows: int, columns: int, *, rank: int, alpha: float) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.empty(rank, columns))
        self.b = nn.Parameter(torch.zeros(rows, rank))
        self.scale = alpha / rank
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))  # as in peft

    def forward(self, weight: Tensor) -> Tensor:
        """The weight ``[rows, columns]`` with its update."""
        return weight + self.scale * (self.b @ self.a)


def update_weights(model: nn.Module, names: Collection[str], rank: int, alpha: float) -> None:
    """Gives linear layers of these names low-rank updates, however their weights are read.

    peft replaces a layer's forward. WavLM's attention hands the weights of its layers to torch and
    never calls them, so peft's updates would be trained parameters that change nothing. The model
    is changed in place; an update counts ``alpha / rank`` times.
    """
    found = [
        part
        for name, part in model.named_modules()
        if isinstance(part, nn.Linear) and name.rpartition(".")[2] in names
    ]
    for part in found:
        update = LowRank(part.out_features, part.in_features, rank=rank, alpha=alpha)
        parametrize.register_parametrization(part, "weight", update)
