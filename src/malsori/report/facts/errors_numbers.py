"""Where a run goes wrong on a number: what is predicted for which labels, and the farthest off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from malsori.evaluation.frame import arrays_of, is_known
from malsori.schema import Task

RANGES = 16
"""Into so many ranges labels and predictions are put."""


@dataclass(frozen=True)
class FarOff:
    """A row whose number is far off."""

    id: str
    target: float  # its label
    predicted: float


@dataclass(frozen=True)
class NumberErrors:
    """The errors of a regression task on the labelled rows of one split and condition."""

    task: str
    edges: tuple[float, ...]  # [B + 1] ends of the ranges of labels and of predictions
    counts: tuple[tuple[int, ...], ...]  # [B, B] rows by range of label, and of prediction
    means: tuple[float, ...]  # [B] mean prediction for the labels of each range; NaN: none
    bias: float  # mean of prediction − label; NaN without rows
    far: tuple[FarOff, ...]  # the rows that are farthest off


def number_errors_of(rows: pl.DataFrame, task: Task, most: int) -> NumberErrors:
    """Looks at the labelled rows of a predictions frame of one regression task.

    Example:
        >>> task = Task(name="valence", kind="regression", low=1, high=5)
        >>> rows = pl.DataFrame({"id": ["a", "b"], "target": [1.0, 5.0], "value": [1.5, 3.0]})
        >>> found = number_errors_of(rows, task, 1)
        >>> found.bias, found.far[0].id
        (-0.75, 'b')
    """
    known = rows.filter(is_known(rows)).sort("id")
    y, v, _ = arrays_of(known, task)
    edges = _edges(task, np.concatenate([y, v]))
    across, along = (_places(each, edges) for each in (y, v))
    counts = np.zeros((len(edges) - 1,) * 2, dtype=np.int64)
    np.add.at(counts, (across, along), 1)
    means = [float(v[across == b].mean()) if (across == b).any() else math.nan
             for b in range(len(counts))]  # fmt: skip
    return NumberErrors(
        task=task.name,
        edges=tuple(float(e) for e in edges),
        counts=tuple(tuple(int(n) for n in row) for row in counts),
        means=tuple(means),
        bias=float((v - y).mean()) if len(y) else math.nan,
        far=_farthest(known["id"].to_list(), y, v)[:most],
    )


def _edges(task: Task, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Equal ranges over the declared range, or over what occurs."""
    low = task.low if task.low is not None else float(values.min(initial=math.inf))
    high = task.high if task.high is not None else float(values.max(initial=-math.inf))
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = 0.0, 1.0
    if not low < high:
        low, high = low - 0.5, low + 0.5
    return np.linspace(low, high, RANGES + 1)


def _places(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.int64]:
    # What lies outside the declared range is put into the outermost one.
    return np.searchsorted(edges[1:-1], values, side="right")


def _farthest(
    ids: Sequence[str], y: NDArray[np.float64], v: NDArray[np.float64]
) -> tuple[FarOff, ...]:
    order = sorted(range(len(y)), key=lambda i: (-abs(v[i] - y[i]), ids[i]))
    return tuple(FarOff(ids[i], float(y[i]), float(v[i])) for i in order if v[i] != y[i])
