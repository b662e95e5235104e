"""What all models share that are trained with the network: signals in, tokens out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from malsori.encoders.base import EncoderModule, Features
from malsori.encoders.pretrained.weighted_layers import WeightedLayers
from malsori.encoders.standardise import Standardise
from malsori.encoders.tokens import Tokens

_FITTED = 256  # training signals that the statistics of a tuned model's tokens come from


class Tuned(EncoderModule):
    """A model that is trained with the network."""

    def __init__(self, dim: int, layers: int | None, lr: float | None) -> None:
        super().__init__()
        self.dim, self.lr = dim, lr
        self.width = dim * (layers or 1)
        self.join: EncoderModule = (
            Standardise(dim) if layers is None else WeightedLayers(layers, dim)
        )

    @abstractmethod
    def tokens(self, signals: list[Tensor]) -> list[Tensor]:
        """Tokens ``[T_i, F]`` of signals ``[S_i]``, each as if it were alone."""

    def fit(self, features: Iterable[Features]) -> None:
        """Statistics of the first training signals' tokens, as the model gives them now."""
        device = next(self.parameters()).device
        before, _ = self.training, self.eval()
        with torch.no_grad():  # inference tensors may not be kept for training
            found = [
                self.tokens([torch.from_numpy(np.array(f[:, 0])).to(device)])[0].cpu().numpy()
                for f in islice(features, _FITTED)
            ]
        self.train(before)
        self.join.fit(found)

    def forward(self, features: Tensor, mask: Tensor) -> Tokens:
        """Tokens of signals ``[B, S, 1]``; a row of False is an absent modality."""
        lengths = mask.sum(1).tolist()
        there = [i for i, length in enumerate(lengths) if length]
        found = self.tokens([features[i, : lengths[i], 0] for i in there]) if there else []
        longest = max((len(tokens) for tokens in found), default=1)
        values = torch.zeros(len(lengths), longest, self.width, device=features.device)
        known = torch.zeros(values.shape[:2], dtype=torch.bool, device=mask.device)
        for i, tokens in zip(there, found, strict=True):
            values[i, : len(tokens)] = tokens
            known[i, : len(tokens)] = True
        joined: Tokens = self.join(values, known)
        return joined
