"""Late fusion: each modality answers by itself, and the answers are joined."""

from collections.abc import Mapping
from typing import Annotated

import torch
from pydantic import Field

from malsori.encoders.tokens import Tokens
from malsori.nn.fusion.base import Fused, Fusion, Summaries
from malsori.nn.pooling import PoolKind


class Late(Fusion):
    """One view for each modality; the heads of the present ones vote.

    What matters only in combination cannot be learned this way, and an absent modality costs
    nothing but its vote.

    Args:
        dims: size of the tokens of each modality.
        dim: size of each view.
        pool: how tokens become one vector, see `Pooling`.
        dropout: share of the pooled values and of each summary that is dropped in training.

    Example:
        >>> late = Late({"speech": 40, "text": 16}, dim=8)
        >>> tokens = {"speech": Tokens(torch.zeros(2, 3, 40), torch.ones(2, 3).bool())}
        >>> late(tokens).present.tolist()
        [[True, False], [True, False]]
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
        self.view_dims = dict.fromkeys(dims, dim)

    def forward(self, tokens: Mapping[str, Tokens]) -> Fused:
        """As many views `[B, dim]` as modalities; present where the modality is."""
        rows = self.check(tokens)
        views, attention = self.summaries(tokens, rows)
        nowhere = torch.zeros(rows, dtype=torch.bool, device=views[0].device)
        present = [tokens[m].present if m in tokens else nowhere for m in self.modalities]
        return Fused(views, torch.stack(present, dim=1), list(self.modalities), attention)
