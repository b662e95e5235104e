"""Splits are tried before anybody is told to make them: would each part have every class?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from malsori.corpus.columns import META
from malsori.corpus.corpus import Corpus
from malsori.corpus.grouping import Codes, group_rows
from malsori.corpus.splits.dividing import Assignment
from malsori.corpus.splits.options import Options
from malsori.corpus.tallies import tally
from malsori.corpus.targets import Array, Mask, known
from malsori.notes import Note
from malsori.schema import Task

_EXPECTED: Final = 8.0
"""Rows of a class that a part should hold by its size; one that has none of so many is no chance
(less than 1 in 2,000 with rows on their own), and one that expects fewer may lack it."""
_PEOPLE: Final = ("speaker", "call", "dialogue")
_EXAMPLES: Final = 5
"""Groups of each class, on average. Where each group has one class and there are fewer, the
column is the label under another name, and no part of it stands for the rest."""


Must = tuple[str, str, tuple[str, ...]]
"""A task, a part, and classes of the one that the other must have."""


@dataclass(frozen=True)
class Trouble:
    """Why a split is not to be advised: what nobody could learn or test with it."""

    columns: tuple[str, ...]  # that it is grouped by
    task: str = ""  # whose classes a part would lack; nothing where it cannot be made at all
    part: str = ""
    classes: tuple[str, ...] = ()  # none where the column is the label under another name

    @property
    def note(self) -> Note:
        """What the split would do."""
        shown = [column.removeprefix(META) for column in self.columns]
        said = {"columns": shown, "task": self.task}
        if not self.task:
            return Note("split.tried.impossible", said)
        if not self.classes:
            return Note("split.tried.label", said)
        lacks = {"part": self.part, "classes": ", ".join(self.classes[:4])}
        return Note("split.tried.lacks", {**said, **lacks})


def trouble_of(
    corpus: Corpus,
    options: Options,
    codes: Codes,
    order: Codes,
    parts: Sequence[Assignment],
    must: Must | None = None,
) -> Trouble | None:
    """What is wrong with a split that was only made in memory; None if it can be advised.

    Training, validation and test must have every class of which they would have 8 rows or more
    if classes were spread evenly; what leaves one value out is tested on that value, so there
    only training is looked at. And no column may be the label under another name.

    Args:
        corpus: The corpus.
        options: What was asked of the split.
        codes: Groups ``[N, C]`` of the rows in the columns that it is grouped by.
        order: Place in the corpus of each of these rows ``[N]``.
        parts: The part of each row ``[N]``, in each of its folds.
        must: Classes that a part must have, however rare they are.
    """
    wanted = ["train"]
    if not (options.leave_one_out or options.ranges):
        wanted += ["test", "validation"] if options.validation else ["test"]
    if any(not (fold == part).any() for fold in parts for part in wanted):
        return Trouble(options.by)
    for name, task in corpus.tasks.items():
        labels = corpus.labels(name)[order]
        column = _label(task, labels, options.by, codes)
        if column is not None:
            return Trouble((column,), name)
        rows = tally(task, labels)
        for fold in parts:
            for part in wanted:
                rare = must[2] if must is not None and must[:2] == (name, part) else ()
                if lacking := _lacking(rows, fold, part, rare):
                    return Trouble(options.by, name, part, lacking)
    return None


def _lacking(
    rows: dict[str, Mask], parts: Assignment, part: str, rare: Sequence[str]
) -> tuple[str, ...]:
    """The classes of which a part has no row although it would have some by its size."""
    used: Mask = parts != "dropped"
    mine: Mask = parts == part
    labelled = np.logical_or.reduce([*rows.values(), np.zeros(len(parts), bool)])
    share = (mine & labelled).sum() / max((used & labelled).sum(), 1)
    return tuple(
        name
        for name, has in rows.items()
        # Rows that crossing drops would be there too: a class may not vanish between parts.
        if not (has & mine).any() and (name in rare or has.sum() * share >= _EXPECTED)
    )


def is_label(corpus: Corpus, column: str) -> bool:
    """Whether a column is a label under another name: see `trouble_of`."""
    codes = group_rows(corpus.utterances, column).codes[:, None]
    return any(
        _label(task, corpus.labels(name), (column,), codes) is not None
        for name, task in corpus.tasks.items()
    )


def _label(task: Task, labels: Array, by: Sequence[str], codes: Codes) -> str | None:
    """The column, of people none, that has one class in each group and few groups of a class."""
    if task.kind not in ("nominal", "ordinal"):
        return None
    there = known(labels)
    classes = len(np.unique(labels[there]))
    for column, groups in zip(by, codes.T, strict=True):
        count = len(np.unique(groups[there]))
        if column in _PEOPLE or classes < 2 or count >= _EXAMPLES * classes:
            continue
        pairs = np.unique(np.stack([groups[there], labels[there]]), axis=1)
        if pairs.shape[1] == count:
            return column
    return None
