"""What the figures of a report are drawn from: plain rows, computed elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from malsori.evaluation.intervals import Estimate


@dataclass(frozen=True)
class AnswerRow:
    """What one run reaches at one task.

    Attributes:
        task: Its name.
        run: Name of the run.
        skill: 1 − score / score of the prior: 0 knows nothing, 1 is always right and sure.
        prior: Skill of the training prior, 0 by definition.
        best: The best that is possible on this data, where it is known.
        single: Skill of the same recipe trained on this task alone, where there is such a run.

    Example:
        >>> AnswerRow("urgency", "both", Estimate(0.5, 0.4, 0.6)).prior
        0.0
    """

    task: str
    run: str
    skill: Estimate
    prior: float = 0.0
    best: float | None = None
    single: Estimate | None = None


@dataclass(frozen=True)
class LearningSeries:
    """How one task was learned, epoch by epoch.

    Attributes:
        task: Its name.
        epochs: [E] counted from 1.
        train: [E] score in training; NaN where there is none.
        validation: [E] the same on validation.
        prior: Score of the training prior on validation.
        best_epoch: The one whose weights were kept, if any.
        higher_is_better: Whether a higher score is a better one.

    Example:
        >>> LearningSeries("urgency", [1, 2], [0.6, 0.5], [0.6, 0.55], 0.63, 2).best_epoch
        2
    """

    task: str
    epochs: Sequence[int]
    train: Sequence[float]
    validation: Sequence[float]
    prior: float
    best_epoch: int | None = None
    higher_is_better: bool = False


@dataclass(frozen=True)
class ConditionRow:
    """What a run reaches at one task when it is given these modalities.

    Attributes:
        task: Its name.
        condition: Such as `speech+text` or `text`.
        skill: Under this condition.
        best: The best that is possible under this condition, where it is known.

    Example:
        >>> ConditionRow("urgency", "text", Estimate(0.3)).condition
        'text'
    """

    task: str
    condition: str
    skill: Estimate
    best: float | None = None


@dataclass(frozen=True)
class DifferenceRow:
    """Two models on the same rows.

    Attributes:
        task: Its name.
        metric: What is compared.
        a: Name of the first.
        b: Name of the second.
        estimate: a − b, with its paired interval.

    Example:
        >>> DifferenceRow("urgency", "skill", "both", "text", Estimate(0.1, 0.02, 0.2)).a
        'both'
    """

    task: str
    metric: str
    a: str
    b: str
    estimate: Estimate


@dataclass(frozen=True)
class ReliabilityBin:
    """Predictions of about the same confidence.

    Attributes:
        low: Where the bin begins, in [0, 1].
        high: Where it ends.
        confidence: Mean probability given to the predicted class; NaN in an empty bin.
        accuracy: Share of them that is right; NaN in an empty bin.
        count: How many.

    Example:
        >>> ReliabilityBin(0.8, 0.9, 0.84, 0.79, 41).count
        41
    """

    low: float
    high: float
    confidence: float
    accuracy: float
    count: int
