"""Cross-entropy for classes of unequal frequency."""

from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Tensor
from torch.nn import functional

from malsori.nn.counts import Counts
from malsori.nn.losses.base import Answer, Loss


class LogitAdjusted(Loss):
    """Cross-entropy of logits to which τ log π is added, π the shares of the classes in training.

    Menon et al., *Long-tail learning via logit adjustment* (2021, arXiv 2007.07314). What the
    logits themselves then say is meant for classes that are equally frequent: for τ = 1 they are
    Fisher consistent for the balanced error, so rare classes are predicted more often. Held
    against the score of the training prior such probabilities lose, and the macro averages gain.

    Args:
        counts: of the training labels; a class that training never saw counts as half a row.
        tau: τ ≥ 0; 0 is plain cross-entropy.

    Example:
        >>> loss = LogitAdjusted(Counts(rows=4, classes=(3, 1)))
        >>> loss(torch.zeros(2, 2), torch.tensor([0, 1])).exp()
        tensor([1.3333, 4.0000])
    """

    answer: ClassVar[Answer] = "class"

    def __init__(self, counts: Counts, *, tau: Annotated[float, Field(ge=0)] = 1.0) -> None:
        super().__init__()
        seen = torch.tensor(counts.classes, dtype=torch.float64).clamp(min=0.5)
        self.shift: Tensor
        # Not among the weights: it follows from the counts, which a run writes down.
        self.register_buffer("shift", (tau * (seen / seen.sum()).log()).float(), persistent=False)

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """In nats, `[B]`."""
        if target.is_floating_point():
            target = target.float()
        return functional.cross_entropy(logits + self.shift, target, reduction="none")
