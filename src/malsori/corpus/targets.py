"""Labels as numbers to learn from and to score: one array for each task, of its kind's shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from malsori.schema import Task

Array = np.ndarray[Any, np.dtype[Any]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


def encode(task: Task, column: pl.Series) -> Array:
    """A column of labels as an array.

    Args:
        task: says what the labels are.
        column: strings; lists of strings (multilabel); numbers (regression). Null: not labelled.

    Returns:
        Nominal and ordinal: class index int64 ``[N]``, -1 where a row is not labelled.
        Multilabel: int8 ``[N, K]`` of 0 and 1, a row of -1 where it is not labelled.
        Regression: float64 ``[N]``, NaN where it is not labelled.

    Raises:
        UnknownLabel: a label is no class of the task.

    Example:
        >>> task = Task(name="symptom", kind="multilabel", classes=("fever", "pain"))
        >>> encode(task, pl.Series([["pain"], [], None], dtype=pl.List(pl.String))).tolist()
        [[0, 1], [0, 0], [-1, -1]]
    """
    if task.kind == "regression":
        return column.cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)
    if task.kind == "multilabel":
        return _sets(task, column)
    index = {v: task.index(v) for v in column.unique().drop_nulls()}
    codes = column.replace_strict(index, default=-1, return_dtype=pl.Int64)
    return codes.to_numpy().astype(np.int64)


def unlabelled(task: Task, rows: int) -> Array:
    """The same for rows of which none is labelled."""
    if task.kind == "regression":
        return np.full(rows, np.nan)
    if task.kind == "multilabel":
        return np.full((rows, len(task.classes)), -1, dtype=np.int8)
    return np.full(rows, -1, dtype=np.int64)


def _sets(task: Task, column: pl.Series) -> Array:
    lists = column.cast(pl.List(pl.String))
    found = np.zeros((len(lists), len(task.classes)), dtype=np.int8)
    found[lists.is_null().to_numpy()] = -1
    rows = pl.DataFrame({"row": np.arange(len(lists)), "label": lists}).explode("label")
    rows = rows.drop_nulls()
    index = {v: task.index(v) for v in rows["label"].unique()}
    codes = rows["label"].replace_strict(index, default=None, return_dtype=pl.Int64)
    found[rows["row"].to_numpy(), codes.to_numpy()] = 1
    return found


def known(targets: Array) -> Mask:
    """Which rows of an array of labels are labelled ``[N]``."""
    values = np.asarray(targets)
    there = np.asarray(~np.isnan(values) if values.dtype.kind == "f" else values >= 0)
    return there if there.ndim == 1 else np.asarray(there.all(axis=1))
