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
    """A run at one moment.

    Attributes:
        setup: what is trained on what.
        step: how many steps are done.
        epoch: from 0.
        losses: by task the mean loss of the batch at work; empty outside of a step.
    """

    setup: Setup
    step: int = 0
    epoch: int = 0
    losses: Mapping[str, Tensor] = field(default_factory=dict)


class Guard(Check[TrainingCase], ABC):
    """Looks at a run while it trains; `train` refuses to go on with what it finds.

    Attributes:
        moment: when it looks, see `Hook`.
    """

    stage: ClassVar[Stage] = "optimisation"
    moment: ClassVar[Moment]
