"""What a person says about a task in one line."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from malsori.corpus.columns import check_name
from malsori.errors import MalsoriError, said_twice
from malsori.schema import TaskKind, nearest, normal

_KINDS: tuple[TaskKind, ...] = get_args(TaskKind)
_FORM = (
    "write NAME=nominal, NAME=nominal:A,B, NAME=ordinal:LOWEST,…,HIGHEST, NAME=multilabel, "
    "NAME=multilabel:A,B, NAME=regression or NAME=regression:LEAST..GREATEST"
)


@dataclass(frozen=True)
class Declared:
    """A task as declared: without classes they are taken from the data, unless it is ordinal.

    ``low`` and ``high`` are the range of a regression task, where one was given.
    """

    name: str
    kind: TaskKind
    classes: tuple[str, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None


def parse_task(text: str) -> Declared:
    """Parse a declared task.

    ``urgency=ordinal:하,중,상`` names the classes, the lowest rank first; ``emotion=nominal``
    leaves them to the data; ``sentiment=nominal:negative=0,positive=1`` says how the file
    writes a class, and ``happy=hap=exc`` that it writes it in several ways. ``multilabel``
    takes classes in the same way; ``valence=regression:1..5`` says the range of the numbers.

    Raises:
        MalsoriError: another form, an unknown kind, a class or a spelling twice, no range.

    Example:
        >>> parse_task("sentiment=nominal:negative=0,positive=1").aliases
        {'0': 'negative', '1': 'positive'}
        >>> parse_task("valence=regression:1..5").high
        5.0
    """
    name, equals, rest = text.partition("=")
    if not equals or not rest.strip():
        raise MalsoriError(f"task {text!r} is not understood", hint=_FORM)
    kind, _, listed = rest.partition(":")
    name = check_name(normal(name), "task")
    found = next((k for k in _KINDS if k == kind.strip()), None)
    if found is None:
        raise MalsoriError(
            f"task {name!r}: there is no kind {kind.strip()!r}", hint=nearest(kind, list(_KINDS))
        )
    if found == "regression":
        return Declared(name, found, (), {}, *_range(name, listed))
    classes, aliases = _classes(name, listed)
    if len(classes) == 1 and found != "multilabel":
        raise MalsoriError(f"task {name!r} has the one class {classes[0]!r}; two are the least")
    return Declared(name, found, classes, aliases)


def parse_tasks(texts: Iterable[str]) -> list[Declared]:
    """Parse declared tasks, each of which is declared once.

    Raises:
        MalsoriError: As of ``parse_task``, or a task is declared twice.

    Example:
        >>> parse_tasks(["mood=nominal", "mood=ordinal:a,b"])
        Traceback (most recent call last):
        malsori.errors.MalsoriError: task 'mood' is said twice: mood=nominal and ...
    """
    said: dict[str, str] = {}
    tasks = []
    for text in texts:
        task = parse_task(text)
        if task.name in said:
            raise said_twice(f"task {task.name!r}", said[task.name], text)
        said[task.name] = text
        tasks.append(task)
    return tasks


def parse_columns(columns: Mapping[str, str] | None) -> dict[str, str]:
    """Which column is what, each name once.

    Raises:
        MalsoriError: A name has two columns.
    """
    said: dict[str, str] = {}
    for name, column in (columns or {}).items():
        if said.setdefault(normal(name), column) != column:
            raise said_twice(f"the column of {normal(name)!r}", said[normal(name)], column)
    return said


def _classes(name: str, listed: str) -> tuple[tuple[str, ...], dict[str, str]]:
    classes: list[str] = []
    aliases: dict[str, str] = {}
    for item in listed.split(",") if listed.strip() else []:
        label, *spellings = (normal(part) for part in item.split("="))
        for word in (label, *spellings):
            if not word:
                raise MalsoriError(f"task {name!r} has an empty class in {listed!r}", hint=_FORM)
            if word in classes or word in aliases:
                raise MalsoriError(f"task {name!r} names {word!r} twice", hint=_FORM)
        classes.append(label)
        aliases |= dict.fromkeys(spellings, label)
    return tuple(classes), aliases


def _range(name: str, listed: str) -> tuple[float | None, float | None]:
    """The two ends of ``1..5``; either may be left out, and so may both."""
    if not listed.strip():
        return None, None
    ends = [part.strip() for part in listed.partition("..")[::2]]
    try:
        low, high = (float(end) if end else None for end in ends)
    except ValueError:
        low = high = None
    bad = [x for x in (low, high) if x is not None and not math.isfinite(x)]
    if ".." not in listed or (low, high) == (None, None) or bad:
        raise MalsoriError(
            f"task {name!r}: {listed.strip()!r} is no range of numbers",
            hint=f"write {name}=regression:1..5 for numbers from 1 to 5, or {name}=regression",
        )
    if low is not None and high is not None and low >= high:
        raise MalsoriError(f"task {name!r}: the range from {low:g} to {high:g} is empty")
    return low, high
