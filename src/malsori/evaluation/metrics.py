"""Metrics of classification, computed from sums that can be resampled.

All metrics here follow from three sums over rows: the confusion matrix, the score and the
prior's score. So an interval costs one matrix product (how often each group was drawn × the
sums of each group), never another pass over the rows. The definitions are those of
scikit-learn, which the tests compare against.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from malsori.errors import MalsoriError
from malsori.evaluation.margins import Margins
from malsori.evaluation.multilabel import MULTILABEL, LabelSums
from malsori.evaluation.regression import REGRESSION, NumberSums
from malsori.evaluation.scoring import prior_scores, row_scores
from malsori.evaluation.sums import PROPER, AnySums, Floats, Metric, mean, ratio
from malsori.schema import TaskKind, nearest


@dataclass(frozen=True)
class Sums(AnySums):
    """What the metrics of one task with one class a row need to know; leading axes are free.

    Example:
        >>> sums = Sums.of_rows("nominal", [[0.8, 0.2], [0.6, 0.4]], [0, 1], [0, 0], [0.5, 0.5])
        >>> sums.confusion.shape, accuracy(sums.total()).item()
        ((2, 2, 2), 0.5)
    """

    confusion: Floats  # [..., K, K] rows by target (first) and predicted class (second)
    score: Floats  # [...] sum of the rows' scores
    prior_score: Floats  # [...] sum of the scores of the training prior
    majority: int  # most frequent class of training, which `majority_accuracy` predicts

    @classmethod
    def of_rows(
        cls,
        kind: TaskKind,
        probabilities: ArrayLike,
        targets: ArrayLike,
        values: ArrayLike,
        prior: ArrayLike,
    ) -> Sums:
        """The sums of every row for itself: leading axis [N].

        Args:
            kind: `nominal` or `ordinal`.
            probabilities: [N, K].
            targets: [N] class indices, all labelled.
            values: [N] predicted class indices.
            prior: [K] from the training labels.
        """
        p = np.asarray(probabilities, dtype=np.float64)
        y = np.asarray(targets, dtype=np.int64)
        classes = p.shape[1]
        confusion = np.zeros((len(y), classes, classes))
        confusion[np.arange(len(y)), y, np.asarray(values, dtype=np.int64)] = 1.0
        of_prior = prior_scores(kind, prior, y)
        return cls(confusion, row_scores(kind, p, y), of_prior, int(np.argmax(prior)))

    @classmethod
    def of_confusion(cls, confusion: ArrayLike, majority: int = 0) -> Sums:
        """From a confusion matrix alone, as papers print it; the scores are unknown (NaN).

        Args:
            confusion: [..., K, K] by target (first) and prediction (second).
            majority: The most frequent class of training.
        """
        counts = np.asarray(confusion, dtype=np.float64)
        unknown = np.full(counts.shape[:-2], np.nan)
        return cls(counts, unknown, unknown, majority)

    def matrix(self) -> Floats:
        """All sums along one last axis [K² + 2], so that they add and multiply together."""
        flat = self.confusion.reshape(*self.score.shape, self.confusion.shape[-1] ** 2)
        return np.concatenate([flat, self.score[..., None], self.prior_score[..., None]], axis=-1)

    def like(self, matrix: Floats) -> Sums:
        """Sums of the same task from what `matrix` gives."""
        classes = self.confusion.shape[-1]
        confusion = matrix[..., :-2].reshape(*matrix.shape[:-1], classes, classes)
        return Sums(confusion, matrix[..., -2], matrix[..., -1], self.majority)

    @property
    def rows(self) -> Floats:
        """[...] number of rows."""
        return np.asarray(self.confusion.sum(axis=(-2, -1)))

    @property
    def right(self) -> Floats:
        """[..., K] rows of each class that were predicted right."""
        return np.diagonal(self.confusion, axis1=-2, axis2=-1)

    @property
    def actual(self) -> Floats:
        """[..., K] rows of each class."""
        return np.asarray(self.confusion.sum(axis=-1))

    @property
    def predicted(self) -> Floats:
        """[..., K] rows that were predicted as each class."""
        return np.asarray(self.confusion.sum(axis=-2))

    @property
    def apart(self) -> Floats:
        """[...] sum of the ranks between target and prediction."""
        return np.asarray((self.confusion * np.abs(self._distances)).sum(axis=(-2, -1)))

    @property
    def squared(self) -> Floats:
        """[...] sum of the squares of these ranks."""
        return np.asarray((self.confusion * self._distances**2).sum(axis=(-2, -1)))

    @property
    def _distances(self) -> Floats:
        rank = np.arange(self.confusion.shape[-1], dtype=np.float64)
        return rank[:, None] - rank


Classed = Sums | Margins
"""Sums of a task with one class a row: of few classes, or of very many."""


def accuracy(sums: Classed) -> Floats:
    """Share of rows predicted right.

    Example:
        >>> accuracy(Sums.of_confusion([[2, 0], [1, 1]])).round(3).tolist()
        0.75
    """
    return ratio(sums.right.sum(axis=-1), sums.rows)


def majority_accuracy(sums: Classed) -> Floats:
    """Accuracy of always predicting the most frequent class of training.

    Example:
        >>> majority_accuracy(Sums.of_confusion([[2, 0], [1, 1]])).round(3).tolist()
        0.5
    """
    return ratio(sums.actual[..., sums.majority], sums.rows)


def recalls(sums: Classed) -> Floats:
    """[..., K] share of each class's rows that were found; NaN for a class without rows.

    Example:
        >>> recalls(Sums.of_confusion([[2, 0], [1, 1]])).round(3).tolist()
        [1.0, 0.5]
    """
    return ratio(sums.right, sums.actual)


def f1s(sums: Classed) -> Floats:
    """[..., K] F1 of each class; NaN for a class that neither occurs nor is predicted.

    Example:
        >>> f1s(Sums.of_confusion([[2, 0], [1, 1]])).round(3).tolist()
        [0.8, 0.667]
    """
    return ratio(2 * sums.right, sums.actual + sums.predicted)


def macro_f1(sums: Classed) -> Floats:
    """Mean F1 over the classes that occur in the targets or in the predictions.

    Example:
        >>> macro_f1(Sums.of_confusion([[2, 0], [1, 1]])).round(3).tolist()
        0.733
    """
    return mean(f1s(sums))


def weighted_f1(sums: Classed) -> Floats:
    """F1 averaged by the classes' rows: a frequent class hides the others, so read macro-F1."""
    return ratio((sums.actual * np.nan_to_num(f1s(sums))).sum(axis=-1), sums.rows)


