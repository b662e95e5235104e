"""What the columns of a table mean: which are the schema's, which are tasks, what the rest is.

Nothing is decided silently: every inferred task, every column that was nearly one, and every
column that was found under another name is a note for the person who imports.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from malsori.corpus.columns import LABEL, META
from malsori.corpus.declaring import Declared
from malsori.errors import MalsoriError
from malsori.schema import Task, nearest, normal

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("utterance_id", "wav_id", "name"),
    "audio": ("file_name", "path", "wav", "wav_path", "file", "filename"),
    "text": ("transcript", "transcription", "sentence", "script", "utterance"),
    "speaker": ("speaker_id", "spk"),
    "call": (),
    "role": (),
    "dialogue": (),
    "turn": (),
    "split": (),
    "start": (),
    "end": (),
}
"""The schema's columns that a table may have, and the other names they are known by."""

MISSING: Final = frozenset({"nan", "null", "n/a", "na", "#n/a", "<na>"})
"""Words for 'no label', unless a declared class is called so."""

# Columns of few values that describe the recording or the collection, not what is asked of it.
_NO_LABELS = frozenset(
    {"channel", "channels", "corpus", "dataset", "duration", "fold", "format", "index", "lang"}
    | {"language", "partition", "release", "row", "sample_rate", "sampling_rate", "session"}
    | {"source", "subset", "version"}
)
_MOST_CLASSES = 20
_MOST_NUMBERS = 10
_LONGEST_CLASS = 40
_TYPO_ROWS = 50
_TYPO_SUPPORT = 10

_PARTS: Final = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
}


@dataclass(frozen=True)
class Meaning:
    """A table in the corpus' columns, before any row is checked.

    Attributes:
        frame: the schema's columns that the table has, ``label.*`` as written, ``meta.*``.
        tasks: declared or inferred, with their classes.
        columns: the corpus' column → the table's column.
        notes: what was inferred, and why.

    Example:
        >>> Meaning(pl.DataFrame({"id": ["a"]}), [], {"id": "id"}, []).frame.width
        1
    """

    frame: pl.DataFrame
    tasks: list[Task]
    columns: dict[str, str]
    notes: list[str]


def interpret(
    frame: pl.DataFrame,
    where: str,
    *,
    columns: Mapping[str, str] | None = None,
    tasks: Sequence[Declared] = (),
) -> Meaning:
    """Find the schema's columns and the tasks in a table of strings.

    Args:
        frame: string columns as the file names them.
        where: the file, for messages.
        columns: malsori's name → the file's, before anything is guessed.
        tasks: declared tasks; without any, they are inferred.

    Raises:
        MalsoriError: a mapped column or a declared task is not there, or has no classes.

    Example:
        >>> table = pl.DataFrame({"wav_id": ["a", "b", "c", "d"], "mood": ["x", "y", "x", "y"]})
        >>> interpret(table, "calls.csv").tasks[0].classes
        ('x', 'y')
    """
    given = {normal(name): normal(column) for name, column in (columns or {}).items()}
    _check_given(frame, given, where)
    notes: list[str] = []
    schema = _schema_columns(frame, given, notes)
    named = {name: c for name, c in given.items() if name not in SYNONYMS}
    taken = {*schema.values(), *named.values()}
    rest = named | {c: c for c in frame.columns if c not in taken and c not in named}
    if tasks:
        found = [_declared_task(t, frame, {**schema, **rest}, where, notes) for t in tasks]
    else:
        found = _inferred_tasks(frame, rest, notes)
    labels = {task.name: column for task, column in found}
    meta = {name: c for name, c in rest.items() if c not in labels.values()}
    meanings = (
        schema
        | {LABEL + name: c for name, c in labels.items()}
        | {META + name: c for name, c in meta.items()}
    )
    arranged = frame.select(pl.col(c).alias(name) for name, c in meanings.items())
    return Meaning(_parts(arranged, notes), [task for task, _ in found], meanings, notes)


