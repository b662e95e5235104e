"""The head for a number."""

from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from malsori.nn.heads.base import Head, last_layer
from malsori.schema import Task, TaskKind


class Regression(Head):
    """One number, learned in units of the training labels' standard deviation.

    So its loss starts near 1 whatever the label's unit, and stands beside cross-entropies. What
    is predicted is in the label's unit, held to the task's range where it has one.

    Args:
        dim: size D of the representation.
        task: a regression one.
        error: `squared`, or `huber`, which is squared up to one standard deviation and linear
            beyond, so that a few odd labels pull less (Huber, 1964).
        hidden: size of a hidden layer that this task has for itself; 0 is none.
        dropout: after the hidden layer.

    Example:
        >>> head = Regression(8, Task(name="valence", kind="regression", low=1, high=5))
        >>> head.start_at(np.array([3.25, 0.5]))
        >>> head.probabilities(head(torch.randn(1, 8))).tolist()
        [[3.25]]
    """

    fits: ClassVar[tuple[TaskKind, ...]] = ("regression",)

    def __init__(
        self,
        dim: int,
        task: Task,
        *,
        error: Literal["squared", "huber"] = "squared",
        hidden: int = 0,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dim, task)
        self.error = error
        self.before, self.last = last_layer(dim, 1, hidden, dropout)
        self.mean: Tensor
        self.std: Tensor
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("std", torch.ones(()))

    def forward(self, x: Tensor) -> Tensor:
        """The number in standard deviations from the training mean, `[B, 1]`."""
        logits: Tensor = self.last(self.before(x))
        return logits

    def loss(self, logits: Tensor, target: Tensor) -> Tensor:
        """Squared (or Huber) error in standard deviations, `[B]`."""
        wanted = (target.float() - self.mean) / self.std
        found = logits.float().squeeze(-1)
        if self.error == "huber":
            # Twice torch's, so that small errors cost as much as squared ones.
            return 2 * functional.huber_loss(found, wanted, reduction="none")
        return (found - wanted) ** 2

    def probabilities(self, logits: Tensor) -> Tensor:
        """The predicted number itself, `[B, 1]`."""
        found = logits.float() * self.std + self.mean
        if self.task.low is None and self.task.high is None:
            return found
        return found.clamp(self.task.low, self.task.high)

    def start_at(self, prior: npt.NDArray[np.float64]) -> None:
        """Keeps mean and standard deviation; bias and weights of the last layer become 0."""
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)
        self.mean.fill_(float(prior[0]))
        self.std.fill_(float(prior[1]) or 1.0)

    def _mean_probabilities(self, logits: Tensor, present: Tensor) -> Tensor:
        mask = present.unsqueeze(-1)
        return logits.masked_fill(~mask, 0.0).sum(dim=1) / mask.sum(dim=1)
