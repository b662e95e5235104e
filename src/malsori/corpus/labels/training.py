"""Study B's transform: a compound label with neutral is taken as its other member, in training.

It belongs after the split and to training rows only: a test set whose labels were made clearer
than its raters found them would measure something else.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from malsori.corpus.columns import COMPOUND, LABEL
from malsori.corpus.labels.votes import other_than
from malsori.corpus.targets import encode
from malsori.errors import MalsoriError
from malsori.schema import Task, nearest

Codes = np.ndarray[Any, np.dtype[np.int64]]


def training_labels(
    utterances: pl.DataFrame,
    task: Task,
    parts: np.ndarray[Any, np.dtype[Any]],
    *,
    neutral: str = "neutral",
) -> Codes:
    """Labels of a task, with compound ones of two members transformed in the training rows.

    A training row without label whose compound label has exactly two members, one of them
    ``neutral``, gets the other one (study B, section on the label transform). No other row ever
    changes, whatever it holds.

    Args:
        utterances: with ``label.<task>`` and ``compound.<task>``.
        task: nominal or ordinal.
        parts: the part of each row in the split, in the rows' order ``[N]``.
        neutral: the class that gives way.

    Returns:
        Class index of each row ``[N]``, -1 where it has no label.

    Raises:
        MalsoriError: the task has no such class or no compound labels, no row is for training,
            or a label is no class.
    """
    _check(utterances, task, parts, neutral)
    codes = encode(task, utterances[LABEL + task.name].cast(pl.String))
    members = utterances[COMPOUND + task.name]
    open_rows = (
        (codes < 0) & (parts == "train") & (members.list.len() > 1).fill_null(False).to_numpy()
    )
    for row in np.flatnonzero(open_rows):
        other = other_than([task.label(task.index(c)) for c in members[int(row)]], neutral)
        if other is not None:
            codes[row] = task.index(other)
    return codes


def _check(
    utterances: pl.DataFrame, task: Task, parts: np.ndarray[Any, np.dtype[Any]], neutral: str
) -> None:
    if len(parts) != utterances.height:
        raise MalsoriError(f"{len(parts)} parts for {utterances.height} utterances")
    if task.kind not in ("nominal", "ordinal"):
        raise MalsoriError(f"task {task.name!r} is {task.kind}: it has no compound labels")
    if neutral not in task.classes:
        raise MalsoriError(
            f"task {task.name!r} has no class {neutral!r} to give way",
            hint=nearest(neutral, task.classes),
        )
    column = COMPOUND + task.name
    if column not in utterances.columns or utterances[column].null_count() == utterances.height:
        raise MalsoriError(
            f"task {task.name!r} has no compound labels to transform",
            hint="leave the transform out, or import a corpus whose raters' ties are known",
        )
    if not (parts == "train").any():
        raise MalsoriError("no row is for training, so no label is transformed")
