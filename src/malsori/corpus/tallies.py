"""How labels are counted: by class, or by range where they are numbers."""

from __future__ import annotations

import itertools
import math
from typing import Any, Final

import numpy as np

from malsori.corpus.targets import Array, Mask, known
from malsori.schema import Task

_MOST_RANGES: Final = 8
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)

Floats = np.ndarray[Any, np.dtype[np.float64]]


def tally(task: Task, targets: Array) -> dict[str, Mask]:
    """Class, in declared order, or range → the rows ``[N]`` that have it.

    A row of a multilabel task may have several or none; numbers fall into up to eight ranges of
    round ends, each without its upper end but the last.
    """
    values = np.asarray(targets)
    if task.kind == "multilabel":
        return {c: np.asarray(values[:, k] == 1) for k, c in enumerate(task.classes)}
    if task.kind != "regression":
        return {c: np.asarray(values == k) for k, c in enumerate(task.classes)}
    edges = _edges(task, values[known(values)])
    # The outer ends are open, so that no rounding loses a row.
    place = np.where(known(values), np.searchsorted(edges[1:-1], values, side="right"), -1)
    pairs = enumerate(itertools.pairwise(edges))
    return {f"{low:g} … {high:g}": np.asarray(place == i) for i, (low, high) in pairs}


def _edges(task: Task, values: Floats) -> list[float]:
    """Ends of the ranges: round numbers around the declared range, else around the values."""
    low = task.low if task.low is not None else float(values.min(initial=math.inf))
    high = task.high if task.high is not None else float(values.max(initial=-math.inf))
    if not math.isfinite(low) or not math.isfinite(high):
        return []
    # Ranges that could not be told apart when they are written are of no use.
    span = max(high - low, 1e-3 * max(abs(low), abs(high))) or 1.0
    power = 10.0 ** math.floor(math.log10(span / _MOST_RANGES))
    for step in (factor * power for factor in _STEPS):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        last = max(last, first + 1)
        if last - first <= _MOST_RANGES:
            return [float(f"{i * step:.12g}") for i in range(first, last + 1)]
    return [low, high]


def strata(task: Task, targets: Array) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[str]]:
    """What a split balances: the stratum of each row ``[N]`` int64, and their names by number.

    Stratum 0 are rows without label. A multilabel row counts for the rarest of its classes, so
    that rare ones are spread evenly (common ones then nearly are); a number for its quintile.
    """
    values, there = np.asarray(targets), known(targets)
    if task.kind == "multilabel":
        return _rarest(task, values, there)
    if task.kind == "regression":
        return _quintiles(values, there)
    return values.astype(np.int64) + 1, ["without label", *task.classes]


def _rarest(
    task: Task, values: Array, there: Mask
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[str]]:
    has = values == 1
    rows_of = has.sum(axis=0)
    # A class that a row does not have is more frequent than any it may have.
    rarity = np.where(has, rows_of, len(values) + 1)
    codes = np.where(has.any(axis=1), rarity.argmin(axis=1) + 2, 1)
    return np.where(there, codes, 0), ["without label", "none of them", *task.classes]


def _quintiles(values: Array, there: Mask) -> tuple[np.ndarray[Any, np.dtype[np.int64]], list[str]]:
    codes = np.zeros(len(values), np.int64)
    if not there.any():
        return codes, ["without label"]
    inner = np.unique(np.quantile(values[there], [0.2, 0.4, 0.6, 0.8]))
    codes[there] = 1 + np.searchsorted(inner, values[there], side="left")
    ends = [f"{end:g}" for end in inner]
    names = [f"up to {ends[0]}"]
    names += [f"{a} … {b}" for a, b in itertools.pairwise(ends)]
    return codes, ["without label", *names, f"above {ends[-1]}"]
