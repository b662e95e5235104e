"""Metrics of multilabel tasks: any number of the classes at once.

Each class is a yes-or-no question; an answer is yes above a probability of one half. The
definitions are those of scikit-learn, which the tests compare against.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from malsori.evaluation.scoring import prior_scores, row_scores
from malsori.evaluation.sums import PROPER, AnySums, Floats, Metric, mean, ratio

THRESHOLD = 0.5
"""A class is answered where its probability is above this."""


@dataclass(frozen=True)
class LabelSums(AnySums):
    """What the metrics of a multilabel task need to know of some rows; leading axes are free.

    Example:
        >>> p, y = [[0.8, 0.2], [0.6, 0.4]], [[1, 0], [1, 1]]
        >>> sums = LabelSums.of_rows(p, y, [[1, 0], [1, 0]], [0.9, 0.1]).total()
        >>> sums.hits.tolist(), subset_accuracy(sums).item()
        ([2.0, 0.0], 0.5)
    """

    hits: Floats  # [..., K] rows that have the class and were predicted to
    actual: Floats  # [..., K] rows that have the class
    predicted: Floats  # [..., K] rows that were predicted to have it
    exact: Floats  # [...] rows whose set of classes is right as a whole
    usual: Floats  # [...] rows that have just the classes that more than half of training has
    count: Floats  # [...] rows
    score: Floats  # [...] sum of the rows' scores
    prior_score: Floats  # [...] sum of the scores of the training prior

    @classmethod
    def of_rows(
        cls, probabilities: ArrayLike, targets: ArrayLike, values: ArrayLike, prior: ArrayLike
    ) -> LabelSums:
        """The sums of every row for itself: leading axis [N].

        Args:
            probabilities: [N, K], each in [0, 1].
            targets: [N, K] of 0 and 1, all labelled.
            values: [N, K] of 0 and 1, predicted.
            prior: [K] from the training labels.
        """
        y, v = np.asarray(targets) == 1, np.asarray(values) == 1
        usual = np.asarray(prior, dtype=np.float64) > THRESHOLD
        return cls(
            hits=(y & v).astype(np.float64),
            actual=y.astype(np.float64),
            predicted=v.astype(np.float64),
            exact=(y == v).all(axis=1).astype(np.float64),
            usual=(y == usual).all(axis=1).astype(np.float64),
            count=np.ones(len(y)),
            score=row_scores("multilabel", probabilities, y),
            prior_score=prior_scores("multilabel", prior, y),
        )

    @property
    def rows(self) -> Floats:
        """[...] number of rows."""
        return self.count

    def matrix(self) -> Floats:
        """All sums along one last axis [..., 3 K + 5]."""
        single = (self.exact, self.usual, self.count, self.score, self.prior_score)
        wide = (self.hits, self.actual, self.predicted)
        return np.concatenate([*wide, *(s[..., None] for s in single)], axis=-1)

    def like(self, matrix: Floats) -> LabelSums:
        """Sums from what `matrix` gives."""
        wide, single = matrix[..., :-5], matrix[..., -5:]
        hits, actual, predicted = np.split(wide, 3, axis=-1)
        return LabelSums(hits, actual, predicted, *np.moveaxis(single, -1, 0))

    def confusion(self) -> Floats:
        """[..., K, 2, 2] rows by having the class (first) and being predicted to (second)."""
        missed, wrong = self.actual - self.hits, self.predicted - self.hits
        rest = self.count[..., None] - self.hits - missed - wrong
        lines = np.stack([np.stack([rest, wrong], -1), np.stack([missed, self.hits], -1)], -2)
        return np.asarray(lines)


def recalls(sums: LabelSums) -> Floats:
    """[..., K] share of each class's rows that were found; NaN for a class without rows.

    Example:
        >>> p, y, v = [[0.9, 0.1]], [[1, 1]], [[1, 0]]
        >>> recalls(LabelSums.of_rows(p, y, v, [0.5, 0.5]).total()).tolist()
        [1.0, 0.0]
    """
    return ratio(sums.hits, sums.actual)


def f1s(sums: LabelSums) -> Floats:
    """[..., K] F1 of each class; NaN for a class that neither occurs nor is predicted."""
    return ratio(2 * sums.hits, sums.actual + sums.predicted)


def macro_f1(sums: LabelSums) -> Floats:
    """Mean F1 over the classes that occur in the targets or in the predictions.

    Example:
        >>> p, y, v = [[0.9, 0.1]], [[1, 1]], [[1, 0]]
        >>> macro_f1(LabelSums.of_rows(p, y, v, [0.5, 0.5]).total()).item()
        0.5
    """
    return mean(f1s(sums))


def micro_f1(sums: LabelSums) -> Floats:
    """F1 of all yes-or-no answers together, in which frequent classes weigh most.

    Example:
        >>> p, y, v = [[0.9, 0.1]], [[1, 1]], [[1, 0]]
        >>> micro_f1(LabelSums.of_rows(p, y, v, [0.5, 0.5]).total()).round(3).item()
        0.667
    """
    both = sums.actual.sum(axis=-1) + sums.predicted.sum(axis=-1)
    return ratio(2 * sums.hits.sum(axis=-1), both)


def balanced_accuracy(sums: LabelSums) -> Floats:
    """Mean over classes of the recall of having it and of not having it (chance: 1 / 2).

    Classes that every row has, or none, are left out.

    Example:
        >>> p, y, v = [[0.9], [0.1]], [[1], [0]], [[1], [1]]
        >>> balanced_accuracy(LabelSums.of_rows(p, y, v, [0.5]).total()).item()
        0.5
    """
    without = sums.count[..., None] - sums.actual
    kept = without - (sums.predicted - sums.hits)
    return mean((recalls(sums) + ratio(kept, without)) / 2)


def subset_accuracy(sums: LabelSums) -> Floats:
    """Share of rows whose whole set of classes is right."""
    return ratio(sums.exact, sums.rows)


def majority_subset_accuracy(sums: LabelSums) -> Floats:
    """Subset accuracy of always answering the classes that more than half of training has."""
    return ratio(sums.usual, sums.rows)


MULTILABEL: Mapping[str, Metric] = {
    **PROPER,
    "macro_f1": macro_f1,
    "micro_f1": micro_f1,
    "balanced_accuracy": balanced_accuracy,
    "subset_accuracy": subset_accuracy,
    "majority_subset_accuracy": majority_subset_accuracy,
}


def average_precisions(probabilities: ArrayLike, targets: ArrayLike) -> Floats:
    """[K] mean precision over the rows that have a class, as their probability is lowered.

    It asks whether rows with the class come before those without, whatever the threshold; a
    model that knows nothing has about the share of the class. It follows from no sums, so it has
    no interval here.

    Args:
        probabilities: [N, K].
        targets: [N, K] of 0 and 1.

    Returns:
        [K]; NaN for a class without rows.

    Example:
        >>> average_precisions([[0.9], [0.8], [0.1]], [[1], [0], [1]]).round(3).tolist()
        [0.833]
    """
    p, y = np.asarray(probabilities, np.float64), np.asarray(targets) == 1
    return np.array([_average_precision(p[:, k], y[:, k]) for k in range(y.shape[1])])


def _average_precision(p: Floats, y: np.ndarray) -> float:
    if not y.any():
        return float("nan")
    order = np.argsort(-p, kind="stable")
    hits = np.cumsum(y[order])
    # Rows of the same probability come together or not at all.
    last = np.append(np.diff(p[order]) != 0, True)
    hits, taken = hits[last], np.flatnonzero(last) + 1
    gained = np.diff(hits, prepend=0)
    return float((gained * hits / taken).sum() / y.sum())
