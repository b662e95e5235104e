"""The head for classes without an order."""

from typing import Annotated, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from malsori.nn.heads.base import SMALLEST, Head, last_layer, log_mean_exp
from malsori.nn.losses.base import Answer, Loss
from malsori.registry import Nested
from malsori.schema import Task, TaskKind


class Nominal(Head):
    """One logit for each class, softmax.

    Args:
        dim: size D of the representation.
        task: nominal or ordinal; the order of an ordinal one is then ignored.
        target: what the loss is held against: the `hard` label, or the `soft` one, the share of
            raters who gave each class, wherever a training row has it. Held-out scores are always
            on hard labels.
        loss: of the training, held against what `target` says.
        hidden: size of a hidden layer that this task has for itself; 0 is none.
        dropout: after the hidden layer.

    Example:
        >>> from malsori.nn.losses.cross_entropy import CrossEntropy
        >>> task = Task(name="sentiment", kind="nominal", classes=("neg", "neu", "pos"))
        >>> head = Nominal(8, task, loss=CrossEntropy())
        >>> head.set_prior(np.array([0.5, 0.3, 0.2]))
        >>> [round(p, 4) for p in head.probabilities(head(torch.randn(1, 8)))[0].tolist()]
        [0.5, 0.3, 0.2]
    """

    fits: ClassVar[tuple[TaskKind, ...]] = ("nominal", "ordinal")
    answer: ClassVar[Answer] = "class"

    def __init__(
        self,
        dim: int,
        task: Task,
        *,
        loss: Annotated[Loss, Nested("malsori.nn.losses", "cross_entropy")],
        target: Literal["hard", "soft"] = "hard",
        hidden: int = 0,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dim, task, loss)
        self.target = target
        self.before, self.last = last_layer(dim, len(task.classes), hidden, dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Logits `[B, K]`."""
        logits: Tensor = self.last(self.before(x))
        return logits

    def probabilities(self, logits: Tensor) -> Tensor:
        """Softmax, `[B, K]`."""
        return torch.softmax(logits.float(), dim=-1)

    def set_prior(self, prior: npt.NDArray[np.float64]) -> None:
        """Biases become log p, weights of the last layer 0."""
        nn.init.zeros_(self.last.weight)
        with torch.no_grad():
            self.last.bias.copy_(torch.from_numpy(np.log(np.maximum(prior, SMALLEST))))

    def _mean_probabilities(self, logits: Tensor, present: Tensor) -> Tensor:
        return log_mean_exp(torch.log_softmax(logits.float(), dim=-1), present)
