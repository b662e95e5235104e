"""What a fusion is, and the summary of one modality that fusions are built from."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from malsori.encoders.tokens import Tokens
from malsori.errors import MalsoriError
from malsori.nn.pooling import Pooling, PoolKind
from malsori.schema import nearest


@dataclass(frozen=True)
class Fused:
    """What a fusion made of a batch.

    Attributes:
        views: for each of the V views a tensor `[B, D_v]`.
        present: bool `[B, V]`; an absent view has no vote.
        names: of the views.

    Example:
        >>> Fused([torch.zeros(2, 8)], torch.ones(2, 1, dtype=torch.bool), ["early"]).names
        ['early']
    """

    views: list[Tensor]
    present: Tensor
    names: list[str]


class Fusion(nn.Module, ABC):
    """From tokens to views. One view is one representation with its own sharing and heads.

    A row's result depends on that row alone and never on what is masked. A row without tokens
    of a modality, and a modality that is not given at all, count as absent: a learned vector
    stands in.

    Args:
        dims: size of the tokens of each modality.

    Attributes:
        view_dims: size of each view, by name; in order.

    Raises:
        MalsoriError: no modality.
    """

    view_dims: dict[str, int]

    def __init__(self, dims: Mapping[str, int]) -> None:
        super().__init__()
        if not dims:
            raise MalsoriError("fusion: no modality", hint="name at least one encoder")
        self.modalities = list(dims)

    @abstractmethod
    def forward(self, tokens: Mapping[str, Tokens]) -> Fused:
        """The views of a batch.

        Args:
            tokens: by modality; at least one.
        """

    def check(self, tokens: Mapping[str, Tokens]) -> int:
        """The number of rows.

        Raises:
            MalsoriError: no tokens, or of a modality that this fusion was not built for.
        """
        for name in tokens:
            if name not in self.modalities:
                raise MalsoriError(
                    f"fusion: no modality {name!r}", hint=nearest(name, self.modalities)
                )
        if not tokens:
            raise MalsoriError("fusion: the batch has no modality at all")
        return len(next(iter(tokens.values())).mask)


class Summary(nn.Module):
    """One modality as one vector: pooled, narrowed, normalised.

    The narrow layer between two dropouts is what lets a few hundred utterances with a few
    hundred functionals be learned without being memorised.

    Args:
        dim: size D of a token.
        out_dim: size of the vector.
        pool: see `Pooling`.
        dropout: share of the pooled values and of the result that is dropped in training.

    Example:
        >>> summary = Summary(4, 8, "mean", dropout=0.1)
        >>> summary(Tokens(torch.zeros(2, 3, 4), torch.ones(2, 3).bool()), rows=2).shape
        torch.Size([2, 8])
    """

    def __init__(self, dim: int, out_dim: int, pool: PoolKind, dropout: float) -> None:
        super().__init__()
        self.pool = Pooling(dim, pool)
        self.narrow = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(self.pool.out_dim, out_dim),
            nn.LayerNorm(out_dim),
            nn.GELU(),
            nn.Dropout(dropout),
        )
        self.absent = nn.Parameter(torch.randn(out_dim) * 0.02)

    def forward(self, tokens: Tokens | None, rows: int) -> Tensor:
        """The vectors `[rows, out_dim]`; the learned one where the modality is absent."""
        if tokens is None:
            return self.absent.expand(rows, -1)
        vector: Tensor = self.narrow(self.pool(tokens))
        return torch.where(tokens.present.unsqueeze(-1), vector, self.absent.to(vector.dtype))
