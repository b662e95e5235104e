"""The head for any number of classes at once."""

from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from malsori.nn.heads.base import SMALLEST, Head, last_layer, log_mean_exp
from malsori.schema import Task, TaskKind


class Multilabel(Head):
    """K questions "is it this class too?", each a binary one.

    The loss is the mean over the K classes of binary cross-entropy, so that a task with many
    classes does not push harder than one with few.

    Args:
        dim: size D of the representation.
        task: a multilabel one.
        hidden: size of a hidden layer that this task has for itself; 0 is none.
        dropout: after the hidden layer.

    Example:
        >>> task = Task(name="symptom", kind="multilabel", classes=("fever", "pain"))
        >>> head = Multilabel(8, task)
        >>> head.start_at(np.array([0.6, 0.1]))
        >>> [round(p, 4) for p in head.probabilities(head(torch.randn(1, 8)))[0].tolist()]
        [0.6, 0.1]
    """

    fits: ClassVar[tuple[TaskKind, ...]] = ("multilabel",)

    def __init__(self, dim: int, task: Task, *, hidden: int = 0, dropout: float = 0.2) -> None:
        super().__init__(dim, task)
        self.before, self.last = last_layer(dim, len(task.classes), hidden, dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `[B, K]`, the log-odds of each class."""
        logits: Tensor = self.last(self.before(x))
        return logits

    def loss(self, logits: Tensor, target: Tensor) -> Tensor:
        """Mean binary cross-entropy over the classes, in nats, `[B]`."""
        losses = functional.binary_cross_entropy_with_logits(
            logits.float(), target.float(), reduction="none"
        )
        return losses.mean(dim=-1)

    def probabilities(self, logits: Tensor) -> Tensor:
        """Probability of each class by itself, `[B, K]`."""
        return torch.sigmoid(logits.float())

    def start_at(self, prior: npt.NDArray[np.float64]) -> None:
        """Biases become the log-odds of the frequencies, weights of the last layer 0."""
        share = np.clip(prior, SMALLEST, 1.0 - SMALLEST)
        nn.init.zeros_(self.last.weight)
        with torch.no_grad():
            self.last.bias.copy_(torch.from_numpy(np.log(share) - np.log1p(-share)))

    def _mean_probabilities(self, logits: Tensor, present: Tensor) -> Tensor:
        yes = log_mean_exp(functional.logsigmoid(logits.float()), present)
        return yes - log_mean_exp(functional.logsigmoid(-logits.float()), present)
