"""Features with zero mean and unit variance, by the training features only."""

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from malsori.encoders.base import EncoderModule, Features
from malsori.encoders.tokens import Tokens


class Standardise(EncoderModule):
    """Subtracts the training mean and divides by the training deviation; otherwise the identity.

    A value that is unknown (NaN) becomes the training mean, that is zero.
    A feature that never varies in training becomes zero. Values beyond ± `limit` deviations are
    clipped, so that one odd recording cannot drive a network.

    Example:
        >>> module = Standardise(1)
        >>> module.fit([np.array([[1.0], [3.0]], np.float32)])
        >>> ones = torch.ones(1, 1, 1)
        >>> module(3 * ones, torch.ones(1, 1, dtype=torch.bool)).values.item()
        1.0
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, features: int, limit: float = 5.0) -> None:
        super().__init__()
        self.dim = features
        self.limit = limit
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))

    def fit(self, features: Iterable[Features]) -> None:
        """Takes mean and deviation over all tokens of the training features, ignoring NaN."""
        count, mean, square = np.zeros(self.dim), np.zeros(self.dim), np.zeros(self.dim)
        for part in features:
            values = part.astype(np.float64)
            known = np.isfinite(values)
            now = known.sum(axis=0)
            total = count + now
            centre = np.where(known, values, 0.0).sum(axis=0) / np.maximum(now, 1)
            moved = centre - mean
            # Chan, Golub and LeVeque (1979): joins two sets without losing digits.
            square += np.where(known, values - centre, 0.0).__pow__(2).sum(axis=0)
            square += moved**2 * count * now / np.maximum(total, 1)
            mean += moved * now / np.maximum(total, 1)
            count = total
        deviation = np.sqrt(square / np.maximum(count, 1))
        varies = deviation > 1e-6 * np.maximum(np.abs(mean), 1e-6)
        self.mean.copy_(torch.from_numpy(mean))
        self.scale.copy_(torch.from_numpy(np.where(varies, 1 / np.where(varies, deviation, 1), 0)))

    def forward(self, features: Tensor, mask: Tensor) -> Tokens:
        """Tokens `[B, T, F]`; NaN does not pass."""
        values = ((features - self.mean) * self.scale).clamp(-self.limit, self.limit)
        return Tokens(torch.nan_to_num(values, nan=0.0), mask)
