"""Scores of the rows seen in an epoch: dropout is on, and the weights move."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from torch import Tensor

from malsori.corpus.targets import known
from malsori.evaluation.scoring import prior_scores, row_scores
from malsori.schema import Task

Sums = dict[str, list[float]]
Scores = dict[str, dict[str, float | None]]
"""Task → score, prior_score, skill (None where it is undefined), n; of validation `calibrated`."""


def add(
    sums: Sums,
    tasks: Mapping[str, Task],
    probabilities: Mapping[str, Tensor],
    targets: Mapping[str, Tensor],
    priors: Mapping[str, np.ndarray],
) -> None:
    """Adds a batch to `sums`: task → summed score, summed score of the prior, rows."""
    for name, task in tasks.items():
        y = targets[name].cpu().numpy()
        there = known(y)
        if there.any():
            p = probabilities[name].detach().cpu().numpy()[there]
            score = float(row_scores(task.kind, p, y[there]).sum())
            prior = float(prior_scores(task.kind, priors[name], y[there]).sum())
            before = sums.setdefault(name, [0.0, 0.0, 0])
            sums[name] = [before[0] + score, before[1] + prior, before[2] + int(there.sum())]


def means(sums: Sums) -> Scores:
    """The scores of an epoch.

    Example:
        >>> means({"urgency": [1.0, 4.0, 2]})
        {'urgency': {'score': 0.5, 'prior_score': 2.0, 'skill': 0.75, 'n': 2}}
    """
    return {
        name: {
            "score": defined(s / n),
            "prior_score": defined(prior / n),
            "skill": defined(1 - s / prior) if prior else None,
            "n": int(n),
        }
        for name, (s, prior, n) in sums.items()
    }


def defined(value: float) -> float | None:
    """A number that means something, or None, as JSON can hold it.

    Example:
        >>> defined(0.5), defined(float("nan"))
        (0.5, None)
    """
    return float(value) if math.isfinite(value) else None


def mean_skill(scores: Scores, name: str = "calibrated") -> float:
    """The mean over those tasks whose skill is defined; −∞ where none is.

    A task whose skill is 0/0 (a prior that is already right everywhere) says nothing of which
    epoch was better, and must not keep the others from saying it.

    Args:
        scores: Of an epoch's validation.
        name: `calibrated`, the skill after a temperature, or `skill`, before it.

    Example:
        >>> mean_skill({"a": {"calibrated": 0.5}, "b": {"calibrated": None}})
        0.5
    """
    found = [entry[name] for entry in scores.values()]
    known = [value for value in found if value is not None]
    return float(np.mean(known)) if known else -math.inf
