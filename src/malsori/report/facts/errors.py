"""Where a run goes wrong: how far, how sure of itself, and its most confident mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from malsori.schema import Task

BINS = 10
MOST = 8
"""So many mistakes are shown."""


@dataclass(frozen=True)
class Bin:
    """Rows whose predicted class got a probability in [low, high).

    Attributes:
        low: Lower edge.
        high: Upper edge.
        confidence: Mean probability of the predicted class.
        accuracy: Share predicted right.
        count: Rows.
    """

    low: float
    high: float
    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True)
class Mistake:
    """A row that the run got wrong.

    Attributes:
        id: The utterance.
        target: Class that it is labelled with.
        predicted: Class that was predicted.
        confidence: Probability of the predicted class.
        given: Probability of the labelled class.
    """

    id: str
    target: str
    predicted: str
    confidence: float
    given: float


@dataclass(frozen=True)
class TaskErrors:
    """The errors of one task on the labelled rows of one split and condition.

    Attributes:
        task: The task.
        distances: Ordinal: predicted rank − rank of the label → rows. Nominal: empty.
        bins: Reliability, only bins that have rows.
        gap: Mean |confidence − accuracy| over the bins, weighted by rows (ECE); NaN without rows.
        wrong: How many rows are predicted wrong.
        mistakes: The most confident of them.
    """

    task: str
    distances: dict[int, int]
    bins: tuple[Bin, ...]
    gap: float
    wrong: int
    mistakes: tuple[Mistake, ...]


def errors_of(rows: pl.DataFrame, task: Task, most: int = MOST) -> TaskErrors:
    """Looks at the labelled rows of a predictions frame of one task, split and condition.

    Args:
        rows: The frame.
        task: Its task.
        most: How many mistakes are listed.

    Example:
        >>> task = Task(name="t", kind="ordinal", classes=("low", "high"))
        >>> rows = pl.DataFrame({"id": ["a", "b"], "target": [0, 1], "value": [1.0, 1.0],
        ...                      "probabilities": [[0.1, 0.9], [0.2, 0.8]]})
        >>> found = errors_of(rows, task)
        >>> found.distances, found.wrong, found.mistakes[0].id
        ({-1: 0, 0: 1, 1: 1}, 1, 'a')
    """
    known = rows.filter(pl.col("target").is_not_null()).sort("id")
    p = np.array(known["probabilities"].to_list(), dtype=np.float64)
    p = p.reshape(len(known), len(task.classes))
    y = known["target"].cast(pl.Int64).to_numpy()
    value = known["value"].cast(pl.Int64).to_numpy()
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
        return float("nan")
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
