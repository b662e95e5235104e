"""Where a run goes wrong: how far, how sure of itself, and its most confident mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from malsori.evaluation.frame import arrays_of, is_known
from malsori.report.facts.errors_numbers import NumberErrors, number_errors_of
from malsori.schema import Task

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NAN = float("nan")
NONE = "∅"
"""Stands for no class at all."""
BINS = 10
MOST = 8
"""So many mistakes are shown."""
_CELLS = 1_000_000  # answers of several classes that are looked at at a time


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
    ids, (y, value, p) = known["id"].to_list(), arrays_of(known, task)
    several = task.kind == "multilabel"
    if several:  # each class of each row is an answer; a row is wrong if one of its answers is
        size = max(1, _CELLS // task.width)
        blocks = [slice(a, a + size) for a in range(0, len(ids), size)]
        answers = [_answers(p[b], value[b], y[b]) for b in blocks]
        confidence = np.concatenate([np.zeros(0), *(sure for sure, _ in answers)])
        bins = _bins([found for _, found in answers])
        wrong, given = (value != y).any(axis=1), 1 - confidence
    else:
        each = np.arange(len(y))
        confidence, given = (p[each, k].astype(np.float64) for k in (value, y))
        wrong = value != y
        bins = _bins([_binned(confidence, ~wrong)])
    order = sorted(np.flatnonzero(wrong).tolist(), key=lambda i: (-confidence[i], ids[i]))
    named = partial(_set, task) if several else task.classes.__getitem__
    return TaskErrors(
        task=task.name,
        distances=_distances(value - y, len(task.classes)) if task.kind == "ordinal" else {},
        bins=bins,
        gap=_gap(bins),
        wrong=len(order),
        mistakes=tuple(
            Mistake(ids[i], named(y[i]), named(value[i]), float(confidence[i]), float(given[i]))
            for i in order[:most]
        ),
    )


def _set(task: Task, row: NDArray[np.int64]) -> str:
    return " + ".join(c for c, has in zip(task.classes, row, strict=True) if has) or NONE


def _distances(apart: Ints, classes: int) -> dict[int, int]:
    counts = np.bincount(apart + classes - 1, minlength=2 * classes - 1).tolist()
    return dict(zip(range(1 - classes, classes), counts, strict=True))


def _answers(p: Floats, value: Ints, y: Ints) -> tuple[Floats, Floats]:
    """The surest wrong answer of each row [N], and all answers of these rows by bin."""
    p, right = p.astype(np.float64), value == y
    answers = np.where(value == 1, p, 1 - p)
    surest = np.where(right, -1.0, answers).max(axis=1, initial=-1.0)
    return surest, _binned(answers.ravel(), right.ravel())


def _binned(confidence: Floats, right: NDArray[np.bool_]) -> Floats:
    """[BINS, 3] answers, their summed confidence, and how many are right."""
    index = np.minimum((confidence * BINS).astype(np.int8), BINS - 1)
    found = np.zeros((BINS, 3))
    for b in range(BINS):
        mine = index == b
        found[b] = mine.sum(), confidence[mine].sum(), right[mine].sum()
    return found


def _bins(blocks: Sequence[Floats]) -> tuple[Bin, ...]:
    return tuple(
        Bin(b / BINS, (b + 1) / BINS, float(sure / count), float(right / count), int(count))
        for b, (count, sure, right) in enumerate(sum(blocks, np.zeros((BINS, 3))))
        if count
    )


def _gap(bins: Sequence[Bin]) -> float:
    total = sum(b.count for b in bins)
    if not total:
        return NAN
    return sum(b.count * abs(b.confidence - b.accuracy) for b in bins) / total
