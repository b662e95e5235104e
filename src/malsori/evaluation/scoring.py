"""Proper scores of a task's predictions, and the prior that they are held against.

A loss says nothing by itself: with classes of 54, 38, 6 and 2 % a model that knows nothing
reaches a cross-entropy of 0.966, far below ln 4 = 1.386. So every score is read against the
score of the *training prior*, which predicts the class frequencies of the training labels for
every row: for a multilabel task the frequency of each class, for a regression task the mean.
There is one scoring rule for each kind of task, and it is never the training loss, which may be
weighted, smoothed or adjusted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from malsori.corpus.targets import known
from malsori.errors import MalsoriError
from malsori.schema import Task, TaskKind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CLIP = 1e-7
"""Probabilities are held at least this far from 0 and 1, so one sure error costs 16.1, not ∞."""

ABSENT = 0.5
"""The count given to a class that training never saw, so that its score is finite."""


def row_scores(kind: TaskKind, predictions: ArrayLike, targets: ArrayLike) -> Floats:
    """The score of every row; less is better.

    Nominal: −log p(target). Ordinal: the binary cross-entropy of P(y > k) against target > k,
    averaged over the K − 1 thresholds. For K = 2 the two are the same. Multilabel: the binary
    cross-entropy of each class, averaged over the K classes. Regression: the squared error.

    Args:
        kind: Of the task.
        predictions: [N, K] probabilities, whose rows sum to 1 (multilabel: each in [0, 1]), or
            [N] or [N, 1] predicted numbers.
        targets: [N] class indices in 0 … K − 1, [N, K] zeros and ones (multilabel), or [N]
            numbers (regression); no missing ones.

    Returns:
        [N] scores ≥ 0, in nats; for regression in the square of the label's unit.

    Example:
        >>> row_scores("nominal", [[0.5, 0.5], [0.25, 0.75]], [0, 1]).round(3).tolist()
        [0.693, 0.288]
        >>> row_scores("regression", [2.0, 3.0], [2.5, 3.0]).tolist()
        [0.25, 0.0]
    """
    p = np.asarray(predictions, dtype=np.float64)
    if kind == "regression":
        apart: Floats = p.reshape(len(p)) - np.asarray(targets, dtype=np.float64)
        return apart**2
    if kind == "multilabel":
        return _of_answers(p, np.asarray(targets) == 1)
    y = np.asarray(targets, dtype=np.int64)
    if kind == "nominal":
        picked: Floats = p[np.arange(len(y)), y]
        return -np.log(np.clip(picked, CLIP, 1.0))
    return _of_answers(exceedance(p), y[:, None] > np.arange(p.shape[1] - 1))


def _of_answers(yes: Floats, is_yes: NDArray[np.bool_]) -> Floats:
    """The mean binary cross-entropy of several yes-or-no questions, [N, Q] → [N]."""
    likelihood = np.where(is_yes, yes, 1.0 - yes)
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


def prior_of(task: Task, targets: ArrayLike) -> Floats:
    """What is known of a task from the training labels alone.

    Args:
        task: The task.
        targets: Of the training rows, as `corpus.targets.encode` gives them; rows without label
            are left out.

    Returns:
        Nominal and ordinal: [K] class frequencies, see `prior`. Multilabel: [K] the frequency of
        each class, none of them 0 or 1 (a class that every row has, or none, is counted as if
        half a row more were otherwise). Regression: [2] mean and standard deviation.

    Raises:
        MalsoriError: No row is labelled.

    Example:
        >>> prior_of(Task(name="valence", kind="regression"), [1.0, 3.0, float("nan")]).tolist()
        [2.0, 1.0]
        >>> symptom = Task(name="symptom", kind="multilabel", classes=("a", "b"))
        >>> prior_of(symptom, [[1, 0], [0, 0], [-1, -1]]).round(3).tolist()
        [0.5, 0.2]
    """
    if task.kind in ("nominal", "ordinal"):
        return prior(targets, len(task.classes))
    y = np.asarray(targets, dtype=np.float64 if task.kind == "regression" else np.int64)
    y = y[known(y)].astype(np.float64)
    if not len(y):
        raise MalsoriError(
            f"task {task.name!r}: no training row is labelled, so there is no prior",
            hint="check the split and the task's label column",
        )
    if task.kind == "regression":
        return np.array([y.mean(), y.std()])
    counts = y.sum(axis=0)
    never, always = counts == 0, counts == len(y)
    shares: Floats = (counts + ABSENT * never) / (len(y) + ABSENT * (never | always))
    return shares


def prior_scores(kind: TaskKind, prior: ArrayLike, targets: ArrayLike) -> Floats:
    """The scores of predicting the prior for every row.

    Args:
        kind: Of the task.
        prior: From the training labels, as `prior_of` gives it.
        targets: As in `row_scores`.

    Returns:
        [N] scores.

    Example:
        >>> prior_scores("nominal", [0.5, 0.5], [0, 1]).round(3).tolist()
        [0.693, 0.693]
    """
    shares = np.asarray(prior, dtype=np.float64)
    if kind == "regression":
        return row_scores(kind, np.full(np.shape(targets), shares[0]), targets)
    if kind == "multilabel":
        rows = np.reshape(np.asarray(targets), (-1, len(shares)))
        return row_scores(kind, np.tile(shares, (len(rows), 1)), rows)
    by_class = row_scores(kind, np.tile(shares, (len(shares), 1)), np.arange(len(shares)))
    scores: Floats = by_class[np.asarray(targets, dtype=np.int64)]
    return scores


def skill(kind: TaskKind, predictions: ArrayLike, targets: ArrayLike, prior: ArrayLike) -> float:
    """1 − score / score of the training prior, over the labelled rows.

    0: knows no more than the class frequencies; 1: sure and right everywhere; below 0: worse
    than the frequencies. For regression this is R² against the mean of *training*. This is the
    quick path for early stopping; `evaluate` adds intervals.

    Args:
        kind: Of the task.
        predictions: As in `row_scores`.
        targets: The same, with rows that are not labelled, which are left out.
        prior: From the training labels, as `prior_of` gives it.

    Returns:
        The skill; NaN if no row is labelled, or if the prior is already sure and right.

    Example:
        >>> skill("nominal", [[0.5, 0.5], [0.5, 0.5]], [0, 1], [0.5, 0.5])
        0.0
    """
    y = np.asarray(targets)
    there = known(y)
    scores = row_scores(kind, np.asarray(predictions)[there], y[there])
    of_prior = prior_scores(kind, prior, y[there])
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