def _check_given(frame: pl.DataFrame, given: Mapping[str, str], where: str) -> None:
    for name, column in given.items():
        if column not in frame.columns:
            raise MalsoriError(
                f"{where} has no column {column!r} to be {name!r}; "
                f"its columns are {', '.join(frame.columns)}",
                hint=nearest(column, frame.columns),
            )


# -- the schema's columns -----------------------------------------------------------------------


def _schema_columns(
    frame: pl.DataFrame, given: Mapping[str, str], notes: list[str]
) -> dict[str, str]:
    """Schema column → the table's: as mapped, then the same name, then a synonym."""
    found: dict[str, str] = {}
    used = set(given.values())
    folded = {c.casefold(): c for c in reversed(frame.columns) if c not in used}
    for name, synonyms in SYNONYMS.items():
        if name in given:
            found[name] = given[name]
            continue
        for candidate in (name, *synonyms):
            column = folded.get(candidate)
            if column is None or column in found.values():
                continue
            if candidate != name and name == "id" and not _distinct(frame[column]):
                notes.append(f"column {column!r} is not taken as the id: its values repeat")
                continue
            found[name] = column
            if column != name:
                notes.append(f"{name} is read from column {column!r}")
            break
    return found


def _distinct(column: pl.Series) -> bool:
    """Whether nearly every row has its own value (a few double ids are the quarantine's)."""
    return column.n_unique() >= 0.9 * len(column)


