"""Two tasks that ask one question: a label, and the same label in other words."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.predicting import predict
from malsori.corpus.audit.saying import of_all, some
from malsori.corpus.audit.targets import Codes, Target
from malsori.findings import Finding, found
from malsori.notes import Note

_FEWEST: Final = 20  # rows with both
_SEVERAL: Final = 5  # rows of the second most frequent class: fewer may fall together by chance
# Shares of the rows that may differ: of all with both labels, and of those that are not of the
# most frequent class, which else could do it alone.
_SURELY: Final = (0.01, 0.1)
_NEARLY: Final = (0.1, 0.2)  # the way back: a class may have a second name on one side
_RIGHT: Final = 0.9  # of rows that were not looked at, where one task is but a part of the other


@dataclass(frozen=True)
class _Two:
    """The classes of two tasks on the rows that have both."""

    first: Target
    second: Target
    rows: Codes  # numbers of the rows

    def swapped(self) -> _Two:
        return _Two(self.second, self.first, self.rows)

    @property
    def told(self) -> Codes:
        """The class of the second that most rows of each class of the first have ``[K]``."""
        table = np.zeros((len(self.first.classes), len(self.second.classes)), np.int64)
        np.add.at(table, (self.first.codes[self.rows], self.second.codes[self.rows]), 1)
        most: Codes = np.where(table.any(axis=1), table.argmax(axis=1), -1)
        return most

    @property
    def right(self) -> Codes:
        """The rows of which the first task's class tells the second's."""
        told: Codes = self.told[self.first.codes[self.rows]]
        right: Codes = self.rows[told == self.second.codes[self.rows]]
        return right

    @property
    def wrong(self) -> tuple[float, float]:
        """The share of the others, of all rows and of those not of the most frequent class."""
        total, wrong = len(self.rows), len(self.rows) - len(self.right)
        rest = total - int(self.second.counts_in(_mask(self.rows, self.second)).max())
        return wrong / total, wrong / rest

    def within(self, limits: tuple[float, float]) -> bool:
        return self.wrong[0] <= limits[0] and self.wrong[1] <= limits[1]


class SameTask(Check[Case]):
    """To learn a label twice teaches nothing, and a column that repeats it gives it away."""

    def missing(self, case: Case) -> Note | None:
        """There must be labels."""
        return case.no_labels

    def examine(self, case: Case) -> Iterator[Finding]:
        """Compares every two tasks on the rows that have both labels."""
        for first, second in itertools.combinations(_whole(case), 2):
            two = _Two(first, second, np.flatnonzero((first.codes >= 0) & (second.codes >= 0)))
            if not _comparable(two):
                continue
            better, worse = sorted((two, two.swapped()), key=lambda way: way.wrong)
            if not better.within(_SURELY):
                continue
            if worse.within(_NEARLY):
                both = np.intersect1d(better.right, worse.right)
                yield _finding(case, "same", two, both)
            elif not first.ranges and _holds(case, better):
                yield _finding(case, "within", better, better.right)


def _whole(case: Case) -> Iterator[Target]:
    """The tasks as classes; of a multilabel task each set of them is one."""
    told = {target.task: target for target in case.targets}
    for name, target in told.items():
        task = case.corpus.tasks[name]
        if task.kind != "multilabel":
            yield target
            continue
        labels = case.corpus.labels(name)
        sets, codes = np.unique(labels, axis=0, return_inverse=True)
        named = ["+".join(itertools.compress(task.classes, row > 0)) or "-" for row in sets]
        codes = np.where(labels[:, 0] < 0, -1, codes.ravel()).astype(np.int64)
        yield Target(name, tuple(named), codes)


def _comparable(two: _Two) -> bool:
    """Whether there are rows enough, of two classes or more on both sides."""
    if len(two.rows) < _FEWEST or two.first.ranges != two.second.ranges:
        return False
    counts = (t.counts_in(_mask(two.rows, t)) for t in (two.first, two.second))
    return all(len(n) > 1 and np.sort(n)[-2] >= _SEVERAL for n in counts)


def _mask(rows: Codes, target: Target) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    mask = np.zeros(len(target.codes), bool)
    mask[rows] = True
    return mask


def _holds(case: Case, two: _Two) -> bool:
    """Whether the first task tells the second's class of rows that are held out too."""
    codes = np.full(len(two.second.codes), -1, np.int64)
    codes[two.rows] = two.second.codes[two.rows]
    one = Target(two.second.name, two.second.classes, codes)
    scores = predict(two.first.codes, one, np.arange(case.count), within=True)
    return scores is not None and scores.real and scores.accuracy >= _RIGHT


def _finding(case: Case, kind: str, two: _Two, rows: Codes) -> Finding:
    pairs = [
        Note("audit.same_task.pair", {"one": two.first.shown(k), "other": two.second.shown(int(m))})
        for k, m in enumerate(two.told)
        if m >= 0
    ]
    return found(
        f"audit.same_task.{kind}",
        "warning" if kind == "same" else "note",
        two.second.name,
        numbers={"other": two.first.name, "rows": len(rows), "of": len(two.rows)},
        task=two.second.name,
        rows_of=of_all(len(rows), len(two.rows)),
        pairs=some(pairs),
        examples=case.ids(rows),
    )
