"""The head for classes in an order."""

from typing import Annotated, ClassVar, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from malsori.nn.heads.base import SMALLEST, Head, last_layer, log_mean_exp
from malsori.nn.losses.base import Answer, Loss
from malsori.registry import Nested
from malsori.schema import Task, TaskKind


class Ordinal(Head):
    """K−1 questions "is it more than class k?", each a binary one.

    `independent` thresholds each have their own weights. `shared` ones have the same weights and
    differ in their bias (CORAL: Cao, Mirjalili and Raschka, 2020).

    Nothing in the loss forbids P(y > 1) > P(y > 0), so for probabilities the thresholds are
    made monotone: each is replaced by the **cumulative minimum** up to it.

    Args:
        dim: size D of the representation.
        task: an ordinal one; rank 0 first.
        thresholds: `independent` or `shared`.
        loss: of the training, held against y > k, zeros and ones `[B, K−1]`.
        hidden: size of a hidden layer that this task has for itself; 0 is none.
        dropout: after the hidden layer.

    Raises:
        MalsoriError: the task is not ordinal.

    Example:
        >>> from malsori.nn.losses.binary_cross_entropy import BinaryCrossEntropy
        >>> task = Task(name="urgency", kind="ordinal", classes=("low", "mid", "high"))
        >>> head = Ordinal(8, task, loss=BinaryCrossEntropy())
        >>> head.probabilities(torch.tensor([[40.0, -40.0]])).round(decimals=3).tolist()
        [[0.0, 1.0, 0.0]]
    """

    fits: ClassVar[tuple[TaskKind, ...]] = ("ordinal",)
    answer: ClassVar[Answer] = "binary"

    def __init__(
        self,
        dim: int,
        task: Task,
        *,
        loss: Annotated[Loss, Nested("malsori.nn.losses", "binary_cross_entropy")],
        thresholds: Literal["independent", "shared"] = "independent",
        hidden: int = 0,
        dropout: float = 0.2,
    ) -> None:
        super().__init__(dim, task, loss)
        count = len(task.classes) - 1
        shared = thresholds == "shared"
        self.before, self.last = last_layer(dim, 1 if shared else count, hidden, dropout)
        if shared:
            self.last.bias = nn.Parameter(
                torch.linspace(1.0, -1.0, count) if count > 1 else torch.zeros(1)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Logits `[B, K−1]` of P(y > k)."""
        features = self.before(x)
        return functional.linear(
            features, self.last.weight.expand(len(self.last.bias), -1), self.last.bias
        )

    def encoded(self, target: Tensor) -> Tensor:
        """Of each threshold whether the rank is above it, `[B, K−1]`."""
        ranks = torch.arange(len(self.task.classes) - 1, device=target.device)
        return (target.unsqueeze(-1) > ranks).float()

    def probabilities(self, logits: Tensor) -> Tensor:
        """Differences of the monotone P(y > k), `[B, K]`."""
        above = torch.sigmoid(_monotone(logits))
        edge = torch.ones_like(above[..., :1])
        return torch.cat([edge, above], dim=-1) - torch.cat([above, 0 * edge], dim=-1)

    def set_prior(self, prior: npt.NDArray[np.float64]) -> None:
        """Biases become log-odds of P(y > k), weights of the last layer 0."""
        above = np.clip(1.0 - np.cumsum(prior)[:-1], SMALLEST, 1.0 - SMALLEST)
        nn.init.zeros_(self.last.weight)
        with torch.no_grad():
            self.last.bias.copy_(torch.from_numpy(np.log(above) - np.log1p(-above)))

    def _mean_probabilities(self, logits: Tensor, present: Tensor) -> Tensor:
        above = _monotone(logits)
        yes = log_mean_exp(functional.logsigmoid(above), present)
        return yes - log_mean_exp(functional.logsigmoid(-above), present)


def _monotone(logits: Tensor) -> Tensor:
    return torch.cummin(logits.float(), dim=-1).values