def uar(sums: Classed) -> Floats:
    """Unweighted average recall over the classes that occur in the targets (chance: 1 / K).

    Example:
        >>> uar(Sums.of_confusion([[2, 0], [1, 1]])).round(3).tolist()
        0.75
    """
    return mean(recalls(sums))


def mae(sums: Classed) -> Floats:
    """Mean absolute error in ranks (ordinal).

    Example:
        >>> mae(Sums.of_confusion([[2, 0], [1, 1]])).round(3).tolist()
        0.25
    """
    return ratio(sums.apart, sums.rows)


def qwk(sums: Classed) -> Floats:
    """Quadratic weighted kappa (ordinal; Cohen 1968): 0 is chance, 1 is perfect.

    NaN where targets and predictions are all one class, so that no disagreement is expected.

    Example:
        >>> qwk(Sums.of_confusion([[2, 0], [1, 1]])).tolist()
        0.5
    """
    # Sums over all pairs of (i − j)² by target i and prediction j, multiplied out.
    rank = np.arange(sums.actual.shape[-1], dtype=np.float64)
    (a, a1, a2), (b, b1, b2) = (
        [(counts * rank**power).sum(axis=-1) for power in range(3)]
        for counts in (sums.actual, sums.predicted)
    )
    expected = a2 * b - 2 * a1 * b1 + a * b2
    return 1.0 - ratio(sums.squared * sums.rows, expected)


NOMINAL: Mapping[str, Metric] = {
    **PROPER,
    "accuracy": accuracy,
    "majority_accuracy": majority_accuracy,
    "macro_f1": macro_f1,
    "weighted_f1": weighted_f1,
    "uar": uar,
}
ORDINAL: Mapping[str, Metric] = {**NOMINAL, "mae": mae, "qwk": qwk}


def metrics_of(kind: TaskKind) -> Mapping[str, Metric]:
    """The metrics of a kind of task, by name, in the order of the tables."""
    return _METRICS[kind]


_METRICS: Mapping[TaskKind, Mapping[str, Metric]] = {
    "nominal": NOMINAL,
    "ordinal": ORDINAL,
    "multilabel": MULTILABEL,
    "regression": REGRESSION,
}


def sums_of(
    kind: TaskKind,
    probabilities: ArrayLike,
    targets: ArrayLike,
    values: ArrayLike,
    prior: ArrayLike,
) -> AnySums:
    """The sums of every row for itself, of the task's kind.

    Args:
        kind: Of the task.
        probabilities: [N, K]; not looked at for regression.
        targets: [N] or [N, K] as `corpus.targets.encode` gives them, all labelled.
        values: What was predicted, in the same shape.
        prior: As `scoring.prior_of` gives it.
    """
    if kind == "regression":
        return NumberSums.of_rows(targets, values, prior)
    if kind == "multilabel":
        return LabelSums.of_rows(probabilities, targets, values, prior)
    return Sums.of_rows(kind, probabilities, targets, values, prior)


def metric_named(kind: TaskKind, name: str) -> Metric:
    """One metric by its name.

    Raises:
        MalsoriError: Tasks of this kind have no such metric; the nearest is named.
    """
    known = metrics_of(kind)
    if name not in known:
        raise MalsoriError(f"{kind} tasks have no metric {name!r}", hint=nearest(name, list(known)))
    return known[name]
