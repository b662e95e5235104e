"""The head for any number of classes at once."""

from typing import Annotated, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from malsori.nn.heads.base import SMALLEST, Head, last_layer, log_mean_exp
from malsori.nn.losses.base import Answer, Loss
from malsori.registry import Nested
from malsori.schema import Task, TaskKind


class Multilabel(Head):
    """K questions "is it this class too?", each a binary one.

    Args:
        dim: size D of the representation.
        task: a multilabel one.
        loss: of the training, held against zeros and ones `[B, K]`.
        hidden: size of a hidden layer that this task has for itself; 0 is none.
        dropout: after the hidden layer.

    Example:
        >>> from malsori.nn.losses.binary_cross_entropy import BinaryCrossEntropy
        >>> task = Task(name="symptom", kind="multilabel", classes=("fever", "pain"))
        >>> head = Multilabel(8, task, loss=BinaryCrossEntropy())
        >>> head.set_prior(np.array([0.6, 0.1]))
        >>> [round(p, 4) for p in head.probabilities(head(torch.randn(1, 8)))[0].tolist()]
        [0.6, 0.1]
    """

    fits: ClassVar[tuple[TaskKind, ...]] = ("multilabel",)
    answer: ClassVar[Answer] = "binary"

    def __init__(
        self,
        dim: int,
        task: Task,
        *,
        loss: Annotated[Loss, Nested("malsori.nn.losses", "binary_cross_entropy")],
        hidden: int = 0,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dim, task, loss)
        self.before, self.last = last_layer(dim, len(task.classes), hidden, dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `[B, K]`, the log-odds of each class."""
        logits: Tensor = self.last(self.before(x))
        return logits

    def probabilities(self, logits: Tensor) -> Tensor:
        """Probability of each class by itself, `[B, K]`."""
        return torch.sigmoid(logits.float())

    def set_prior(self, prior: npt.NDArray[np.float64]) -> None:
        """Biases become the log-odds of the frequencies, weights of the last layer 0."""
        share = np.clip(prior, SMALLEST, 1.0 - SMALLEST)
        nn.init.zeros_(self.last.weight)
        with torch.no_grad():
            self.last.bias.copy_(torch.from_numpy(np.log(share) - np.log1p(-share)))

    def _mean_probabilities(self, logits: Tensor, present: Tensor) -> Tensor:
        yes = log_mean_exp(functional.logsigmoid(logits.float()), present)
        return yes - log_mean_exp(functional.logsigmoid(-logits.float()), present)
