"""What an evaluation found: numbers with intervals and denominators, and words of warning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from malsori.console import Table
from malsori.errors import MalsoriError
from malsori.evaluation import show
from malsori.evaluation.intervals import Estimate, Units
from malsori.notes import Note
from malsori.schema import Task
from malsori.words import Words

MATRIX = 100
"""Up to so many classes the confusion matrix is written whole into JSON."""


@dataclass(frozen=True)
class TaskResult:
    """One task in one split under one condition.

    Attributes:
        split: `train`, `validation` or `test`.
        condition: Which modalities the model saw, such as `speech+text` or `text`.
        task: The task.
        labelled: Rows that every number here is computed from.
        unlabelled: Rows left out because this task has no label for them.
        units: What the intervals resample, and how many.
        confidence: Of the intervals.
        numbers: Metrics by name; NaN where undefined.
        recalls: [K] recall of each class; regression has no classes.
        f1s: [K] F1 of each class.
        confusion: [K, K] labelled rows by target (first) and prediction (second). Multilabel:
            [K, 2, 2], for each class by having it (first) and being predicted to (second).
        average_precisions: [K] of each class of a multilabel task, without interval.
        grouped_by: The column of the corpus whose values are the groups, if that is known.
        reference: Which simple reference this is of; None for a run's own.

    Example:
        >>> task = Task(name="t", kind="nominal", classes=("a", "b"))
        >>> numbers = {"skill": Estimate(0.1, -0.1, 0.3)}
        >>> confusion, units = np.array([[3, 0], [1, 0]]), Units.of([None] * 4)
        >>> result = TaskResult("test", "text", task, 4, 0, units, 0.95, numbers, [], [], confusion)
        >>> result.predicted, result.never_predicted
        ([4, 0], ['b'])
    """

    split: str
    condition: str
    task: Task
    labelled: int
    unlabelled: int
    units: Units
    confidence: float
    numbers: Mapping[str, Estimate]
    recalls: Sequence[Estimate]
    f1s: Sequence[Estimate]
    confusion: NDArray[np.int64]
    average_precisions: Sequence[Estimate] = ()
    grouped_by: str | None = None
    reference: str | None = None

    @property
    def support(self) -> list[int]:
        """[K] labelled rows of each class."""
        counts = self.confusion[:, 1] if self.confusion.ndim == 3 else self.confusion
        return [int(n) for n in counts.sum(axis=1)]

    @property
    def predicted(self) -> list[int]:
        """[K] how many labelled rows were predicted as each class."""
        several = self.confusion.ndim == 3
        counts = self.confusion[:, :, 1].sum(axis=1) if several else self.confusion.sum(axis=0)
        return [int(n) for n in counts]

    @property
    def never_predicted(self) -> list[str]:
        """The classes that no labelled row was predicted as."""
        return [c for c, n in zip(self.task.classes, self.predicted, strict=True) if not n]

    @property
    def missed(self) -> list[str]:
        """The classes that occur among labelled rows and were never predicted."""
        rows = zip(self.task.classes, self.support, self.predicted, strict=True)
        return [name for name, support, predicted in rows if support and not predicted]

    @property
    def over(self) -> Note:
        """What the intervals resample, and how many: ``12 speakers``."""
        column = (self.grouped_by or "").removeprefix("meta.")
        fields = {"n": self.units.count, "column": column}
        return Note(f"unit.counted_{show.unit_of(self)}", fields)

    @property
    def warnings(self) -> list[Note]:
        """What a reader of the numbers should know."""
        return show.warnings(self)

    def data(self) -> dict[str, Any]:
        """As JSON can hold it; undefined numbers are None."""
        classes = self.task.classes
        return {
            "split": self.split,
            "condition": self.condition,
            "task": self.task.name,
            **({} if self.reference is None else {"reference": self.reference}),
            "kind": self.task.kind,
            "classes": list(classes),
            "labelled": self.labelled,
            "unlabelled": self.unlabelled,
            "unit": self.units.unit,
            "units": self.units.count,
            "grouped_by": self.grouped_by,
            "few_units": self.units.few,
            "confidence": self.confidence,
            "numbers": {name: e.data() for name, e in self.numbers.items()},
            "recall": self._named(self.recalls),
            "f1": self._named(self.f1s),
            "average_precision": self._named(self.average_precisions),
            "support": dict(zip(classes, self.support, strict=True)),
            "predicted": dict(zip(classes, self.predicted, strict=True)),
            "never_predicted": self.never_predicted,
            **self._confused(),
            "warnings": [Words().say(note) for note in self.warnings],
        }

    def _confused(self) -> dict[str, Any]:
        """The confusion matrix; of many classes only its cells that are not 0."""
        if self.confusion.ndim == 3 or len(self.confusion) <= MATRIX:
            return {"confusion": self.confusion.tolist()}
        cells = np.argwhere(self.confusion)
        counts = self.confusion[tuple(cells.T)]
        return {"confusion": None, "confusion_cells": np.column_stack([cells, counts]).tolist()}

    def _named(self, estimates: Sequence[Estimate]) -> dict[str, Any]:
        """Class → estimate; empty where the kind of task has no such estimates."""
        return {c: e.data() for c, e in zip(self.task.classes, estimates, strict=False)}

    def records(self) -> list[dict[str, Any]]:
        """One record a number, for a long frame."""
        estimates = dict(self.numbers)
        per_class = {
            "recall": self.recalls,
            "f1": self.f1s,
            "average_precision": self.average_precisions,
        }
        for name, each in per_class.items():
            estimates |= {f"{name}/{c}": e for c, e in zip(self.task.classes, each, strict=False)}
        where = {"split": self.split, "condition": self.condition, "task": self.task.name}
        size = {"labelled": self.labelled, "unit": self.units.unit, "units": self.units.count}
        return [where | {"metric": name} | e.data() | size for name, e in estimates.items()]


@dataclass(frozen=True)
class Evaluation:
    """Every task in every split under every condition.

    There is no total over tasks: a weighted sum of losses moves with its weights and says
    nothing about learning.
    """

    results: Sequence[TaskResult]  # in the order of splits, tasks and conditions
    references: Sequence[TaskResult] = ()  # of simple references on the same rows
    findings: Sequence[Note] = ()  # where one of these is better

    def get(self, split: str, condition: str, task: str) -> TaskResult:
        """One result.

        Raises:
            MalsoriError: There is no such result; those that exist are named.
        """
        wanted = (split, condition, task)
        for result in self.results:
            if (result.split, result.condition, result.task.name) == wanted:
                return result
        there = "; ".join(f"{r.split}, {r.condition}, {r.task.name}" for r in self.results)
        raise MalsoriError(
            f"no result for {', '.join(wanted)}", hint=f"there is: {there or 'none'}"
        )

    def tables(self, words: Words | None = None) -> list[Table]:
        """What the terminal shows: for each split the numbers, the classes and the warnings.

        Args:
            words: The warnings are in this language; None is English.
        """
        return show.tables(self.results, words or Words(), self.references, self.findings)

    def only(self, split: str) -> Evaluation:
        """What is about one split."""
        return Evaluation(
            [r for r in self.results if r.split == split],
            [r for r in self.references if r.split == split],
            [note for note in self.findings if note.fields["split"] == split],
        )

    def data(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "results": [result.data() for result in self.results],
            "references": [result.data() for result in self.references],
            "findings": [
                {name: note.fields[name] for name in show.FOUND}
                | {"metric": note.fields["name"], "finding": note.key, "said": Words().say(note)}
                for note in self.findings
            ],
        }

    def frame(self) -> pl.DataFrame:
        """One row a number: split, condition, task, metric, value, low, high, denominators."""
        schema = {
            **dict.fromkeys(("split", "condition", "task", "metric"), pl.String),
            **dict.fromkeys(("value", "low", "high"), pl.Float64),
            "labelled": pl.Int64,
            "unit": pl.String,
            "units": pl.Int64,
        }
        return pl.DataFrame([x for r in self.results for x in r.records()], schema=schema)
