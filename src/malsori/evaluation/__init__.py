"""Scores against the class prior, metrics, intervals over groups, and paired comparisons."""

from malsori.evaluation.compare import Difference, difference, over_seeds
from malsori.evaluation.evaluate import evaluate
from malsori.evaluation.intervals import Bootstrap, Estimate, Units
from malsori.evaluation.result import Evaluation, TaskResult
from malsori.evaluation.scoring import (
    prior,
    prior_of,
    prior_scores,
    row_scores,
    skill,
)

__all__ = [
    "Bootstrap",
    "Difference",
    "Estimate",
    "Evaluation",
    "TaskResult",
    "Units",
    "difference",
    "evaluate",
    "over_seeds",
    "prior",
    "prior_of",
    "prior_scores",
    "row_scores",
    "skill",
]
