"""The head for a number."""

from typing import Annotated, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from malsori.nn.heads.base import Head, last_layer
from malsori.nn.losses.base import Answer, Loss
from malsori.registry import Nested
from malsori.schema import Task, TaskKind


class Regression(Head):
    """One number, learned in units of the training labels' standard deviation.

    So its loss starts near 1 whatever the label's unit, and stands beside cross-entropies. What
    is predicted is in the label's unit, held to the task's range where it has one.

    Args:
        dim: size D of the representation.
        task: a regression one.
        loss: of the training, held against standard deviations from the training mean `[B, 1]`.
        hidden: size of a hidden layer that this task has for itself; 0 is none.
        dropout: after the hidden layer.

    Example:
        >>> from malsori.nn.losses.squared_error import SquaredError
        >>> task = Task(name="valence", kind="regression", low=1, high=5)
        >>> head = Regression(8, task, loss=SquaredError())
        >>> head.set_prior(np.array([3.25, 0.5]))
        >>> head.probabilities(head(torch.randn(1, 8))).tolist()
        [[3.25]]
    """

    fits: ClassVar[tuple[TaskKind, ...]] = ("regression",)
    answer: ClassVar[Answer] = "number"

    def __init__(
        self,
        dim: int,
        task: Task,
        *,
        loss: Annotated[Loss, Nested("malsori.nn.losses", "squared_error")],
        hidden: int = 0,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dim, task, loss)
        self.before, self.last = last_layer(dim, 1, hidden, dropout)
        self.mean: Tensor
        self.std: Tensor
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("std", torch.ones(()))

    def forward(self, x: Tensor) -> Tensor:
        """The number in standard deviations from the training mean, `[B, 1]`."""
        logits: Tensor = self.last(self.before(x))
        return logits

    def encoded(self, target: Tensor) -> Tensor:
        """In standard deviations from the training mean, `[B, 1]`."""
        return ((target.float() - self.mean) / self.std).unsqueeze(-1)

    def probabilities(self, logits: Tensor) -> Tensor:
        """The predicted number itself, `[B, 1]`."""
        found = logits.float() * self.std + self.mean
        if self.task.low is None and self.task.high is None:
            return found
        return found.clamp(self.task.low, self.task.high)

    def set_prior(self, prior: npt.NDArray[np.float64]) -> None:
        """Keeps mean and standard deviation; bias and weights of the last layer become 0."""
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)
        self.mean.fill_(float(prior[0]))
        self.std.fill_(float(prior[1]) or 1.0)

    def _mean_probabilities(self, logits: Tensor, present: Tensor) -> Tensor:
        mask = present.unsqueeze(-1)
        return logits.masked_fill(~mask, 0.0).sum(dim=1) / mask.sum(dim=1)
