"""Sums of a task of very many classes, which no confusion matrix of every row can hold.

600 classes × 100,000 rows would be 36 billion cells; what the metrics need are the margins of the
matrix, its diagonal, and two sums of how far predictions lie from targets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from malsori.evaluation.sums import AnySums, Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Margins(AnySums):
    """What the metrics need of a confusion matrix without the matrix; leading axes are free."""

    right: Floats  # [..., K] rows of each class that were predicted right
    actual: Floats  # [..., K] rows of each class
    predicted: Floats  # [..., K] rows that were predicted as each class
    apart: Floats  # [...] sum of the ranks between target and prediction
    squared: Floats  # [...] sum of their squares
    score: Floats  # [...] sum of the rows' scores
    prior_score: Floats  # [...] sum of the scores of the training prior
    majority: int  # most frequent class of training

    @property
    def rows(self) -> Floats:
        """[...] number of rows."""
        return np.asarray(self.actual.sum(axis=-1))

    def matrix(self) -> Floats:
        """All sums along one last axis [..., 3 K + 4]."""
        single = (self.apart, self.squared, self.score, self.prior_score)
        wide = (self.right, self.actual, self.predicted)
        return np.concatenate([*wide, *(s[..., None] for s in single)], axis=-1)

    def like(self, matrix: Floats) -> Margins:
        """Sums of the same task, from what `matrix` gives."""
        right, actual, predicted = np.split(matrix[..., :-4], 3, axis=-1)
        apart, squared, score, prior_score = np.moveaxis(matrix[..., -4:], -1, 0)
        return Margins(right, actual, predicted, apart, squared, score, prior_score, self.majority)


@dataclass(frozen=True)
class ClassRows:
    """Rows of a task with one class a row, of which weighted sums are taken.

    Example:
        >>> y, v, none = np.array([0, 1, 1]), np.array([0, 1, 0]), np.zeros(3)
        >>> rows = ClassRows(y, v, none, none, classes=2, majority=0)
        >>> sums = rows.weighted(np.array([[1.0, 1.0, 1.0], [0.0, 2.0, 1.0]]))
        >>> sums.right.tolist(), sums.apart.tolist()
        ([[1.0, 1.0], [0.0, 2.0]], [1.0, 1.0])
    """

    targets: Ints  # [N]
    values: Ints  # [N] predicted
    score: Floats  # [N]
    prior_score: Floats  # [N]
    classes: int
    majority: int

    def weighted(self, weights: Floats) -> Margins:
        """Sums over rows that count as often as `weights` [R, N] say: leading axis [R]."""
        far = np.abs(self.targets - self.values).astype(np.float64)
        return Margins(
            right=self._counted(self.targets, weights * (far == 0)),
            actual=self._counted(self.targets, weights),
            predicted=self._counted(self.values, weights),
            apart=weights @ far,
            squared=weights @ far**2,
            score=weights @ self.score,
            prior_score=weights @ self.prior_score,
            majority=self.majority,
        )

    def _counted(self, index: Ints, weights: Floats) -> Floats:
        """[R, K] summed weights of the rows of each class."""
        cells = index + self.classes * np.arange(len(weights))[:, None]
        size = self.classes * len(weights)
        found: Floats = np.bincount(cells.ravel(), weights.ravel(), size).astype(np.float64)
        return found.reshape(len(weights), self.classes)
