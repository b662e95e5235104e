"""What the figures of a report are drawn from: plain rows, computed elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from malsori.evaluation.intervals import Estimate


@dataclass(frozen=True)
class AnswerRow:
    """What one run reaches at one task."""

    task: str  # its name
    run: str  # name of the run
    skill: Estimate  # 1 − score / score of the prior: 0 knows nothing, 1 is always right and sure
    best: float | None = None  # the best that is possible on this data, where it is known
    single: Estimate | None = None  # skill of the recipe trained on this task alone, if known


@dataclass(frozen=True)
class ConditionRow:
    """What a run reaches at one task when it is given these modalities."""

    task: str  # its name
    condition: str  # such as `speech+text` or `text`
    skill: Estimate  # under this condition
    best: float | None = None  # the best that is possible under this condition, where it is known
