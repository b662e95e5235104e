"""Sums over rows that metrics are computed from, whatever the kind of the task.

A metric that follows from sums can be resampled for the price of one matrix product: how often
each group was drawn × the sums of each group.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from malsori.evaluation.scoring import ratio_skill

Floats = NDArray[np.float64]
S = TypeVar("S", bound="AnySums")
Metric = Callable[[Any], Floats]
"""From sums [...] to values [...]; each takes the sums of its kind of task."""


class AnySums(ABC):
    """What the metrics of a kind of task need to know of some rows; leading axes are free.

    Attributes:
        score: [...] sum of the rows' scores.
        prior_score: [...] sum of the scores of the training prior.
    """

    score: Floats
    prior_score: Floats

    @property
    @abstractmethod
    def rows(self) -> Floats:
        """[...] number of rows."""

    @abstractmethod
    def matrix(self) -> Floats:
        """All sums along one last axis [..., F], so that they add and multiply together."""

    @abstractmethod
    def like(self: S, matrix: Floats) -> S:
        """Sums of the same task, from what `matrix` gives."""

    def total(self: S) -> S:
        """Summed over the first axis."""
        return self.like(self.matrix().sum(axis=0))


def ratio(top: Floats, bottom: Floats) -> Floats:
    """Their ratio, NaN where there is nothing to divide by.

    Example:
        >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0])).tolist()
        [0.5, nan]
    """
    good = bottom > 0
    return np.where(good, top / np.where(good, bottom, 1.0), np.nan)


def mean(values: Floats) -> Floats:
    """Mean over the last axis of what is not NaN; NaN if nothing is left.

    Example:
        >>> mean(np.array([[1.0, np.nan], [np.nan, np.nan]])).tolist()
        [1.0, nan]
    """
    there = ~np.isnan(values)
    return ratio(np.where(there, values, 0.0).sum(axis=-1), there.sum(axis=-1))


def score(sums: AnySums) -> Floats:
    """Mean score of a row, see `scoring.row_scores`."""
    return ratio(sums.score, sums.rows)


def prior_score(sums: AnySums) -> Floats:
    """Mean score of the training prior on the same rows."""
    return ratio(sums.prior_score, sums.rows)


def skill(sums: AnySums) -> Floats:
    """1 − score / prior score: 0 knows only the training prior, 1 is perfect.

    Example:
        >>> from malsori.evaluation.metrics import Sums
        >>> p, y = [[0.8, 0.2], [0.4, 0.6]], [0, 1]
        >>> skill(Sums.of_rows("nominal", p, y, y, [0.5, 0.5]).total()).round(3).tolist()
        0.471
    """
    return ratio_skill(sums.score, sums.prior_score)


PROPER: Mapping[str, Metric] = {"skill": skill, "score": score, "prior_score": prior_score}
"""What every kind of task has, first in its tables."""
