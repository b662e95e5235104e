"""What a check of training is."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from torch import Tensor

from malsori.checks import Check
from malsori.findings import Stage
from malsori.training.setup import Setup

Moment = Literal["before_training", "after_backward", "after_epoch"]


@dataclass(frozen=True)
class TrainingCase:
    """A run at one moment."""

    setup: Setup  # what is trained on what
    step: int = 0  # how many steps are done
    epoch: int = 0  # from 0
    losses: Mapping[str, Tensor] = field(default_factory=dict)  # by task, of the batch at work


class Guard(Check[TrainingCase], ABC):
    """Looks at a run while it trains; `train` refuses to go on with what it finds.

    Attributes:
        moment: when it looks, see `Hook`.
    """

    stage: ClassVar[Stage] = "optimisation"
    moment: ClassVar[Moment]
