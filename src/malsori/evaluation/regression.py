"""Metrics of regression tasks: how near a number comes, and whether it moves with the label.

Everything follows from moments of targets and predictions around the training mean (a fixed
point near both keeps the sums of squares exact).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from malsori.evaluation.scoring import prior_scores, row_scores
from malsori.evaluation.sums import PROPER, AnySums, Floats, Metric, ratio


@dataclass(frozen=True)
class NumberSums(AnySums):
    """What the metrics of a regression task need to know of some rows; leading axes are free.

    Attributes:
        moments: [..., 6] rows, and the sums of y, v, y², v² and y v, where y are targets and v
            predictions, both less the training mean.
        distance: [...] sum of |v − y|.
        score: [...] sum of (v − y)².
        prior_score: [...] sum of (training mean − y)².

    Example:
        >>> sums = NumberSums.of_rows([1.0, 3.0], [2.0, 3.0], [2.0, 1.0]).total()
        >>> mae(sums).item(), sums.rows.item()
        (0.5, 2.0)
    """

    moments: Floats
    distance: Floats
    score: Floats
    prior_score: Floats

    @classmethod
    def of_rows(cls, targets: ArrayLike, values: ArrayLike, prior: ArrayLike) -> NumberSums:
        """The sums of every row for itself: leading axis [N].

        Args:
            targets: [N] numbers, all labelled.
            values: [N] predicted numbers.
            prior: [2] mean and standard deviation of the training labels.
        """
        y, v = np.asarray(targets, dtype=np.float64), np.asarray(values, dtype=np.float64)
        middle = float(np.asarray(prior, dtype=np.float64)[0])
        a, b = y - middle, v - middle
        return cls(
            moments=np.stack([np.ones(len(y)), a, b, a * a, b * b, a * b], axis=-1),
            distance=np.abs(v - y),
            score=row_scores("regression", v, y),
            prior_score=prior_scores("regression", prior, y),
        )

    @property
    def rows(self) -> Floats:
        """[...] number of rows."""
        return np.asarray(self.moments[..., 0])

    def matrix(self) -> Floats:
        """All sums along one last axis [..., 9]."""
        single = (self.distance, self.score, self.prior_score)
        return np.concatenate([self.moments, *(s[..., None] for s in single)], axis=-1)

    def like(self, matrix: Floats) -> NumberSums:
        """Sums from what `matrix` gives."""
        return NumberSums(matrix[..., :6], *np.moveaxis(matrix[..., 6:], -1, 0))

    def spread(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Variances of targets and predictions, their covariance, and how far the means part."""
        n, *sums = np.moveaxis(self.moments, -1, 0)
        y, v, yy, vv, yv = (ratio(each, n) for each in sums)
        # Rounding may leave a constant with a hair of variance, or less than none.
        least = 1e-12 * (yy + vv)
        of_y, of_v = yy - y * y, vv - v * v
        return (
            np.where(of_y > least, of_y, 0.0),
            np.where(of_v > least, of_v, 0.0),
            yv - y * v,
            v - y,
        )


def mae(sums: NumberSums) -> Floats:
    """Mean absolute error, in the label's unit.

    Example:
        >>> mae(NumberSums.of_rows([1, 2], [2, 2], [2, 1]).total()).item()
        0.5
    """
    return ratio(sums.distance, sums.rows)


def pearson(sums: NumberSums) -> Floats:
    """Pearson's r of targets and predictions; NaN where one of them is all the same.

    Example:
        >>> pearson(NumberSums.of_rows([1, 2, 3], [2, 4, 6], [2, 1]).total()).round(9).item()
        1.0
    """
    of_y, of_v, together, _ = sums.spread()
    return ratio(together, np.sqrt(of_y * of_v))


def ccc(sums: NumberSums) -> Floats:
    """Lin's concordance correlation coefficient (1989): r, less for another mean or spread.

    1 only where prediction = label; 0 for a constant prediction. NaN where targets and
    predictions are all the same number.

    Example:
        >>> ccc(NumberSums.of_rows([1, 2, 3], [2, 4, 6], [2, 1]).total()).round(3).item()
        0.364
    """
    of_y, of_v, together, apart = sums.spread()
    together = np.where((of_y > 0) & (of_v > 0), together, 0.0)
    return ratio(2 * together, of_y + of_v + apart**2)


REGRESSION: Mapping[str, Metric] = {
    **PROPER,
    "mae": mae,
    "pearson": pearson,
    "ccc": ccc,
}
