"""How strongly a reference is penalised: what does best on groups that it was not fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from malsori.evaluation.scoring import row_scores
from malsori.references.models import Matrix, fit
from malsori.schema import Task

FOLDS = 5
MANY = 1000
"""From so many rows on three folds tell as much."""
SEARCHED = 2000
"""Of so many rows the penalty is chosen; the fit itself takes all."""

Pair = tuple[NDArray[np.int64], NDArray[np.int64]]


def folds(groups: Sequence[str], most: int = FOLDS) -> list[Pair]:
    """Rows to fit on and rows to score, whole groups apart; none where all rows are one group.

    Example:
        >>> [held.tolist() for _, held in folds(["kim", "lee", "kim", "park"], 2)]
        [[0, 2], [1, 3]]
    """
    from sklearn.model_selection import GroupKFold  # noqa: PLC0415 - slow to load

    codes = np.unique(np.asarray(groups, dtype=str), return_inverse=True)[1]
    count = min(most, int(codes.max(initial=-1)) + 1)
    if count < 2:
        return []
    return list(GroupKFold(count).split(np.zeros(len(codes)), groups=codes))


def choose(
    task: Task,
    x: Matrix,
    y: NDArray[Any],
    groups: Sequence[str],
    grid: Sequence[float],
) -> float:
    """The inverse penalty of `grid` with the best mean score on held-out groups.

    Args:
        task: Its kind says how rows are scored: by the same proper score as a network.
        x: `[N, D]`.
        y: Labels, all known.
        groups: `[N]`.
        grid: Inverse penalties, the strongest penalty first, which wins where all are alike.

    Returns:
        The middle of the grid where there are no two groups.
    """
    some = _some(len(y))
    x, y, groups = x[some], y[some], [groups[int(row)] for row in some]
    pairs = folds(groups, FOLDS if len(y) < MANY else 3)
    if not pairs:
        return grid[len(grid) // 2]
    best, least = grid[0], np.inf
    for c in grid:
        total = sum(_score(task, x, y, pair, c) for pair in pairs)
        if total > least:
            break  # it does not get better again, and weak penalties take longest
        if total < least:
            best, least = c, total
    return best


def _score(task: Task, x: Matrix, y: NDArray[Any], pair: Pair, c: float) -> float:
    train, held = pair
    model = fit(task, x[train], y[train], c, within=1e-3)
    return float(row_scores(task.kind, model(x[held]), y[held]).sum())


def _some(rows: int) -> NDArray[np.int64]:
    if rows <= SEARCHED:
        return np.arange(rows)
    return np.sort(np.random.default_rng(0).choice(rows, SEARCHED, replace=False))
