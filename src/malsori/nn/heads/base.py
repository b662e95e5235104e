"""What a head is."""

from abc import ABC, abstractmethod
from typing import ClassVar, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from malsori.errors import MalsoriError
from malsori.nn.losses.base import Answer, Loss
from malsori.schema import Task, TaskKind

# The smallest probability that is told apart from 0; scores are clipped there too.
SMALLEST = 1e-7

Over = Literal["logits", "probabilities"]

_WORDS: dict[Answer, str] = {
    "class": "one class of several",
    "binary": "yes-or-no questions",
    "number": "a number",
}


class Head(nn.Module, ABC):
    """Logits `[B, L]` of a task, what they mean, and a training loss.

    A constructor may also name `counts: Counts`, the labels of the training rows.

    Attributes:
        fits: the kinds of task that it can answer.
        answer: what its logits stand for, see `Loss`.

    Args:
        dim: size D of the representation.
        task: kind and classes.
        loss: of the same `answer`.

    Raises:
        MalsoriError: the task is of another kind, or the loss is for other logits.
    """

    fits: ClassVar[tuple[TaskKind, ...]]
    answer: ClassVar[Answer]

    def __init__(self, dim: int, task: Task, loss: Loss) -> None:
        super().__init__()
        kind = type(self).__module__.rpartition(".")[2]
        if task.kind not in self.fits:
            kinds = " or ".join(self.fits)
            raise MalsoriError(
                f"heads.{task.name}: a head of kind {kind} answers {kinds} tasks, "
                f"and {task.name!r} is {task.kind}",
                hint=f"leave it out, which takes the one of kind {task.kind}, or declare the task "
                f"when importing: --task {task.name}={self.fits[0]}…",
            )
        if loss.answer != self.answer:
            raise MalsoriError(
                f"heads.{task.name}.loss: {type(loss).__name__} is for {_WORDS[loss.answer]}, and "
                f"the logits of a head of kind {kind} are {_WORDS[self.answer]}",
                hint=f"name another with --set heads.{task.name}.loss.kind=…, or leave it out",
            )
        self.dim = dim
        self.task = task
        self.criterion = loss

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """Logits `[B, L]` of representations `[B, D]`."""

    def loss(self, logits: Tensor, target: Tensor) -> Tensor:
        """The training loss of each row, `[B]`, in float32.

        Args:
            logits: `[B, L]` of labelled rows only.
            target: class indices int64 `[B]`, ≥ 0; zeros and ones `[B, K]` (multilabel); numbers
                `[B]` (regression). A nominal head also takes distributions `[B, K]`.
        """
        losses: Tensor = self.criterion(logits.float(), self.encoded(target))
        return losses

    def encoded(self, target: Tensor) -> Tensor:
        """The target as the loss has it beside the logits; here as it is."""
        return target

    @abstractmethod
    def probabilities(self, logits: Tensor) -> Tensor:
        """What is predicted, `[B, task.width]`.

        Probabilities of the K classes, ≥ 0, each row sums to 1; multilabel: of each class by
        itself; regression: the number.
        """

    @abstractmethod
    def set_prior(self, prior: npt.NDArray[np.float64]) -> None:
        """Sets the last layer so that the answer to anything is the prior.

        Training then starts at skill 0 and not below it.

        Args:
            prior: frequencies `[K]` of the classes among the training labels; regression: their
                mean and standard deviation `[2]`.
        """

    @abstractmethod
    def _mean_probabilities(self, logits: Tensor, present: Tensor) -> Tensor:
        """Logits `[B, L]` whose probabilities are the mean of those of the present views."""

    def join(self, logits: Tensor, present: Tensor, over: Over) -> Tensor:
        """One answer of several views.

        Args:
            logits: `[B, V, L]`.
            present: bool `[B, V]`: who votes. Where nobody is present all do, each by its
                learned stand-in.
            over: the mean of `logits`, or of `probabilities` (soft voting; the result is given
                as logits again).

        Returns:
            Logits `[B, L]`.
        """
        voting = present | ~present.any(dim=1, keepdim=True)
        if over == "probabilities":
            return self._mean_probabilities(logits, voting)
        mask = voting.unsqueeze(-1)
        return logits.masked_fill(~mask, 0.0).sum(dim=1) / mask.sum(dim=1)


def labelled(target: Tensor) -> Tensor:
    """Which rows of a target have a label, bool `[B]`: no −1 and no NaN.

    Example:
        >>> labelled(torch.tensor([[0, 1], [-1, -1]])).tolist()
        [True, False]
        >>> labelled(torch.tensor([2.5, float("nan")])).tolist()
        [True, False]
    """
    there = ~torch.isnan(target) if target.is_floating_point() else target >= 0
    return there.flatten(1).all(dim=1) if there.ndim > 1 else there


def last_layer(dim: int, outputs: int, hidden: int, dropout: float) -> tuple[nn.Module, nn.Linear]:
    """What lies before the last layer of a head (nothing, or one hidden layer), and that layer.

    Example:
        >>> before, last = last_layer(8, 3, hidden=0, dropout=0.0)
        >>> before, last
        (Identity(), Linear(in_features=8, out_features=3, bias=True))
    """
    if hidden == 0:
        return nn.Identity(), nn.Linear(dim, outputs)
    before = nn.Sequential(nn.Linear(dim, hidden), nn.GELU(), nn.Dropout(dropout))
    return before, nn.Linear(hidden, outputs)


def log_mean_exp(values: Tensor, present: Tensor) -> Tensor:
    """`log(mean(exp(values)))` over the present views: `[B, V, L]` → `[B, L]`.

    Example:
        >>> x = torch.tensor([[[0.2], [0.4], [9.0]]]).log()
        >>> round(log_mean_exp(x, torch.tensor([[True, True, False]])).exp().item(), 6)
        0.3
    """
    mask = present.unsqueeze(-1)
    hidden = values.masked_fill(~mask, -torch.inf)
    return torch.logsumexp(hidden, dim=1) - mask.sum(dim=1).log()
