"""The head for classes without an order."""

from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from malsori.nn.heads.base import SMALLEST, Head, last_layer, log_mean_exp
from malsori.schema import Task, TaskKind


class Nominal(Head):
    """One logit for each class, softmax, cross-entropy.

    Args:
        dim: size D of the representation.
        task: nominal or ordinal; the order of an ordinal one is then ignored.
        target: what the loss is held against: the `hard` label, or the `soft` one, the share of
            raters who gave each class, wherever a training row has it. Held-out scores are always
            on hard labels.
        hidden: size of a hidden layer that this task has for itself; 0 is none.
        dropout: after the hidden layer.

    Example:
        >>> task = Task(name="sentiment", kind="nominal", classes=("neg", "neu", "pos"))
        >>> head = Nominal(8, task)
        >>> head.start_at(np.array([0.5, 0.3, 0.2]))
        >>> [round(p, 4) for p in head.probabilities(head(torch.randn(1, 8)))[0].tolist()]
        [0.5, 0.3, 0.2]
    """

    fits: ClassVar[tuple[TaskKind, ...]] = ("nominal", "ordinal")

    def __init__(
        self,
        dim: int,
        task: Task,
        *,
        target: Literal["hard", "soft"] = "hard",
        hidden: int = 0,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dim, task)
        self.target = target
        self.before, self.last = last_layer(dim, len(task.classes), hidden, dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `[B, K]`."""
        logits: Tensor = self.last(self.before(x))
        return logits

    def loss(self, logits: Tensor, target: Tensor) -> Tensor:
        """Cross-entropy of each row in nats, `[B]`, with a class or a distribution."""
        if target.is_floating_point():
            target = target.float()
        return functional.cross_entropy(logits.float(), target, reduction="none")

    def probabilities(self, logits: Tensor) -> Tensor:
        """Softmax, `[B, K]`."""
        return torch.softmax(logits.float(), dim=-1)

    def start_at(self, prior: npt.NDArray[np.float64]) -> None:
        """Biases become log p, weights of the last layer 0."""
        nn.init.zeros_(self.last.weight)
        with torch.no_grad():
            self.last.bias.copy_(torch.from_numpy(np.log(np.maximum(prior, SMALLEST))))

    def _mean_probabilities(self, logits: Tensor, present: Tensor) -> Tensor:
        return log_mean_exp(torch.log_softmax(logits.float(), dim=-1), present)
