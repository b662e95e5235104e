"""What a fusion is, and the summary of one modality that fusions are built from."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from malsori.encoders.tokens import Tokens
from malsori.errors import MalsoriError
from malsori.nn.names import key_of
from malsori.nn.pooling import Pooled, Pooling, PoolKind
from malsori.schema import nearest


@dataclass(frozen=True)
class Fused:
    """What a fusion made of a batch.

    Attributes:
        views: for each of the V views a tensor `[B, D_v]`.
        present: bool `[B, V]`; an absent view has no vote.
        names: of the views.
        attention: what looked at what, for those who ask; None if nothing did. By name (a
            modality that is pooled; `text→speech` for text that looks at speech; whatever says
            it) the weights `[B, H, Q, K]` of H heads, Q queries and K keys. They are ≥ 0 and sum
            to 1 over the keys; masked keys have 0, and a query without any key has 0 everywhere.
            A gate over the V views is one head and one query: `[B, 1, 1, V]`.
    """

    views: list[Tensor]
    present: Tensor
    names: list[str]
    attention: Mapping[str, Tensor] | None = None


class Fusion(nn.Module, ABC):
    """From tokens to views. One view is one representation with its own sharing and heads.

    A row's result depends on that row alone and never on what is masked. A row without tokens
    of a modality, and a modality that is not given at all, count as absent: a learned vector
    stands in.

    Args:
        dims: size of the tokens of each modality.

    Attributes:
        view_dims: size of each view, by name; in order.
        tied: whether every view is answered by the same heads, one for each task; the views
            then have to be of one size.

    Raises:
        MalsoriError: no modality.
    """

    view_dims: dict[str, int]
    tied: bool = False

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

    def penalty(self) -> Tensor | None:
        """A scalar that training adds to the losses, weighted as it shall be; None adds nothing."""
        return None

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
        >>> summary(Tokens(torch.zeros(2, 3, 4), torch.ones(2, 3).bool()), rows=2).vector.shape
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

    def forward(self, tokens: Tokens | None, rows: int) -> Pooled:
        """The vectors `[rows, out_dim]`; the learned one where the modality is absent."""
        if tokens is None:
            return Pooled(self.absent.expand(rows, -1))
        pooled: Pooled = self.pool(tokens)
        vector: Tensor = self.narrow(pooled.vector)
        there = tokens.present.unsqueeze(-1)
        return Pooled(torch.where(there, vector, self.absent.to(vector.dtype)), pooled.attention)


class Summaries(nn.ModuleDict):
    """The `Summary` of each modality.

    Example:
        >>> summaries = Summaries({"speech": 4}, 8, "attention", 0.1)
        >>> tokens = {"speech": Tokens(torch.zeros(2, 3, 4), torch.ones(2, 3).bool())}
        >>> vectors, attention = summaries(tokens, rows=2)
        >>> attention["speech"].shape
        torch.Size([2, 1, 1, 3])
    """

    def __init__(
        self, dims: Mapping[str, int], out_dim: int, pool: PoolKind, dropout: float
    ) -> None:
        made = {key_of(m): Summary(dim, out_dim, pool, dropout) for m, dim in dims.items()}
        super().__init__(made)
        self.modalities = list(dims)

    def forward(
        self, tokens: Mapping[str, Tokens], rows: int
    ) -> tuple[list[Tensor], dict[str, Tensor] | None]:
        """The vectors of all modalities `[rows, out_dim]`, and their attention if they have any."""
        pooled = {m: self[key_of(m)](tokens.get(m), rows) for m in self.modalities}
        seen = {m: each.attention for m, each in pooled.items() if each.attention is not None}
        return [each.vector for each in pooled.values()], seen or None
