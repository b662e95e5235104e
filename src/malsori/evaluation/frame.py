"""The predictions frame: one row per utterance × task × condition, and what it says of a task.

What a row holds depends on its task's kind. Nominal and ordinal: `target` and `value` are class
indices, `probabilities` a list of K. Multilabel: `targets` and `values` are lists of K zeros and
ones, `probabilities` K numbers that need not sum to 1. Regression: `target` and `value` are the
numbers themselves. What a kind does not have is null, and so is the target of a row without
label. Frames without multilabel tasks need no `targets` and `values`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from malsori.evaluation.intervals import Units
from malsori.schema import Task


@dataclass(frozen=True)
class Rows:
    """The labelled rows of one task in one split under one condition."""

    ids: list[str]  # [N] utterances
    groups: list[str | None]  # [N] group of each, or None
    targets: NDArray[Any]  # [N] class indices, [N, K] zeros and ones (multilabel), or [N] numbers
    values: NDArray[Any]  # what was predicted, in the same shape
    probabilities: NDArray[Any]  # [N, K] as wide as they are stored; [N, 0] for regression
    unlabelled: int  # how many rows were left out because they have no label

    @property
    def units(self) -> Units:
        """What an interval resamples."""
        return Units.of(self.groups)


def ids_of(predictions: pl.DataFrame, split: str) -> list[str]:
    """The utterances of one part, sorted; their places, from 1, are the numbers of its rows.

    Example:
        >>> frame = pl.DataFrame({"id": ["b", "a", "b"], "split": ["test"] * 3})
        >>> ids_of(frame, "test")
        ['a', 'b']
    """
    return predictions.filter(pl.col("split") == split)["id"].unique().sort().to_list()


def is_known(predictions: pl.DataFrame) -> pl.Expr:
    """Whether a row is labelled, whatever the kind of its task.

    Example:
        >>> frame = pl.DataFrame({"target": [1.0, None, None], "targets": [None, [0, 1], None]})
        >>> frame.select(is_known(frame)).to_series().to_list()
        [True, True, False]
    """
    there = pl.col("target").is_not_null()
    return there | pl.col("targets").is_not_null() if "targets" in predictions.columns else there


def labelled(predictions: pl.DataFrame, task: Task) -> Rows:
    """The labelled rows of a frame that holds one task, split and condition."""
    # Sorted, so that the same seed draws the same utterances however the rows are stored.
    order = predictions["id"].arg_sort()
    there = predictions.select(is_known(predictions)).to_series()
    known = predictions[order.filter(there.gather(order))]
    targets, values, probabilities = arrays_of(known, task)
    return Rows(
        ids=known["id"].to_list(),
        groups=known["group"].cast(pl.String).to_list(),
        targets=targets,
        values=values,
        probabilities=probabilities,
        unlabelled=len(predictions) - len(known),
    )


def arrays_of(known: pl.DataFrame, task: Task) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Targets, values and probabilities of labelled rows of one task, as `Rows` describes them."""
    if task.kind == "multilabel":
        sets = [matrix(known, name, task.width, pl.Int8) for name in ("targets", "values")]
        return sets[0], sets[1], _shares(known, task)
    dtype = pl.Float64 if task.kind == "regression" else pl.Int64
    targets, values = (known[name].cast(dtype).to_numpy() for name in ("target", "value"))
    shares = np.zeros((len(known), 0)) if task.kind == "regression" else _shares(known, task)
    return targets, values, shares


def _shares(known: pl.DataFrame, task: Task) -> NDArray[Any]:
    # As wide as it is stored: 600 classes of 100,000 rows are 240 MB, and twice that as float64.
    stored = lists(known["probabilities"]).dtype.inner  # type: ignore[attr-defined]
    return matrix(known, "probabilities", task.width, stored if stored.is_float() else pl.Float64)


def matrix(rows: pl.DataFrame, column: str, width: int, dtype: Any = pl.Float64) -> NDArray[Any]:
    """A column of lists as [N, width]; a null inside a list becomes NaN.

    Example:
        >>> matrix(pl.DataFrame({"p": [[0.5, 0.5], [1.0, None]]}), "p", 2).tolist()
        [[0.5, 0.5], [1.0, nan]]
    """
    found = lists(rows[column]).cast(pl.List(dtype))
    return found.list.to_array(width).to_numpy().reshape(len(rows), width)


def lists(column: pl.Series) -> pl.Series:
    """A column of lists, which may be stored as arrays of one width, or be all null."""
    return column if isinstance(column.dtype, pl.List) else column.cast(pl.List(pl.Float64))
