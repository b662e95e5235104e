"""The tasks of a table: as declared, or inferred from columns of few values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import polars as pl

from malsori.corpus.classes import (
    class_counts,
    is_whole,
    member_counts,
    why_no_task,
    without_typos,
)
from malsori.corpus.columns import COMPOUND, LABEL, RATERS, SOFT
from malsori.corpus.counting import few, with_point
from malsori.corpus.declaring import Declared
from malsori.corpus.tables.unclear import unclear
from malsori.corpus.twins import likely_twins
from malsori.errors import MalsoriError
from malsori.schema import Task

# What malsori's export writes besides a label; of no use as a task.
_BESIDE: Final = (SOFT, COMPOUND, RATERS)
_EXPORTED: Final = "malsori's export writes it besides a label"


def usable(column: str) -> str:
    """A column's name as a task can be called: what is no letter, digit, ``-`` becomes ``_``.

    Example:
        >>> usable("1번 감정")
        '1번_감정'
    """
    return re.sub(r"[^\w-]+", "_", column).strip("_-")


def declared_task(
    declared: Declared,
    frame: pl.DataFrame,
    names: Mapping[str, str],
    where: str,
    notes: list[str],
) -> tuple[Task, str]:
    """A declared task and its column in the table, with classes from the data if it has none."""
    name = declared.name
    likely = [LABEL + name, name, *(n for n in names if usable(n) == name)]
    column = next((names[n] for n in likely if n in names), None)
    if column is None:
        raise MalsoriError(
            f"{where} has no column {name!r} for the task of that name; {unclear(frame)[0]}",
            hint=f"say which column holds it, as in --map {name}=COLUMN",
        )
    if declared.kind == "regression":
        _check_numbers(name, column, frame[column], where)
        return Task(name=name, kind="regression", low=declared.low, high=declared.high), column
    if declared.classes:
        options = {"classes": declared.classes, "aliases": declared.aliases}
        return Task(name=name, kind=declared.kind, **options), column
    several = declared.kind == "multilabel"
    counts = member_counts(frame[column]) if several else class_counts(frame[column])
    if declared.kind == "ordinal":
        raise MalsoriError(
            f"task {name!r} is ordinal: only you know the order of its classes "
            f"{few(sorted(counts))}",
            hint=f"name them from the lowest to the highest: {name}=ordinal:LOWEST,…,HIGHEST",
        )
    classes = without_typos(name, counts, notes, declared.kind)
    if len(classes) < (1 if several else 2):
        raise MalsoriError(
            f"task {name!r}: column {column!r} of {where} holds "
            f"{few(classes) or 'no value'}, so there is nothing to tell apart",
            hint="map another column, or name the classes: "
            f"{name}={declared.kind}:A,B (other classes may come later)",
        )
    notes.append(f"task {name}: {len(classes)} classes from the data: {few(classes)}")
    notes += likely_twins(name, classes, declared.kind)
    return Task(name=name, kind=declared.kind, classes=tuple(classes)), column


def _check_numbers(name: str, column: str, values: pl.Series, where: str) -> None:
    """A column that holds no number at all is another one than was meant."""
    numbers = values.str.strip_chars().cast(pl.Float64, strict=False)
    if not numbers.is_finite().any():
        first = next(iter(values.drop_nulls()), None)
        only = "no value" if first is None else f"{first!r}{with_point(first)}"
        raise MalsoriError(
            f"task {name!r} is a number, but column {column!r} of {where} holds none, only {only}",
            hint="map another column, or declare another kind of task",
        )


def inferred_tasks(
    frame: pl.DataFrame, rest: Mapping[str, str], notes: list[str]
) -> list[tuple[Task, str]]:
    """The tasks that columns of few values are, with their columns; all others are told."""
    tasks: list[tuple[Task, str]] = []
    for name, column in rest.items():
        counts = class_counts(frame[column])
        reason = _EXPORTED if name.startswith(_BESIDE) else why_no_task(name, counts)
        if not reason and usable(name) in {"", *(task.name for task, _ in tasks)}:
            reason = "it has no name that a task can have, or one that is taken"
        if reason:
            notes.append(f"column {name!r} becomes meta.{name}: {reason}")
            continue
        classes = without_typos(name, counts, notes)
        note = f"task {usable(name)} is inferred: nominal, {len(classes)} classes: {few(classes)}"
        if all(map(is_whole, classes)):
            note += "; if these numbers are ranks, declare it ordinal"
        notes += [note, *likely_twins(usable(name), classes)]
        tasks.append((Task(name=usable(name), kind="nominal", classes=tuple(classes)), column))
    return tasks
