"""From the tokens of a modality to one vector."""

from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from malsori.encoders.tokens import Tokens

# Below this variance the standard deviation of tokens is treated as nil.
_VARIANCE = 1e-5

PoolKind = Literal["mean", "mean_std", "attention"]


class Pooled(NamedTuple):
    """What became of the tokens of a modality.

    Attributes:
        vector: `[B, D]`.
        attention: how much each token weighed, `[B, 1, 1, T]` in the form of `Fused.attention`,
            or None.
    """

    vector: Tensor
    attention: Tensor | None = None


class Pooling(nn.Module):
    """One vector of however many tokens; what is masked is never read.

    `mean_std` appends the standard deviations: how much something moves is half of how it is
    said. They are exactly 0 for a single token. `attention` is a mean weighted by a learned
    score of each token.

    Args:
        dim: size D of a token.
        kind: `mean`, `mean_std` or `attention`.

    Attributes:
        out_dim: size of the vector: 2 D for `mean_std`, else D.

    Example:
        >>> tokens = Tokens(torch.tensor([[[1.0], [3.0], [9.0]]]), torch.tensor([[1, 1, 0]]).bool())
        >>> Pooling(1, "mean")(tokens).vector.tolist()
        [[2.0]]
    """

    def __init__(self, dim: int, kind: PoolKind) -> None:
        super().__init__()
        self.kind = kind
        self.out_dim = 2 * dim if kind == "mean_std" else dim
        self.score = nn.Linear(dim, 1) if kind == "attention" else None

    def forward(self, tokens: Tokens) -> Pooled:
        """The vectors `[B, out_dim]`; finite also for a row without tokens."""
        mask = tokens.mask.unsqueeze(-1)
        # Not a product with the mask: what is masked may be NaN.
        values = tokens.values.masked_fill(~mask, 0.0)
        if self.score is not None:
            weights = self._attention(self.score(values), mask)
            # Where nothing is present the softmax is over masked tokens.
            seen = weights.masked_fill(~mask, 0.0).transpose(1, 2).unsqueeze(1)
            return Pooled((weights * values).sum(dim=1), seen)
        count = mask.sum(dim=1).clamp(min=1)
        mean = values.sum(dim=1) / count
        if self.kind == "mean":
            return Pooled(mean)
        centred = (values - mean.unsqueeze(1)).masked_fill(~mask, 0.0)
        variance = centred.square().sum(dim=1) / count
        # The shift keeps the gradient of the root finite and a single token at exactly 0.
        deviation = (variance + _VARIANCE).sqrt() - _VARIANCE**0.5
        return Pooled(torch.cat([mean, deviation], dim=-1))

    @staticmethod
    def _attention(score: Tensor, mask: Tensor) -> Tensor:
        lowest = torch.finfo(score.dtype).min
        return torch.softmax(score.masked_fill(~mask, lowest), dim=1)
