"""Label columns that hold no single class: lists of classes, or numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import polars as pl

from malsori.corpus.counting import counted, with_point
from malsori.corpus.members import is_missing, members_of
from malsori.corpus.twins import parts_of
from malsori.schema import Task, UnknownLabel, normal, same_class

if TYPE_CHECKING:
    from malsori.corpus.screening import Faults


def read_lists(column: pl.Series, task: Task, faults: Faults, notes: list[str]) -> pl.Series:
    """The labels of a multilabel task as lists of classes, in the order of its classes."""
    if column.dtype == pl.Null:
        column = column.cast(pl.String)
    written: dict[Any, list[str] | ValueError | None] = {}
    done: list[list[str] | None] = []
    for position, cell in enumerate(column.to_list()):
        key = tuple(cell) if isinstance(cell, list) else cell
        if key not in written:
            written[key] = _read_list(cell, task)
        members = written[key]
        if isinstance(members, ValueError):
            faults.labels[task.name, str(cell)] += position not in faults.found
            faults.add(position, "unknown-label", f"{task.name}: {members}")
            members = None
        done.append(None if members is None else _named(members, position, task, faults, notes))
    return pl.Series(column.name, done, dtype=pl.List(pl.String))


def _read_list(cell: Any, task: Task) -> list[str] | ValueError | None:
    # A class may have a separator in its name, or be called like 'missing'.
    if isinstance(cell, str):
        with suppress(UnknownLabel):
            return [task.label(task.index(cell))]
    try:
        members = members_of(cell)
    except ValueError as error:
        return error
    if not any("," in member for member in members or ()):
        return members
    return [part for member in members or () for part in _parts(member, task) or [member]]


def _parts(member: str, task: Task) -> list[str]:
    """The classes that commas part, where the member as a whole is none."""
    known = map(same_class, [*task.classes, *task.aliases])
    return [] if same_class(member) in {*map(same_class, task.classes)} else parts_of(member, known)


def _named(
    members: list[str], position: int, task: Task, faults: Faults, notes: list[str]
) -> list[str] | None:
    """Members as their classes are called; None if one of them is no class."""
    found: set[int] = set()
    for member in members:
        try:
            found.add(task.index(member))
        except UnknownLabel as error:
            if is_missing(member):
                note = f"{task.name}: {member!r} in a list of labels is left out"
                notes += [] if note in notes else [note]
                continue
            faults.labels[task.name, member] += position not in faults.found
            detail = f"{task.name}: {member!r} is no class; {error.hint}"
            faults.add(position, "unknown-label", detail)
            return None
    return [task.classes[k] for k in sorted(found)]


def read_numbers(column: pl.Series, task: Task, faults: Faults, notes: list[str]) -> pl.Series:
    """The labels of a regression task as numbers."""
    done: list[float | None] = []
    missing: Counter[str] = Counter()
    for position, cell in enumerate(column.to_list()):
        text = "" if cell is None or cell != cell else normal(str(cell))  # noqa: PLR0124 - NaN
        if not text or is_missing(text):
            missing[text] += 1
            done.append(None)
            continue
        number, fault = _number(text, task)
        if fault:
            faults.labels[task.name, text] += position not in faults.found
            faults.add(position, "unknown-label", f"{task.name}: {fault}")
        done.append(number)
    notes += missing_notes(task, missing)
    return pl.Series(column.name, done, dtype=pl.Float64)


def _number(text: str, task: Task) -> tuple[float | None, str]:
    """The number and no fault, or None and what is wrong with it."""
    try:
        number = math.nan if "_" in text else float(text)  # Python reads 1_000 as a number
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        return None, f"{text!r} is no number{with_point(text)}"
    low = -math.inf if task.low is None else task.low
    high = math.inf if task.high is None else task.high
    if not low <= number <= high:
        return None, f"{text} is not {range_words(task)}"
    return number, ""


def missing_notes(task: Task, missing: Mapping[str, int]) -> list[str]:
    """What to say of words that count as missing labels, and in how many rows."""
    return [
        f"{task.name}: {word!r} counts as a missing label ({counted(rows, 'row')})"
        for word, rows in missing.items()
        if word
    ]


def range_words(task: Task) -> str:
    """The range of a regression task in words.

    Example:
        >>> range_words(Task(name="valence", kind="regression", low=1, high=5))
        'in the range from 1 to 5'
    """
    if task.high is None:
        return "finite" if task.low is None else f"at least {task.low:g}"
    if task.low is None:
        return f"at most {task.high:g}"
    return f"in the range from {task.low:g} to {task.high:g}"
