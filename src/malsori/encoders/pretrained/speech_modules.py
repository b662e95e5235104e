"""The halves of speech encoders that live in the network."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import numpy as np
import torch
from torch import Tensor, nn

from malsori.encoders.base import EncoderModule, Features
from malsori.encoders.pretrained.hearing import Hearing, hear_all
from malsori.encoders.pretrained.pooling import Per, edges, pool
from malsori.encoders.standardise import Standardise
from malsori.encoders.tokens import Tokens

_FITTED = 256  # training utterances that the statistics of a tuned model's tokens come from


class WeightedLayers(EncoderModule):
    """A learned weighted sum of a frozen model's layers, each standardised first.

    After SUPERB (Yang and others, 2021). The weights begin equal.

    Args:
        layers: L.
        dim: D of a frame in one layer.

    Example:
        >>> module = WeightedLayers(2, 3)
        >>> module(torch.ones(1, 4, 6), torch.ones(1, 4).bool()).values.shape
        torch.Size([1, 4, 3])
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


class TunedSpeech(EncoderModule):
    """A speech model that is trained with the network: waveforms in, tokens out.

    Args:
        hearing: the model; which of its parameters are trained is set already.
        rate: samples a second.
        tokens: how many a second or an utterance.
        per: ``second`` or ``utterance``.
        window: seconds that are heard at once.
        overlap: seconds that neighbouring windows share.
        lr: the model's learning rate.
    """

    def __init__(
        self,
        hearing: Hearing,
        *,
        rate: int,
        tokens: int,
        per: Per,
        window: float,
        overlap: float,
        lr: float | None,
    ) -> None:
        super().__init__()
        self.hearing = hearing
        weighted = hearing.layers == "weighted"
        self.dim, self.lr = hearing.dim, lr
        self.rate, self.tokens, self.per = rate, tokens, per
        self.size, self.overlap = round(window * rate), round(overlap * rate)
        self.join: EncoderModule = (
            WeightedLayers(hearing.count, hearing.dim) if weighted else Standardise(hearing.dim)
        )

    def fit(self, features: Iterable[Features]) -> None:
        """Statistics of the first training utterances' tokens, as the model gives them now."""
        device = next(self.hearing.parameters()).device
        before, _ = self.hearing.training, self.hearing.eval()
        with torch.inference_mode():
            found = [
                self._tokens([torch.from_numpy(np.array(f[:, 0])).to(device)])[0].cpu().numpy()
                for f in islice(features, _FITTED)
            ]
        self.hearing.train(before)
        self.join.fit(found)

    def forward(self, features: Tensor, mask: Tensor) -> Tokens:
        """Tokens of waveforms ``[B, S, 1]``; a row of False is an absent modality."""
        lengths = mask.sum(1).tolist()
        there = [i for i, length in enumerate(lengths) if length]
        found = self._tokens([features[i, : lengths[i], 0] for i in there])
        width = found[0].shape[-1] if found else self._width
        longest = max((len(tokens) for tokens in found), default=1)
        values = features.new_zeros((len(lengths), longest, width))
        known = torch.zeros(values.shape[:2], dtype=torch.bool, device=mask.device)
        for i, tokens in zip(there, found, strict=True):
            values[i, : len(tokens)] = tokens
            known[i, : len(tokens)] = True
        joined: Tokens = self.join(values, known)
        return joined

    @property
    def _width(self) -> int:
        return self.dim * (self.hearing.count if isinstance(self.join, WeightedLayers) else 1)

    def _tokens(self, waves: list[Tensor]) -> list[Tensor]:
        """Tokens ``[T_i, F]`` of waveforms ``[S_i]``, all of them heard in one batch."""
        if not waves:
            return []
        budget = self.size * len(waves) * 8
        heard = hear_all(self.hearing, waves, self.size, self.overlap, budget)
        return [
            pool(h, edges(len(h), self.rate / self.hearing.hop, self.tokens, self.per)).flatten(1)
            for h in heard
        ]
