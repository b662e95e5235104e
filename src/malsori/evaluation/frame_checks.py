"""Predictions that cannot be scored are refused, with the task and the utterance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl
import polars.selectors as cs
from numpy.typing import NDArray

from malsori.errors import MalsoriError
from malsori.evaluation.frame import lists, matrix
from malsori.schema import Task

COLUMNS = ("id", "split", "group", "condition", "task", "target", "probabilities", "value")
LISTS = ("targets", "values")
"""Columns that only multilabel tasks need."""
KEY = ("id", "task", "condition", "split")
_CELLS = 1_000_000  # numbers of lists that are looked at at a time
TOLERANCE = 5e-3  # probabilities may come from half precision


def check(
    predictions: pl.DataFrame,
    tasks: Mapping[str, Task],
    priors: Mapping[str, Sequence[float]],
) -> None:
    """Refuses predictions that cannot be scored.

    Args:
        predictions: The frame; `COLUMNS` must be there, others may be.
        tasks: The tasks that it should speak of.
        priors: Per task, from the training labels: `scoring.prior_of`.

    Raises:
        MalsoriError: No rows or columns missing; a task unknown, absent or without a prior;
            the same utterance twice; probabilities that are not finite, not in [0, 1], do not
            sum to 1 (but for multilabel) or do not fit the task; a target or a value that is no
            class index, no list of zeros and ones, or no number.
    """
    check_columns(predictions)
    _check_tasks(predictions, tasks, priors)
    _check_duplicates(predictions)
    needed = predictions.select(cs.by_name(*COLUMNS, *LISTS, require_all=False))
    for name, task in tasks.items():
        _check_rows(needed.filter(pl.col("task") == name), task)


def check_columns(predictions: pl.DataFrame) -> None:
    """Refuses a frame without rows, without a column of `COLUMNS`, or with text for numbers."""
    if not len(predictions):
        raise MalsoriError("predictions have no rows", hint="is the split or the store empty?")
    missing = [name for name in COLUMNS if name not in predictions.columns]
    if missing:
        raise MalsoriError(
            f"predictions lack {', '.join(missing)}",
            hint=f"there is: {', '.join(predictions.columns)}",
        )
    _check_types(predictions)


def _check_types(predictions: pl.DataFrame) -> None:
    schema = predictions.schema
    for name in ("target", "value"):
        if not (schema[name].is_numeric() or schema[name] == pl.Null):
            raise MalsoriError(
                f"predictions hold {schema[name]} in {name!r}",
                hint="class indices are wanted: Task.index(label) gives them",
            )
    for name in ("probabilities", *(each for each in LISTS if each in schema)):
        if not isinstance(schema[name], pl.List | pl.Array | pl.Null):
            raise MalsoriError(
                f"predictions hold {schema[name]} in {name!r}",
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
                f"task {name!r} has no training prior", hint="scoring.prior_of(task, labels)"
            )
        _check_prior(task, np.asarray(priors[name], dtype=np.float64))


def _check_prior(task: Task, known: NDArray[np.float64]) -> None:
    if task.kind == "regression":
        if known.shape != (2,) or not np.isfinite(known).all():
            raise MalsoriError(
                f"the training prior of task {task.name!r} is {known.tolist()}, not the mean and "
                "the standard deviation of its training labels"
            )
        return
    if known.shape != (len(task.classes),):
        raise MalsoriError(
            f"the training prior of task {task.name!r} has shape {list(known.shape)} "
            f"for {len(task.classes)} classes"
        )
    sums_to_one = task.kind == "multilabel" or abs(known.sum() - 1) <= TOLERANCE
    if not np.isfinite(known).all() or known.min() < 0 or known.max() > 1 or not sums_to_one:
        what = "is no list of shares" if task.kind == "multilabel" else "is no distribution"
        raise MalsoriError(f"the training prior of task {task.name!r} {what}: {known.tolist()}")


def _check_duplicates(predictions: pl.DataFrame) -> None:
    twice = predictions.select(KEY).filter(pl.struct(KEY).is_duplicated())
    if len(twice):
        first = ", ".join(f"{k} {v!r}" for k, v in twice.row(0, named=True).items())
        raise MalsoriError(
            f"predictions hold {len(twice)} rows more than once; the first: {first}",
            hint="predictions of several seeds or runs are evaluated one by one",
        )


def _check_rows(rows: pl.DataFrame, task: Task) -> None:
    if task.kind == "regression":
        _check_numbers(rows, task)
    elif task.kind == "multilabel":
        _check_sets(rows, task)
    else:
        _check_classes(rows, task)


def _check_classes(rows: pl.DataFrame, task: Task) -> None:
    _check_length(rows, task, "probabilities")
    why = f"is no class index from 0 to {len(task.classes) - 1}"
    _refuse(rows, pl.col("value").is_null() | _no_class("value", task), task, "value", why)
    wrong = pl.col("target").is_not_null() & _no_class("target", task)
    _refuse(rows, wrong, task, "target", why)

    def no_distribution(found: NDArray[np.float64]) -> NDArray[np.bool_]:
        apart = np.abs(found.sum(axis=1) - 1)
        return np.asarray(~((found >= -TOLERANCE).all(axis=1) & (apart <= TOLERANCE)))

    why = "is no distribution (finite, sum 1)"
    _refuse_lists(rows, no_distribution, task, "probabilities", why)


def _check_sets(rows: pl.DataFrame, task: Task) -> None:
    missing = [name for name in LISTS if name not in rows.columns]
    if missing:
        raise MalsoriError(f"predictions of task {task.name!r} lack {', '.join(missing)}")
    _check_length(rows, task, "probabilities")
    _check_length(rows, task, "values")
    _check_length(rows.filter(pl.col("targets").is_not_null()), task, "targets")

    def outside(found: NDArray[np.float64]) -> NDArray[np.bool_]:
        return np.asarray(~((found >= -TOLERANCE) & (found <= 1 + TOLERANCE)).all(axis=1))

    def odd(found: NDArray[np.float64]) -> NDArray[np.bool_]:
        return np.asarray(~((found == 0) | (found == 1)).all(axis=1))

    _refuse_lists(rows, outside, task, "probabilities", "is no list of numbers from 0 to 1")
    for name in LISTS:
        there = rows.filter(pl.col(name).is_not_null())
        _refuse_lists(there, odd, task, name, "is no list of zeros and ones")


def _check_numbers(rows: pl.DataFrame, task: Task) -> None:
    value, target = (pl.col(name).cast(pl.Float64) for name in ("value", "target"))
    _refuse(rows, value.is_null() | ~value.is_finite(), task, "value", "is no finite number")
    wrong = target.is_not_null() & ~target.is_finite()
    _refuse(rows, wrong, task, "target", "is no finite number")


def _check_length(rows: pl.DataFrame, task: Task, column: str) -> None:
    found = lists(rows[column])
    wrong = found.is_null() | (found.list.len() != task.width)
    _refuse(rows, wrong, task, column, f"is no list of {task.width} numbers")


def _no_class(column: str, task: Task) -> pl.Expr:
    """Whether a number is not one of 0 … K − 1; true for NaN."""
    index = pl.col(column).cast(pl.Float64)
    return ~index.is_between(0, len(task.classes) - 1) | (index != index.floor()) | index.is_nan()


def _refuse_lists(
    rows: pl.DataFrame,
    bad: Callable[[NDArray[np.float64]], NDArray[np.bool_]],
    task: Task,
    column: str,
    why: str,
) -> None:
    """Looks at the lists of some rows at a time, so that many classes do not fill the memory."""
    size = max(1, _CELLS // task.width)
    with np.errstate(invalid="ignore"):
        found = [bad(matrix(part, column, task.width)) for part in rows.iter_slices(size)]
    _refuse(
        rows, pl.Series(np.concatenate(found) if found else np.zeros(0, bool)), task, column, why
    )


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