def _parts(frame: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    """Give the publisher's parts malsori's names; others stay as they are."""
    if "split" not in frame.columns:
        return frame
    written = frame["split"].drop_nulls().unique().to_list()
    new = {value: _PARTS.get(normal(value).casefold(), normal(value)) for value in written}
    renamed = sorted(f"{a!r} → {b!r}" for a, b in new.items() if a != b)
    if renamed:
        notes.append(f"parts of the published split are renamed: {', '.join(renamed)}")
    strange = sorted(set(new.values()) - set(_PARTS.values()))
    if strange:
        notes.append(
            f"the column split also holds {_listed(strange)}: kept as written, but no part "
            "that a split can be made of"
        )
    return frame.with_columns(pl.col("split").replace(new))


# -- tasks --------------------------------------------------------------------------------------


def usable(column: str) -> str:
    """A column's name as a task can be called: what is no letter, digit, ``-`` becomes ``_``.

    Example:
        >>> usable("1번 감정")
        '1번_감정'
    """
    return re.sub(r"[^\w-]+", "_", column).strip("_-")


def _declared_task(
    declared: Declared,
    frame: pl.DataFrame,
    names: Mapping[str, str],
    where: str,
    notes: list[str],
) -> tuple[Task, str]:
    name = declared.name
    column = next((names[n] for n in (name, *names) if n in names and name in (n, usable(n))), None)
    if column is None:
        raise MalsoriError(
            f"{where} has no column {name!r} for the task of that name; "
            f"its columns are {', '.join(frame.columns)}",
            hint=f"say which column holds it, as in --map {name}=COLUMN",
        )
    if declared.classes:
        options = {"classes": declared.classes, "aliases": declared.aliases}
        return Task(name=name, kind=declared.kind, **options), column
    counts = class_counts(frame[column])
    if declared.kind == "ordinal":
        raise MalsoriError(
            f"task {name!r} is ordinal: only you know the order of its classes "
            f"{_listed(sorted(counts))}",
            hint=f"name them from the lowest to the highest: {name}=ordinal:LOWEST,…,HIGHEST",
        )
    classes = _without_typos(name, counts, notes)
    if len(classes) < 2:
        raise MalsoriError(
            f"task {name!r}: column {column!r} of {where} holds "
            f"{_listed(classes) or 'no value'}, so there is nothing to tell apart",
            hint="map another column, or name the classes: "
            f"{name}=nominal:A,B (other classes may come later)",
        )
    notes.append(f"task {name}: {len(classes)} classes from the data: {_listed(classes)}")
    return Task(name=name, kind="nominal", classes=tuple(classes)), column


def _inferred_tasks(
    frame: pl.DataFrame, rest: Mapping[str, str], notes: list[str]
) -> list[tuple[Task, str]]:
    tasks: list[tuple[Task, str]] = []
    for name, column in rest.items():
        counts = class_counts(frame[column])
        reason = _why_no_task(name, counts)
        if not reason and usable(name) in {"", *(task.name for task, _ in tasks)}:
            reason = "it has no name that a task can have, or one that is taken"
        if reason:
            notes.append(f"column {name!r} becomes meta.{name}: {reason}")
            continue
        classes = _without_typos(name, counts, notes)
        note = (
            f"task {usable(name)} is inferred: nominal, {len(classes)} classes: {_listed(classes)}"
        )
        if all(map(_is_whole, classes)):
            note += "; if these numbers are ranks, declare it ordinal"
        notes.append(note)
        tasks.append((Task(name=usable(name), kind="nominal", classes=tuple(classes)), column))
    return tasks


def _why_no_task(name: str, counts: Mapping[str, int]) -> str | None:
    """Why a column is not taken for a task, None if it is one."""
    rows = sum(counts.values())
    if name.casefold() in _NO_LABELS:
        return "its name says where a row comes from; declare it if it is a label"
    if len(counts) < 2:
        return "it has one value" if counts else "it is empty"
    most = _MOST_NUMBERS if all(map(_is_whole, counts)) else _MOST_CLASSES
    if len(counts) > most:
        return f"{len(counts)} different values are more than the {most} of an inferred task"
    if rows < 2 * len(counts):
        return f"{len(counts)} different values in {rows} rows are too many for classes"
    return _why_no_class(counts)


def _why_no_class(values: Iterable[str]) -> str | None:
    for value in values:
        if len(value) > _LONGEST_CLASS:
            return "its values are texts, not classes"
        if re.fullmatch(r"[-+]?(\d+\.\d*|\.\d+|\d+(\.\d*)?[eE][-+]?\d+)", value):
            return "its values are measurements, not classes"
        if _is_whole(value) and abs(int(value)) > _MOST_CLASSES:
            return "its numbers are too large for classes"
    return None


def _is_whole(value: str) -> bool:
    return re.fullmatch(r"[-+]?[0-9]+", value) is not None


def class_counts(column: pl.Series) -> Counter[str]:
    """How often each class occurs: spellings that differ in case or outer space are one.

    The most frequent spelling stands for all; words for 'missing' are no class.

    Example:
        >>> sorted(class_counts(pl.Series(["a", "A ", "A", "nan", None])).items())
        [('A', 3)]
    """
    spellings: Counter[str] = Counter()
    for value, count in column.drop_nulls().value_counts(sort=False).iter_rows():
        if normal(value) and normal(value).casefold() not in MISSING:
            spellings[normal(value)] += count
    chosen: dict[str, str] = {}
    for spelling, _ in sorted(spellings.items(), key=lambda item: (-item[1], item[0])):
        chosen.setdefault(spelling.casefold(), spelling)
    counts: Counter[str] = Counter()
    for spelling, count in spellings.items():
        counts[chosen[spelling.casefold()]] += count
    return counts


def _without_typos(name: str, counts: Mapping[str, int], notes: list[str]) -> list[str]:
    """Classes in a stable order, without those that are one slip of the pen (see ``typo_of``)."""
    classes = []
    for value in counts:
        meant = typo_of(value, counts)
        if meant is None:
            classes.append(value)
            continue
        notes.append(
            f"{name}: {value!r} occurs once and looks like {meant!r}: no class, its row goes to "
            f"the quarantine; declare {name}=nominal:… with {meant}={value} to keep it"
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
    return (not _is_whole(value), int(value) if _is_whole(value) else 0, value)


def _listed(values: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(values[:most])
    return f"{shown}, … ({len(values)} in all)" if len(values) > most else shown
