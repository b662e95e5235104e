"""A learned weighted sum of a model's layers."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from malsori.encoders.base import EncoderModule, Features
from malsori.encoders.standardise import Standardise
from malsori.encoders.tokens import Tokens


class WeightedLayers(EncoderModule):
    """A learned weighted sum of a frozen model's layers, each standardised first.

    After SUPERB (Yang and others, 2021). The weights begin equal.
    """

    def __init__(self, layers: int, dim: int) -> None:
        super().__init__()
        self.dim, self.layers = dim, layers
        self.standardise = Standardise(layers * dim)
        self.scores = nn.Parameter(torch.zeros(layers))

    def fit(self, features: Iterable[Features]) -> None:
        """Mean and deviation of every layer's values."""
        self.standardise.fit(features)

    def forward(self, features: Tensor, mask: Tensor) -> Tokens:
        """Tokens ``[B, T, D]`` of features ``[B, T, L · D]``."""
        values = self.standardise(features, mask).values
        stacked = values.unflatten(-1, (self.layers, self.dim))
        return Tokens(torch.einsum("btld,l->btd", stacked, self.scores.softmax(0)), mask)
