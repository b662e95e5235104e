"""The predictions frame: one row per utterance × task × condition, checked before it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from malsori.errors import MalsoriError
from malsori.evaluation.intervals import Units
from malsori.evaluation.metrics import Sums
from malsori.schema import Task

COLUMNS = ("id", "split", "group", "condition", "task", "target", "probabilities", "value")
KEY = ("id", "task", "condition", "split")
TOLERANCE = 5e-3  # probabilities may come from half precision


@dataclass(frozen=True)
class Rows:
    """The labelled rows of one task in one split under one condition.

    Attributes:
        ids: [N] utterances.
        groups: [N] group of each, or None.
        targets: [N] class indices.
        values: [N] predicted class indices.
        probabilities: [N, K].
        unlabelled: How many rows were left out because they have no label.
    """

    ids: list[str]
    groups: list[str | None]
    targets: NDArray[np.int64]
    values: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    unlabelled: int

    @property
    def units(self) -> Units:
        """What an interval resamples."""
        return Units.of(self.groups)

    def sums(self, task: Task, prior: Sequence[float]) -> Sums:
        """The sums of every row for itself."""
        return Sums.of_rows(task.kind, self.probabilities, self.targets, self.values, prior)


def check(
    predictions: pl.DataFrame,
    tasks: Mapping[str, Task],
    priors: Mapping[str, Sequence[float]],
) -> None:
    """Refuses predictions that cannot be scored.

    Args:
        predictions: The frame; `COLUMNS` must be there, others may be.
        tasks: The tasks that it should speak of.
        priors: [K] per task, from the training labels.

    Raises:
        MalsoriError: No rows or columns missing; a task unknown, absent or without a prior;
            the same utterance twice; probabilities that are not finite, not in [0, 1], do not
            sum to 1 or do not fit the task; a target or a value that is no class index.

    Example:
        >>> check(pl.DataFrame(), {}, {})
        Traceback (most recent call last):
        malsori.errors.MalsoriError: predictions have no rows (...
    """
    check_columns(predictions)
    _check_tasks(predictions, tasks, priors)
    _check_duplicates(predictions)
    for name, task in tasks.items():
        _check_rows(predictions.filter(pl.col("task") == name), task)


def check_columns(predictions: pl.DataFrame) -> None:
    """Refuses a frame without rows, without a column of `COLUMNS`, or with text for numbers.

    Raises:
        MalsoriError: As said.
    """
    if not len(predictions):
        raise MalsoriError("predictions have no rows", hint="is the split or the store empty?")
    missing = [name for name in COLUMNS if name not in predictions.columns]
    if missing:
        raise MalsoriError(
            f"predictions lack {', '.join(missing)}",
            hint=f"there is: {', '.join(predictions.columns)}",
        )
    _check_types(predictions)


def labelled(predictions: pl.DataFrame, task: Task) -> Rows:
    """The labelled rows of a frame that holds one task, split and condition.

    Args:
        predictions: Checked rows.
        task: Their task.
    """
    # Sorted, so that the same seed draws the same utterances however the rows are stored.
    known = predictions.filter(pl.col("target").is_not_null()).sort("id")
    return Rows(
        ids=known["id"].to_list(),
        groups=known["group"].cast(pl.String).to_list(),
        targets=known["target"].cast(pl.Int64).to_numpy(),
        values=known["value"].cast(pl.Int64).to_numpy(),
        probabilities=_matrix(known, len(task.classes)),
        unlabelled=len(predictions) - len(known),
    )


def _check_types(predictions: pl.DataFrame) -> None:
    schema = predictions.schema
    for name in ("target", "value"):
        if not (schema[name].is_numeric() or schema[name] == pl.Null):
            raise MalsoriError(
                f"predictions hold {schema[name]} in {name!r}",
                hint="class indices are wanted: Task.index(label) gives them",
            )
    if not isinstance(schema["probabilities"], pl.List | pl.Array):
        raise MalsoriError(
            f"predictions hold {schema['probabilities']} in 'probabilities'",
            hint="a list of K numbers in each row is wanted",
        )


def _check_tasks(
    predictions: pl.DataFrame, tasks: Mapping[str, Task], priors: Mapping[str, Sequence[float]]
) -> None:
    there = set(predictions["task"].unique())
    for name in sorted(there - set(tasks), key=str):
        raise MalsoriError(
            f"predictions speak of task {name!r}, which is not declared",
            hint=f"declared: {', '.join(tasks) or 'none'}",
        )
    for name, task in tasks.items():
        if name not in there:
            raise MalsoriError(f"there is no prediction for task {name!r}")
        if name not in priors:
            raise MalsoriError(
                f"task {name!r} has no training prior", hint="scoring.prior(training labels, K)"
            )
        _check_prior(name, np.asarray(priors[name], dtype=np.float64), len(task.classes))


def _check_prior(name: str, shares: NDArray[np.float64], classes: int) -> None:
    if shares.shape != (classes,):
        raise MalsoriError(
            f"the training prior of task {name!r} has shape {list(shares.shape)} "
            f"for {classes} classes"
        )
    if not np.isfinite(shares).all() or shares.min() < 0 or abs(shares.sum() - 1) > TOLERANCE:
        raise MalsoriError(
            f"the training prior of task {name!r} is no distribution: {shares.tolist()}"
        )


def _check_duplicates(predictions: pl.DataFrame) -> None:
    twice = predictions.select(KEY).filter(pl.struct(KEY).is_duplicated())
    if len(twice):
        first = ", ".join(f"{k} {v!r}" for k, v in twice.row(0, named=True).items())
        raise MalsoriError(
            f"predictions hold {len(twice)} rows more than once; the first: {first}",
            hint="predictions of several seeds or runs are evaluated one by one",
        )


def _check_rows(rows: pl.DataFrame, task: Task) -> None:
    p = pl.col("probabilities").cast(pl.List(pl.Float64))
    _refuse(
        rows,
        p.is_null() | (p.list.len() != len(task.classes)),
        task,
        "probabilities",
        f"is no list of {len(task.classes)} numbers",
    )
    _refuse(
        rows,
        pl.col("value").is_null() | _no_class("value", task),
        task,
        "value",
        f"is no class index from 0 to {len(task.classes) - 1}",
    )
    _refuse(
        rows,
        pl.col("target").is_not_null() & _no_class("target", task),
        task,
        "target",
        f"is no class index from 0 to {len(task.classes) - 1}",
    )
    matrix = _matrix(rows, len(task.classes))
    with np.errstate(invalid="ignore"):
        bad = ~((matrix >= -TOLERANCE).all(axis=1) & (abs(matrix.sum(axis=1) - 1) <= TOLERANCE))
    _refuse(rows, pl.Series(bad), task, "probabilities", "is no distribution (finite, sum 1)")


def _no_class(column: str, task: Task) -> pl.Expr:
    """Whether a number is not one of 0 … K − 1; true for NaN."""
    index = pl.col(column).cast(pl.Float64)
    return ~index.is_between(0, len(task.classes) - 1) | (index != index.floor()) | index.is_nan()


def _refuse(
    rows: pl.DataFrame, bad: pl.Expr | pl.Series, task: Task, column: str, why: str
) -> None:
    found = rows.filter(bad)
    if len(found):
        first = found.row(0, named=True)
        raise MalsoriError(
            f"predictions of task {task.name!r}: {column} {first[column]!r} of id {first['id']!r} "
            f"({first['split']}, {first['condition']}) {why}; {len(found)} such rows"
        )


def _matrix(rows: pl.DataFrame, classes: int) -> NDArray[np.float64]:
    """The probabilities as [N, K]; a null inside a list becomes NaN."""
    return rows["probabilities"].cast(pl.List(pl.Float64)).list.to_array(classes).to_numpy()
