"""Classes in a column: which values are some, which are slips of the pen, which say 'missing'."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress

import polars as pl

from malsori.corpus.members import is_missing, is_structure, members_of
from malsori.corpus.twins import lists_apart, merged
from malsori.schema import TaskKind, normal

# Columns of few values that describe the recording or the collection, not what is asked of it.
_NO_LABELS = frozenset(
    {"channel", "channels", "corpus", "dataset", "duration", "fold", "format", "index", "lang"}
    | {"language", "partition", "release", "row", "sample_rate", "sampling_rate", "session"}
    | {"source", "speaker_id", "spk", "subset", "version"}
)
_COMMA = re.compile(r"[-+]?\d+,\d+")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ]\d.*)?")
_MOST_CLASSES = 20
_MOST_NUMBERS = 10
_LONGEST_CLASS = 40
_TYPO_ROWS = 50
_TYPO_SUPPORT = 10


def why_no_task(name: str, counts: Mapping[str, int]) -> str | None:
    """Why a column is not taken for a task, None if it is one.

    Example:
        >>> why_no_task("age", {"31": 2, "45": 3})
        'its numbers are too large for classes'
    """
    rows = sum(counts.values())
    if name.casefold() in _NO_LABELS:
        return "its name says where a row comes from; declare it if it is a label"
    if counts and all(map(is_structure, counts)):
        return f"its cells are lists or structures; lists of labels are {name}=multilabel"
    if len(counts) < 2:
        return "it has one value" if counts else "it is empty"
    most = _MOST_NUMBERS if all(map(is_whole, counts)) else _MOST_CLASSES
    if len(counts) > most:
        return f"{len(counts)} different values are more than the {most} of an inferred task"
    if rows < 2 * len(counts):
        return f"{len(counts)} different values in {rows} rows are too many for classes"
    return _why_no_class(counts)


def _why_no_class(values: Iterable[str]) -> str | None:
    if all(_COMMA.fullmatch(value) for value in values):
        return "its values are numbers with a comma; written with a point, they can be regression"
    for value in values:
        if len(value) > _LONGEST_CLASS:
            return "its values are texts, not classes"
        if _DATE.fullmatch(value):
            return "its values are dates, not classes"
        if re.fullmatch(r"[-+]?(\d+\.\d*|\.\d+|\d+(\.\d*)?[eE][-+]?\d+)", value):
            return (
                "its values are measurements, not classes; declare it regression if it is a label"
            )
        if is_whole(value) and abs(int(value)) > _MOST_CLASSES:
            return "its numbers are too large for classes"
    return None


def is_whole(value: str) -> bool:
    """Whether a value is a whole number."""
    return re.fullmatch(r"[-+]?[0-9]+", value) is not None


def class_counts(column: pl.Series) -> Counter[str]:
    """How often each class occurs: spellings that are surely one (``same_class``) are.

    The most frequent spelling stands for all; words for 'missing' are no class.
    """
    spellings: Counter[str] = Counter()
    for value, count in column.drop_nulls().value_counts(sort=False).iter_rows():
        spellings[normal(value)] += count
    return _one_spelling(spellings)


def member_counts(column: pl.Series) -> Counter[str]:
    """How many rows name each class in a column of lists (see ``members_of``)."""
    spellings: Counter[str] = Counter()
    for value, count in column.drop_nulls().value_counts(sort=False).iter_rows():
        with suppress(ValueError):  # said of the row when it is screened
            spellings.update(dict.fromkeys(members_of(value) or (), count))
    return _one_spelling(lists_apart(spellings))


def _one_spelling(spellings: Mapping[str, int]) -> Counter[str]:
    """Counts of spellings that are surely one as one; words for 'missing' are left out."""
    return merged({s: n for s, n in spellings.items() if s and not is_missing(s)})


def without_typos(
    name: str, counts: Mapping[str, int], notes: list[str], kind: TaskKind = "nominal"
) -> list[str]:
    """Classes in a stable order, without those that are one slip of the pen (see ``typo_of``)."""
    classes = []
    for value in counts:
        meant = typo_of(value, counts)
        if meant is None:
            classes.append(value)
            continue
        notes.append(
            f"{name}: {value!r} occurs once and looks like {meant!r}: no class, its row goes to "
            f"the quarantine; declare {name}={kind}:… with {meant}={value} to keep it"
        )
    return sorted(classes, key=_order)


def typo_of(value: str, counts: Mapping[str, int]) -> str | None:
    """The class that a value which occurs once among many rows was meant to be, or None.

    One change (a letter more, fewer, other, or two exchanged) from a class seen ten times; words
    of fewer than four letters are never typos of one another.

    Example:
        >>> typo_of("angyr", {"angry": 40, "happy": 30, "angyr": 1})
        'angry'
    """
    if counts[value] > 1 or len(value) < 4 or sum(counts.values()) <= _TYPO_ROWS:
        return None
    near = [c for c, n in counts.items() if n >= _TYPO_SUPPORT and _one_change(value, c)]
    return max(near, key=lambda c: (counts[c], c), default=None)


def _one_change(a: str, b: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours makes ``a`` ``b``."""
    a, b = a.casefold(), b.casefold()
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    if start is None:  # one is the other and a letter more
        return True
    rest_a, rest_b = a[start:], b[start:]
    if len(a) != len(b):
        return rest_a[1:] == rest_b or rest_a == rest_b[1:]
    swapped = rest_a[1:2] + rest_a[:1] + rest_a[2:]
    return rest_a[1:] == rest_b[1:] or swapped == rest_b


def _order(value: str) -> tuple[bool, int, str]:
    """Numbers by size, then words by spelling."""
    whole = is_whole(value) and len(value) <= _LONGEST_CLASS
    return (not whole, int(value) if whole else 0, value)
