"""Hard sharing: one trunk for all tasks."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated

from pydantic import Field
from torch import Tensor, nn

from malsori.errors import MalsoriError
from malsori.nn.sharing.base import CutSharing


class Hard(CutSharing):
    """All tasks share every layer but their heads (Caruana, 1997).

    With a trunk of P parameters and heads of H_k, hard sharing has P + ΣH_k parameters where
    single-task networks have Σ(P + H_k).

    Args:
        in_dim: size of the view.
        tasks: names of the tasks.
        depth: number of layers (linear, normalisation, GELU, dropout), ≥ 1.
        dim: size of each.
        dropout: share that is dropped after each layer in training.

    Raises:
        MalsoriError: `depth` < 1.

    Example:
        >>> import torch
        >>> hard = Hard(16, ["urgency", "sentiment"], depth=2, dim=32)
        >>> {task: tuple(x.shape) for task, x in hard(torch.zeros(4, 16)).items()}
        {'urgency': (4, 32), 'sentiment': (4, 32)}
    """

    def __init__(
        self,
        in_dim: int,
        tasks: Sequence[str],
        *,
        depth: int = 1,
        dim: Annotated[int, Field(ge=1)] = 256,
        dropout: Annotated[float, Field(ge=0, lt=1)] = 0.2,
    ) -> None:
        super().__init__(in_dim, tasks)
        if depth < 1:
            raise MalsoriError(f"sharing.depth: {depth} is not ≥ 1")
        sizes = [in_dim] + [dim] * depth
        self.trunk = nn.Sequential(
            *(
                nn.Sequential(nn.Linear(a, b), nn.LayerNorm(b), nn.GELU(), nn.Dropout(dropout))
                for a, b in pairwise(sizes)
            )
        )
        self.out_dim = dim

    def shared(self, view: Tensor) -> tuple[Tensor]:
        """The trunk's output `[B, dim]`."""
        return (self.trunk(view),)

    def branches(self, copies: Mapping[str, Sequence[Tensor]]) -> dict[str, Tensor]:
        """The copies themselves."""
        return {task: own[0] for task, own in copies.items()}
