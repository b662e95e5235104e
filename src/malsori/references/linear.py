"""What a linear model sees of a modality: its stored features over time, in one row of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]

WIDEST = 256
"""Wider rows are turned to so many principal components of the training rows."""
GRID = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)
"""Inverse penalties of standardised features, the strongest penalty first."""


def pooled(features: ArrayLike) -> Floats:
    """Mean and standard deviation over time, `[2 F]`; of what is no number, 0.

    Example:
        >>> pooled([[1.0, 2.0], [3.0, 2.0]]).tolist()
        [2.0, 2.0, 1.0, 0.0]
    """
    values = np.asarray(features, dtype=np.float64)
    moments = np.concatenate([values.mean(axis=0), values.std(axis=0)])
    found: Floats = np.nan_to_num(moments, posinf=0, neginf=0).astype(np.float32)
    return found


@dataclass(frozen=True)
class Standardised:
    """Columns of mean 0 and variance 1 in the training rows; what never changes there is gone."""

    keep: NDArray[np.bool_]  # [D] columns that change
    mean: NDArray[np.float32]  # of these
    scale: NDArray[np.float32]
    turned: Any = None  # the principal components of wide rows

    @classmethod
    def of(cls, x: Floats) -> Standardised:
        """Fitted to training rows `[N, D]`.

        Example:
            >>> x = np.array([[1, 5], [3, 5]], np.float32)
            >>> Standardised.of(x)(x).tolist()
            [[-1.0], [1.0]]
        """
        mean, scale = x.mean(axis=0, dtype=np.float64), x.std(axis=0, dtype=np.float64)
        keep = scale > 1e-6 * np.abs(mean)
        whole = cls(keep, *(v[keep].astype(np.float32) for v in (mean, scale)))
        if min(keep.sum(), len(x)) <= WIDEST:
            return whole
        from sklearn.decomposition import PCA  # noqa: PLC0415 - slow to load

        return cls(keep, whole.mean, whole.scale, PCA(WIDEST, random_state=0).fit(whole(x)))

    def __call__(self, x: Floats) -> Floats:
        """`[N, D']`."""
        found: Floats = (x[:, self.keep] - self.mean) / self.scale
        return found if self.turned is None else self.turned.transform(found)
