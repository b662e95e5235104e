"""Proper scores of a task's probabilities, and the class prior that they are held against.

A loss says nothing by itself: with classes of 54, 38, 6 and 2 % a model that knows nothing
reaches a cross-entropy of 0.966, far below ln 4 = 1.386. So every score is read against the
score of the *training prior*, which predicts the class frequencies of the training labels for
every row. There is one scoring rule for each kind of task, and it is never the training loss,
which may be weighted, smoothed or adjusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from malsori.errors import MalsoriError
from malsori.schema import Task, TaskKind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CLIP = 1e-7
"""Probabilities are held at least this far from 0 and 1, so one sure error costs 16.1, not ∞."""

ABSENT = 0.5
"""The count given to a class that training never saw, so that its score is finite."""


def row_scores(kind: TaskKind, probabilities: ArrayLike, targets: ArrayLike) -> Floats:
    """The score of every row; less is better.

    Nominal: −log p(target). Ordinal: the binary cross-entropy of P(y > k) against target > k,
    averaged over the K − 1 thresholds. For K = 2 the two are the same.

    Args:
        kind: `nominal` or `ordinal`.
        probabilities: [N, K], rows sum to 1.
        targets: [N] class indices in 0 … K − 1; no missing ones.

    Returns:
        [N] scores ≥ 0, in nats.

    Example:
        >>> row_scores("nominal", [[0.5, 0.5], [0.25, 0.75]], [0, 1]).round(3).tolist()
        [0.693, 0.288]
    """
    p = np.asarray(probabilities, dtype=np.float64)
    y = np.asarray(targets, dtype=np.int64)
    if kind == "nominal":
        picked: Floats = p[np.arange(len(y)), y]
        return -np.log(np.clip(picked, CLIP, 1.0))
    above = exceedance(p)
    is_above = y[:, None] > np.arange(p.shape[1] - 1)
    likelihood = np.where(is_above, above, 1.0 - above)
    scores: Floats = -np.log(np.clip(likelihood, CLIP, 1.0)).mean(axis=1)
    return scores


def exceedance(probabilities: ArrayLike) -> Floats:
    """P(y > k) for the K − 1 thresholds, from the class probabilities.

    Args:
        probabilities: [..., K].

    Returns:
        [..., K − 1], falling along the last axis.

    Example:
        >>> exceedance([[0.5, 0.25, 0.25]]).tolist()
        [[0.5, 0.25]]
    """
    p = np.asarray(probabilities, dtype=np.float64)
    above: Floats = p[..., ::-1].cumsum(axis=-1)[..., ::-1][..., 1:]
    return np.minimum(above, 1.0)


def prior(targets: ArrayLike, classes: int) -> Floats:
    """The class frequencies of the training labels.

    A class that training never saw is counted as half a row (`ABSENT`), so that meeting it in
    the test set costs a finite amount. Where every class occurs nothing is smoothed.

    Args:
        targets: [N] class indices of the *training* rows; −1 (not labelled) is left out.
        classes: K.

    Returns:
        [K], sums to 1, all above 0.

    Raises:
        MalsoriError: No row is labelled, or an index is not below K.

    Example:
        >>> prior([0, 0, 0, 1, -1], 2).tolist()
        [0.75, 0.25]
        >>> prior([0, 0, 1], 3).round(3).tolist()
        [0.571, 0.286, 0.143]
    """
    y = np.asarray(targets, dtype=np.int64)
    y = y[y >= 0]
    if not len(y):
        raise MalsoriError(
            "no training row is labelled, so there is no class prior",
            hint="check the split and the task's label column",
        )
    if y.max() >= classes:
        raise MalsoriError(f"class index {y.max()} does not fit a task of {classes} classes")
    counts = np.bincount(y, minlength=classes).astype(np.float64)
    counts[counts == 0] = ABSENT
    shares: Floats = counts / counts.sum()
    return shares


def prior_scores(kind: TaskKind, prior: ArrayLike, targets: ArrayLike) -> Floats:
    """The scores of predicting the prior for every row.

    Args:
        kind: `nominal` or `ordinal`.
        prior: [K], from the training labels.
        targets: [N] class indices.

    Returns:
        [N] scores.

    Example:
        >>> prior_scores("nominal", [0.5, 0.5], [0, 1]).round(3).tolist()
        [0.693, 0.693]
    """
    shares = np.asarray(prior, dtype=np.float64)
    by_class = row_scores(kind, np.tile(shares, (len(shares), 1)), np.arange(len(shares)))
    scores: Floats = by_class[np.asarray(targets, dtype=np.int64)]
    return scores


def skill(kind: TaskKind, probabilities: ArrayLike, targets: ArrayLike, prior: ArrayLike) -> float:
    """1 − score / score of the training prior, over the labelled rows.

    0: knows no more than the class frequencies; 1: sure and right everywhere; below 0: worse
    than the frequencies. This is the quick path for early stopping; `evaluate` adds intervals.

    Args:
        kind: `nominal` or `ordinal`.
        probabilities: [N, K].
        targets: [N] class indices; −1 (not labelled) is left out.
        prior: [K] from the training labels.

    Returns:
        The skill; NaN if no row is labelled, or if the prior is already sure and right.

    Example:
        >>> skill("nominal", [[0.5, 0.5], [0.5, 0.5]], [0, 1], [0.5, 0.5])
        0.0
    """
    y = np.asarray(targets, dtype=np.int64)
    known = y >= 0
    scores = row_scores(kind, np.asarray(probabilities)[known], y[known])
    of_prior = prior_scores(kind, prior, y[known])
    return float(ratio_skill(scores.sum(), of_prior.sum()))


def ratio_skill(score: ArrayLike, prior_score: ArrayLike) -> Floats:
    """1 − score / prior_score; NaN where the prior's score is 0.

    Example:
        >>> ratio_skill([1.0, 3.0], [2.0, 0.0]).tolist()
        [0.5, nan]
    """
    top, bottom = np.asarray(score, np.float64), np.asarray(prior_score, np.float64)
    good = bottom > 0
    result: Floats = np.where(good, 1.0 - top / np.where(good, bottom, 1.0), np.nan)
    return result


def mean_skill(
    tasks: Mapping[str, Task],
    probabilities: Mapping[str, Any],
    targets: Mapping[str, Any],
    priors: Mapping[str, Any],
) -> float:
    """The unweighted mean over tasks of the skill: what early stopping watches.

    A task without a labelled row is left out of the mean.

    Args:
        tasks: The tasks by name.
        probabilities: [N, K] per task.
        targets: [N] per task, −1 = not labelled.
        priors: [K] per task, from the training labels.

    Raises:
        MalsoriError: No task has a labelled row, so there is nothing to watch.

    Example:
        >>> task = Task(name="t", kind="nominal", classes=("a", "b"))
        >>> mean_skill({"t": task}, {"t": [[1.0, 0.0]]}, {"t": [0]}, {"t": [0.5, 0.5]})
        1.0
    """
    each = np.array(
        [skill(t.kind, probabilities[n], targets[n], priors[n]) for n, t in tasks.items()]
    )
    known = each[~np.isnan(each)]
    if not len(known):
        raise MalsoriError(
            f"no labelled row to score for {', '.join(tasks) or 'any task'}",
            hint="give the validation split labelled rows, or stop on something else",
        )
    return float(known.mean())
