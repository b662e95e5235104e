"""Early fusion: the modalities are seen together, so their interaction can be learned."""

from collections.abc import Mapping
from typing import Annotated

import torch
from pydantic import Field
from torch import nn

from malsori.encoders.tokens import Tokens
from malsori.nn.fusion.base import Fused, Fusion, Summaries
from malsori.nn.pooling import PoolKind


class Early(Fusion):
    """One view: the summaries of all modalities side by side, normalised.

    Only a network that sees both modalities at once can learn that the same words mean
    something else in another voice.

    Args:
        dims: size of the tokens of each modality.
        dim: size of the summary of one modality; the view has this size times their number.
        pool: how tokens become one vector, see `Pooling`.
        dropout: share of the pooled values and of each summary that is dropped in training.

    Example:
        >>> early = Early({"speech": 40, "text": 16}, dim=8)
        >>> tokens = {"speech": Tokens(torch.zeros(2, 3, 40), torch.ones(2, 3).bool())}
        >>> early(tokens).views[0].shape
        torch.Size([2, 16])
    """

    def __init__(
        self,
        dims: Mapping[str, int],
        *,
        dim: Annotated[int, Field(ge=1)] = 128,
        pool: PoolKind = "mean_std",
        dropout: Annotated[float, Field(ge=0, lt=1)] = 0.2,
    ) -> None:
        super().__init__(dims)
        self.summaries = Summaries(dims, dim, pool, dropout)
        self.view_dims = {"early": dim * len(dims)}
        self.norm = nn.LayerNorm(self.view_dims["early"])

    def forward(self, tokens: Mapping[str, Tokens]) -> Fused:
        """One view `[B, dim · modalities]`, present wherever any modality is."""
        rows = self.check(tokens)
        vectors, attention = self.summaries(tokens, rows)
        present = torch.stack([each.present for each in tokens.values()]).any(dim=0)
        view = self.norm(torch.cat(vectors, dim=-1))
        return Fused([view], present.unsqueeze(1), ["early"], attention)
