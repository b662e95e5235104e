"""What is to be learned, in the one form that audits count: a class for each row, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from malsori.corpus.corpus import Corpus
from malsori.notes import Note
from malsori.schema import Task

Codes = np.ndarray[Any, np.dtype[np.int64]]

_MOST_CLASSES: Final = 12  # of a multilabel task, those with most rows
_LEAST_ROWS: Final = 10


@dataclass(frozen=True)
class Target:
    """A question with classes."""

    name: str  # the task, for a class of a multilabel task ``task: class``
    classes: tuple[str, ...]  # their names
    codes: Codes  # class of each row ``[N]`` int64, -1 without a label
    ranges: bool = False  # whether the classes are ranges of a number, which depend on the rows
    said: tuple[Note, ...] = ()  # the classes in words, where they are no names that somebody gave

    @property
    def task(self) -> str:
        """The task's name."""
        return self.name.partition(":")[0]

    def shown(self, k: int) -> Note | str:
        """A class as it is said."""
        return self.said[k] if self.said else self.classes[k]

    @property
    def labelled(self) -> int:
        """How many rows have a class."""
        return int((self.codes >= 0).sum())

    @property
    def counts(self) -> Codes:
        """Rows of each class ``[K]``."""
        return self.counts_in(np.ones(len(self.codes), bool))

    def counts_in(self, rows: np.ndarray[Any, np.dtype[np.bool_]]) -> Codes:
        """Rows of each class ``[K]`` among those of a mask ``[N]``."""
        chosen = self.codes[rows & (self.codes >= 0)]
        return np.bincount(chosen, minlength=len(self.classes))


def one_class_each(values: Codes, target: Target) -> bool:
    """Whether each value of a column ``[N]`` has rows of one class only."""
    known = target.codes >= 0
    pairs = np.unique(np.stack([values[known], target.codes[known]]), axis=1)
    return bool(pairs.shape[1] == len(np.unique(values[known])))


def targets_of(corpus: Corpus) -> tuple[Target, ...]:
    """The tasks of a corpus as classes.

    A multilabel task becomes a yes or no for each of its 12 most frequent classes,
    a regression task thirds of its labels, whose names say where they end.
    A task of one class, or of none, asks nothing and is left out.
    """
    found = [t for task in corpus.tasks.values() for t in _targets(task, corpus)]
    return tuple(target for target in found if (target.counts > 0).sum() > 1)


def _targets(task: Task, corpus: Corpus) -> Iterator[Target]:
    labels = corpus.labels(task.name)
    if task.kind == "regression":
        yield _thirds(task, labels)
    elif task.kind == "multilabel":
        rows = (labels > 0).sum(axis=0)
        for k in sorted(np.argsort(-rows, kind="stable")[:_MOST_CLASSES].tolist()):
            if rows[k] >= _LEAST_ROWS:
                name = f"{task.name}: {task.classes[k]}"
                said = (Note("audit.answer.no"), Note("audit.answer.yes"))
                yield Target(name, ("no", "yes"), labels[:, k].astype(np.int64), said=said)
    else:
        yield Target(task.name, task.classes, labels)


def _thirds(task: Task, labels: np.ndarray[Any, np.dtype[np.float64]]) -> Target:
    known = np.isfinite(labels)
    codes = np.full(len(labels), -1, np.int64)
    first, second = np.quantile(labels[known], (1 / 3, 2 / 3)) if known.any() else (0.0, 0.0)
    codes[known] = np.searchsorted((first, second), labels[known], side="left")
    low, high = (f"{edge:.4g}" for edge in (first, second))
    names = (f"low (to {low})", f"middle (to {high})", f"high (above {high})")
    said = (
        Note("audit.third.low", {"edge": low}),
        Note("audit.third.middle", {"edge": high}),
        Note("audit.third.high", {"edge": high}),
    )
    return Target(task.name, names, codes, ranges=True, said=said)
