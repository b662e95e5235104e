"""How parts of a split differ from training, and whether that is chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from malsori.corpus.audit.predicting import SURE
from malsori.corpus.audit.targets import Codes

Floats = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Names = np.ndarray[Any, np.dtype[np.object_]]

FEWEST: Final = 20
"""Rows of a part; of fewer, nothing is said."""
_APART: Final = 0.99
_GROUPS: Final = 3
_MOST: Final = 0.5


@dataclass(frozen=True)
class Apart:
    """One part against training, in one measure."""

    part: str
    train: float  # of training: the median, or the share of the rows
    other: float  # the same of the part
    chance: float  # probability that parts that were drawn alike differ so, 0 … 1
    beyond: float = 0.0  # share of the part's rows on the further side of training's median
    separate: bool = False  # each of its groups, three or more, lies beyond each of training's

    @property
    def real(self) -> bool:
        """Whether it is no chance; an audit looks at some twenty of these."""
        return self.chance < SURE


def medians_apart(
    part: str, values: Floats, parts: Names, groups: Codes, *, whole: bool
) -> Apart | None:
    """The medians of training and of a part.

    The doubt is over groups: rows of one speaker are alike, so their mean counts once.

    Args:
        part: the part that is compared with training.
        values: ``[N]``; NaN where not known.
        parts: the part of each row ``[N]``.
        groups: ``[N]``; rows of one group are not independent.
        whole: whether nearly all rows beyond nearly all of training are no chance, however few
            the groups are: so of lengths, not of what one microphone makes.

    Returns:
        None with fewer than 20 rows in either.
    """
    known = np.isfinite(values)
    a, b = known & (parts == "train"), known & (parts == part)
    if min(a.sum(), b.sum()) < FEWEST:
        return None
    middle, other = float(np.median(values[a])), float(np.median(values[b]))
    low, high = (values[a], values[b]) if other > middle else (values[b], values[a])
    beyond = values[b] > middle if other > middle else values[b] < middle
    if whole and np.quantile(low, _APART) < np.quantile(high, 1 - _APART):
        chance = 0.0
    else:
        chance = _chance(values, a, b, groups)
    separate = _separate(values, a, b, groups)
    return Apart(part, middle, other, chance, float(beyond.mean()), separate)


def shares_apart(part: str, has: Mask, parts: Names, groups: Codes) -> Apart | None:
    """The shares of rows of training and of a part that have something.

    What hardly any training row has and most rows of the part do (or the other way round) is no
    chance, however few the groups are.
    """
    a, b = parts == "train", parts == part
    if min(a.sum(), b.sum()) < FEWEST:
        return None
    before, after = float(has[a].mean()), float(has[b].mean())
    if min(before, after) <= 1 - _APART and max(before, after) >= _MOST:
        return Apart(part, before, after, 0.0)
    return Apart(part, before, after, _chance(has.astype(np.float64), a, b, groups))


def _chance(values: Floats, a: Mask, b: Mask, groups: Codes) -> float:
    """Two-sided rank test of the groups' means (Mann and Whitney 1947)."""
    from scipy import stats  # noqa: PLC0415 - slow to load, and showing a corpus does not need it

    first, second = (_means(values[rows], groups[rows]) for rows in (a, b))
    if len(np.unique(np.concatenate([first, second]))) < 2:
        return 1.0
    return float(stats.mannwhitneyu(first, second).pvalue)


def _separate(values: Floats, a: Mask, b: Mask, groups: Codes) -> bool:
    first, second = (_means(values[rows], groups[rows]) for rows in (a, b))
    apart = first.max() < second.min() or second.max() < first.min()
    return bool(apart) and min(len(first), len(second)) >= _GROUPS


def _means(values: Floats, groups: Codes) -> Floats:
    _, index = np.unique(groups, return_inverse=True)
    return np.bincount(index.ravel(), values) / np.bincount(index.ravel())
