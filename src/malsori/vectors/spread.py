"""How far vectors are from each other: in one pass, and in how many directions."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


class Spread:
    """Means and variances of vectors that are seen once; NaN counts as not measured.

    Example:
        >>> spread = Spread()
        >>> for value in (9.0, 11.0):
        ...     spread.add(np.array([value]))
        >>> round(spread.relative(), 3)
        0.1
    """

    def __init__(self) -> None:
        self.width = 0
        self._first: Any = None
        self._count: Any = None
        self._sum: Any = None
        self._squares: Any = None

    def add(self, vector: npt.NDArray[np.float64]) -> None:
        """Takes a vector ``[F]``; those of another width than the first are left out."""
        if self._first is None:
            self.width = len(vector)
            self._first = np.nan_to_num(vector)
            self._count, self._sum, self._squares = (np.zeros(self.width) for _ in range(3))
        if len(vector) != self.width:
            return
        # From the first vector, so that equal vectors have a spread of exactly 0.
        away = vector - self._first
        there = np.isfinite(away)
        away[~there] = 0.0
        self._count += there
        self._sum += away
        self._squares += away * away

    def relative(self) -> float:
        """The root of the summed variance over that of the summed mean square; 1.0 if all are 0."""
        if self._first is None:
            return 1.0
        count = np.maximum(self._count, 1)
        mean = self._sum / count
        variance = np.maximum(self._squares / count - mean**2, 0.0)
        size = float(((self._first + mean) ** 2 + variance).sum())
        return float(np.sqrt(variance.sum() / size)) if size > 0 else 0.0


def effective_rank(vectors: npt.NDArray[Any]) -> float:
    """In how many directions vectors vary: the exponential of the entropy of the variances.

    (Roy and Vetterli, 2007.) Each dimension is standardised before, because single dimensions of
    transformers are far larger than the others.

    Args:
        vectors: ``[N, F]``; NaN counts as the mean of its column.

    Returns:
        Between 1 and the smaller of N − 1 and F; 0 if nothing varies.

    Example:
        >>> round(effective_rank(np.eye(50)[:, :10]), 1)
        10.0
    """
    values = vectors.astype(np.float64)
    there = np.isfinite(values)
    count = np.maximum(there.sum(axis=0), 1)
    mean = np.where(there, values, 0).sum(axis=0) / count
    values = np.where(there, values - mean, 0.0)
    deviation = np.sqrt((values**2).sum(axis=0) / count)
    varies = deviation > 1e-6 * (np.abs(mean) + deviation.max(initial=0.0)) + 1e-300
    values = values[:, varies] / deviation[varies]
    if not values.size:
        return 0.0
    square = values @ values.T if len(values) <= values.shape[1] else values.T @ values
    variances = np.clip(np.linalg.eigvalsh(square), 0, None)
    shares = variances[variances > 0] / variances.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))
