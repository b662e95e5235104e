"""Where a run goes wrong: how far, how sure of itself, and its most confident mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from malsori.evaluation.frame import arrays_of, is_known
from malsori.report.facts.errors_numbers import NumberErrors, number_errors_of
from malsori.schema import Task

NAN = float("nan")
NONE = "∅"
"""Stands for no class at all."""
BINS = 10
MOST = 8
"""So many mistakes are shown."""


@dataclass(frozen=True)
class Bin:
    """Rows whose predicted class got a probability in [low, high)."""

    low: float  # lower edge
    high: float  # upper edge
    confidence: float  # mean probability of the predicted class
    accuracy: float  # share predicted right
    count: int  # rows


@dataclass(frozen=True)
class Mistake:
    """A row that the run got wrong."""

    id: str  # the utterance
    target: str  # class that it is labelled with; several of a multilabel task
    predicted: str  # class that was predicted; several of a multilabel task
    confidence: float  # probability of the predicted class; multilabel: of the surest wrong answer
    given: float  # probability of the labelled class; multilabel: of the right answer there


@dataclass(frozen=True)
class TaskErrors:
    """The errors of one task on the labelled rows of one split and condition.

    Attributes:
        task: The task.
        distances: Ordinal: predicted rank − rank of the label → rows; empty for other kinds.
        bins: Reliability, only bins that have rows. Of a multilabel task each class of each row
            is an answer of its own, yes or no. Empty for regression.
        gap: Mean |confidence − accuracy| over the bins, weighted by rows (ECE); NaN without rows.
        wrong: How many rows are predicted wrong; multilabel: how many sets of classes. A number
            is never just right, so none for regression.
        mistakes: The most confident of them.
        numbers: Regression: what is predicted for which labels; None for other kinds.
    """

    task: str
    distances: dict[int, int]
    bins: tuple[Bin, ...]
    gap: float
    wrong: int
    mistakes: tuple[Mistake, ...]
    numbers: NumberErrors | None = None


def errors_of(rows: pl.DataFrame, task: Task, most: int = MOST) -> TaskErrors:
    """Looks at the labelled rows of a predictions frame of one task, split and condition.

    Example:
        >>> task = Task(name="t", kind="ordinal", classes=("low", "high"))
        >>> rows = pl.DataFrame({"id": ["a", "b"], "target": [0, 1], "value": [1.0, 1.0],
        ...                      "probabilities": [[0.1, 0.9], [0.2, 0.8]]})
        >>> found = errors_of(rows, task)
        >>> found.distances, found.wrong, found.mistakes[0].id
        ({-1: 0, 0: 1, 1: 1}, 1, 'a')
    """
    if task.kind == "regression":
        return TaskErrors(task.name, {}, (), NAN, 0, (), number_errors_of(rows, task, most))
    known = rows.filter(is_known(rows)).sort("id")
    y, value, p = arrays_of(known, task)
    if task.kind == "multilabel":
        return _of_sets(known["id"].to_list(), task, p, y, value, most)
    confidence = p[np.arange(len(y)), value]
    bins = _bins(confidence, value == y)
    return TaskErrors(
        task=task.name,
        distances=_distances(value - y, len(task.classes)) if task.kind == "ordinal" else {},
        bins=bins,
        gap=_gap(bins),
        wrong=int((value != y).sum()),
        mistakes=_mistakes(known["id"].to_list(), task, p, y, value)[:most],
    )


def _of_sets(
    ids: Sequence[str],
    task: Task,
    p: NDArray[np.float64],
    y: NDArray[np.int64],
    value: NDArray[np.int64],
    most: int,
) -> TaskErrors:
    """Each class of each row is an answer; a row is wrong if one of its answers is."""
    sure, right = np.where(value == 1, p, 1 - p), value == y
    bins = _bins(sure.ravel(), right.ravel())
    surest = np.where(right, -1.0, sure).max(axis=1, initial=-1.0)
    wrong = [i for i in range(len(y)) if not right[i].all()]
    wrong.sort(key=lambda i: (-surest[i], ids[i]))
    mistakes = tuple(
        Mistake(
            id=ids[i],
            target=_set(task, y[i]),
            predicted=_set(task, value[i]),
            confidence=float(surest[i]),
            given=float(1 - surest[i]),
        )
        for i in wrong[:most]
    )
    return TaskErrors(task.name, {}, bins, _gap(bins), len(wrong), mistakes)


def _set(task: Task, row: NDArray[np.int64]) -> str:
    return " + ".join(c for c, has in zip(task.classes, row, strict=True) if has) or NONE


def _distances(apart: NDArray[np.int64], classes: int) -> dict[int, int]:
    return {d: int((apart == d).sum()) for d in range(1 - classes, classes)}


def _bins(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    index = np.minimum((confidence * BINS).astype(int), BINS - 1)
    found = []
    for b in sorted(set(index.tolist())):
        mine = index == b
        found.append(
            Bin(
                low=b / BINS,
                high=(b + 1) / BINS,
                confidence=float(confidence[mine].mean()),
                accuracy=float(right[mine].mean()),
                count=int(mine.sum()),
            )
        )
    return tuple(found)


def _gap(bins: Sequence[Bin]) -> float:
    total = sum(b.count for b in bins)
    if not total:
        return NAN
    return sum(b.count * abs(b.confidence - b.accuracy) for b in bins) / total


def _mistakes(
    ids: Sequence[str],
    task: Task,
    p: NDArray[np.float64],
    y: NDArray[np.int64],
    value: NDArray[np.int64],
) -> tuple[Mistake, ...]:
    wrong = [i for i in range(len(y)) if value[i] != y[i]]
    wrong.sort(key=lambda i: (-p[i, value[i]], ids[i]))
    return tuple(
        Mistake(
            id=ids[i],
            target=task.classes[y[i]],
            predicted=task.classes[value[i]],
            confidence=float(p[i, value[i]]),
            given=float(p[i, y[i]]),
        )
        for i in wrong
    )
