"""What the figures of a report are drawn from: plain rows, computed elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from malsori.evaluation.intervals import Estimate


@dataclass(frozen=True)
class AnswerRow:
    """What one run reaches at one task."""

    task: str  # its name
    run: str  # name of the run
    skill: Estimate  # 1 − score / score of the prior: 0 knows nothing, 1 is always right and sure
    prior: float = 0.0  # skill of the training prior, 0 by definition
    best: float | None = None  # the best that is possible on this data, where it is known
    single: Estimate | None = None  # skill of the recipe trained on this task alone, if known


@dataclass(frozen=True)
class LearningSeries:
    """How one task was learned, epoch by epoch."""

    task: str  # its name
    epochs: Sequence[int]  # [E] counted from 1
    train: Sequence[float]  # [E] score in training; NaN where there is none
    validation: Sequence[float]  # [E] the same on validation
    prior: float  # score of the training prior on validation
    best_epoch: int | None = None  # the one whose weights were kept, if any
    higher_is_better: bool = False  # whether a higher score is a better one


@dataclass(frozen=True)
class ConditionRow:
    """What a run reaches at one task when it is given these modalities."""

    task: str  # its name
    condition: str  # such as `speech+text` or `text`
    skill: Estimate  # under this condition
    best: float | None = None  # the best that is possible under this condition, where it is known


@dataclass(frozen=True)
class DifferenceRow:
    """Two models on the same rows."""

    task: str  # its name
    metric: str  # what is compared
    a: str  # name of the first
    b: str  # name of the second
    estimate: Estimate  # a − b, with its paired interval


@dataclass(frozen=True)
class ReliabilityBin:
    """Predictions of about the same confidence."""

    low: float  # where the bin begins, in [0, 1]
    high: float  # where it ends
    confidence: float  # mean probability given to the predicted class; NaN in an empty bin
    accuracy: float  # share of them that is right; NaN in an empty bin
    count: int  # how many
