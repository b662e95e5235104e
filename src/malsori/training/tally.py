"""Scores of the rows seen in an epoch: dropout is on, and the weights move."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from torch import Tensor

from malsori.corpus.targets import known
from malsori.evaluation.scoring import prior_scores, row_scores
from malsori.schema import Task

Sums = dict[str, list[float]]


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


def means(sums: Sums) -> dict[str, dict[str, float]]:
    """Task → score, prior_score, skill, n.

    Example:
        >>> means({"urgency": [1.0, 4.0, 2]})
        {'urgency': {'score': 0.5, 'prior_score': 2.0, 'skill': 0.75, 'n': 2}}
    """
    return {
        name: {"score": s / n, "prior_score": prior / n, "skill": 1 - s / prior, "n": int(n)}
        for name, (s, prior, n) in sums.items()
    }
