"""How one task is labelled: rows of each class or range, in each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from malsori.corpus.tallies import tally
from malsori.corpus.targets import Array, Mask, known
from malsori.schema import Task, TaskKind


@dataclass(frozen=True)
class TaskSummary:
    """How the rows of each part are labelled in one task."""

    name: str
    kind: TaskKind
    # Class, in declared order, or range of a number → part → rows. A row of a multilabel task
    # counts for each of its classes
    classes: dict[str, dict[str, int]]
    unlabelled: dict[str, int]  # part → rows without a label
    # Part → rows with one; empty where it is the sum over the classes
    labelled: dict[str, int] = field(default_factory=dict)
    # Regression: part → ``mean``, ``std``, ``min`` and ``max`` of its labels
    numbers: dict[str, dict[str, float]] = field(default_factory=dict)

    def share(self, label: str, part: str) -> float | None:
        """Share of a class among the labelled rows of a part; None if there are none."""
        labelled = self.rows(part)
        return self.classes[label][part] / labelled if labelled else None

    def rows(self, part: str) -> int:
        """Labelled rows of a part."""
        by_class = sum(counts[part] for counts in self.classes.values())
        return self.labelled.get(part, by_class)


def summarise_task(
    task: Task, labels: Array, parts: np.ndarray[Any, np.dtype[Any]], names: Sequence[str]
) -> TaskSummary:
    """Counts the labels of a task."""

    def count(rows: Mask) -> dict[str, int]:
        return {part: int((rows & (parts == part)).sum()) for part in names}

    classes = {label: count(rows) for label, rows in tally(task, labels).items()}
    there, numbers = known(labels), {}
    if task.kind == "regression":
        chosen = {part: labels[there & (parts == part)] for part in names}
        numbers = {part: _described(values) for part, values in chosen.items() if len(values)}
    return TaskSummary(task.name, task.kind, classes, count(~there), count(there), numbers)


def _described(values: Array) -> dict[str, float]:
    return {
        "mean": float(values.mean()),
        "std": float(values.std()),
        "min": float(values.min()),
        "max": float(values.max()),
    }
