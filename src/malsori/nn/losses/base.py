"""What a loss is."""

from abc import ABC, abstractmethod
from typing import ClassVar, Literal

from torch import Tensor, nn

Answer = Literal["class", "binary", "number"]
"""What logits stand for: one class of K; several yes-or-no questions; one number."""


class Loss(nn.Module, ABC):
    """A training loss, row by row. Skill never uses it: scores have rules of their own.

    Its constructor may name, before `*`, what it needs of `task: Task` and `counts: Counts` (the
    labels of the training rows).

    Attributes:
        answer: which logits it is for. A `class` is held against class indices or distributions,
            `binary` against zeros and ones, a `number` against numbers.
    """

    answer: ClassVar[Answer]

    @abstractmethod
    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """The loss of each row, float32 `[B]`.

        Args:
            logits: float32 `[B, L]`.
            target: `class`: indices int64 `[B]`, or distributions `[B, L]`; else `[B, L]`.
        """
