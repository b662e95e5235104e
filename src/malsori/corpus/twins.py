"""Classes that are written in several ways: those that are one, and those that may be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

import polars as pl

from malsori.corpus.counting import counted, few
from malsori.schema import Task, TaskKind, normal, same_class

_WHOLE = re.compile(r"[-+]?[0-9]+")
_LONG = 40


def merged(spellings: Mapping[str, int]) -> Counter[str]:
    """Counts of classes, each under the most frequent of its spellings; a number as a whole one.

    Example:
        >>> merged({"1": 2, "1.0": 3, "Sad": 1, "sad": 4})
        Counter({'1': 5, 'sad': 5})
    """
    chosen: dict[str, str] = {}
    # Of two that occur alike, the one without double blanks.
    for spelling, _ in sorted(spellings.items(), key=lambda s: (-s[1], "  " in s[0], s[0])):
        key = same_class(spelling)
        chosen.setdefault(key, key if _WHOLE.fullmatch(key) else spelling)
    counts: Counter[str] = Counter()
    for spelling, count in spellings.items():
        counts[chosen[same_class(spelling)]] += count
    return counts


def lists_apart(spellings: Mapping[str, int]) -> Counter[str]:
    """Counts where ``a, b`` counts for ``a`` and for ``b``, if these occur by themselves.

    Example:
        >>> lists_apart({"a, b": 2, "a": 1, "b": 1, "x, y": 1})
        Counter({'a': 3, 'b': 3, 'x, y': 1})
    """
    alone = {same_class(spelling) for spelling in spellings if "," not in spelling}
    counts: Counter[str] = Counter()
    for spelling, count in spellings.items():
        parts = parts_of(spelling, alone)
        counts.update(dict.fromkeys(parts or [spelling], count))
    return counts


def parts_of(written: str, alone: Iterable[str]) -> list[str]:
    """What stands between commas, if each is a class of its own; else nothing."""
    parts = [normal(part) for part in written.split(",")]
    known = set(alone)
    whole = len(parts) > 1 and all(same_class(part) in known for part in parts)
    return parts if whole else []


def likely_twins(name: str, classes: Iterable[str], kind: TaskKind = "nominal") -> list[str]:
    """What to say about classes that look like one in two spellings, or like lists of others."""
    notes: list[str] = []
    groups: dict[str, list[str]] = {}
    for written in classes:
        groups.setdefault(_alike(written), []).append(written)
    for twins in groups.values():
        if len(twins) > 1:
            note = f"{name}: {few([repr(twin) for twin in twins])} are classes of their own"
            listed = any("," in twin for twin in twins)
            mend = "" if listed else f"; if they are one, declare {name}={kind}:…,{'='.join(twins)}"
            notes.append(f"{note}, and look like one{mend}")
    alone = {same_class(written) for group in groups.values() for written in group}
    lists = [repr(w) for group in groups.values() for w in group if parts_of(w, alone)]
    if lists:
        like = "looks like a list" if len(lists) == 1 else "look like lists"
        notes.append(
            f"{name}: {few(lists)} {like} of other classes; declare {name}=multilabel then"
        )
    return notes


def _alike(written: str) -> str:
    """What is left without marks between words and at the end, lists in order, `1` for `01`."""
    text = same_class(written)
    if _WHOLE.fullmatch(text):
        return str(int(text)) if len(text) < _LONG else text
    if "," in text:
        return ",".join(sorted(_alike(part) for part in text.split(",")))
    text = re.sub(r"(?<=\w)[\s_-]+(?=\w)", " ", text.replace("_", " "))
    return text.rstrip(".!?。 ") or text


def spelling_notes(column: pl.Series, task: Task, classes: Mapping[str, str]) -> list[str]:
    """Which spellings in a column are read as a class that is written otherwise.

    Args:
        column: as written.
        task: whose aliases are no news.
        classes: each value of the column → its class.
    """
    aliases = {same_class(alias) for alias in task.aliases}
    ways: dict[str, set[str]] = {}
    for value, label in classes.items():
        ways.setdefault(label, set()).add(normal(value))
    other = [
        value
        for value, label in classes.items()
        if value != value.strip()
        or (
            normal(value) != label
            and same_class(value) not in aliases
            and (len(ways[label]) > 1 or normal(value).casefold() != label.casefold())
        )
    ]
    if not other:
        return []
    counts = dict(column.filter(column.is_in(other)).value_counts().iter_rows())
    rows: Counter[tuple[str, str]] = Counter()
    for value in other:
        shown = value if value != value.strip() else normal(value)  # blanks are what is mended
        rows[shown, classes[value]] += counts[value]
    said = [f"{v!r} ({counted(n, 'row')}) is read as {c!r}" for (v, c), n in rows.items()]
    return [f"{task.name}: {few(said, 5)}"]
