"""What the columns of a table mean: which are the schema's, which are tasks, what the rest is.

Nothing is decided silently: every inferred task, every column that was nearly one, and every
column that was found under another name is a note for the person who imports.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from malsori.corpus.classes import (
    class_counts,
    is_whole,
    member_counts,
    why_no_task,
    without_typos,
)
from malsori.corpus.columns import COMPOUND, LABEL, META, RATERS, SOFT
from malsori.corpus.counting import few
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
    "channel": (),
}
"""The schema's columns that a table may have, and the other names they are known by.

``channel`` is taken only where it is mapped: a column of that name mostly says ``phone``.
"""

# What malsori's export writes besides a label; of no use as a task.
_BESIDE: Final = (SOFT, COMPOUND, RATERS)
_EXPORTED: Final = "malsori's export writes it besides a label"

# Names that people give to what the schema calls otherwise.
_MEANT: Final = {s: name for name, others in SYNONYMS.items() for s in others} | {
    "speech": "audio",
    "sound": "audio",
}
# A name as like as this to one of the schema's is a typo of it, not a task.
_TYPO: Final = 0.75

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
    """A table in the corpus' columns, before any row is checked."""

    # The schema's columns that the table has, ``label.*`` as written, ``meta.*``
    frame: pl.DataFrame
    tasks: list[Task]  # declared or inferred, with their classes
    columns: dict[str, str]  # the corpus' column → the table's column
    notes: list[str]  # what was inferred, and why


def interpret(
    frame: pl.DataFrame,
    where: str,
    *,
    columns: Mapping[str, str] | None = None,
    tasks: Sequence[Declared] = (),
    infer: bool = True,
) -> Meaning:
    """Find the schema's columns and the tasks in a table of strings.

    Args:
        frame: string columns as the file names them.
        where: the file, for messages.
        columns: malsori's name → the file's, before anything is guessed. A name is one of the
            schema's columns, a task's, or ``meta.NAME``.
        tasks: declared tasks; without any, they are inferred.
        infer: whether they are, without any.

    Raises:
        MalsoriError: a mapped column or a declared task is not there, or has no classes, or a
            column is mapped to a name that means nothing.
    """
    given = {normal(name): normal(column) for name, column in (columns or {}).items()}
    _check_given(frame, given, where)
    _check_names(given, tasks)
    notes: list[str] = []
    schema = _schema_columns(frame, given, notes)
    kept = {n.removeprefix(META): c for n, c in given.items() if n.startswith(META)}
    named = {n: c for n, c in given.items() if n not in SYNONYMS and not n.startswith(META)}
    notes += [
        f"column {name!r} is left out: {name} is read from column {(named | kept)[name]!r}"
        for name in sorted((named | kept).keys() & set(frame.columns) - set(given.values()))
    ]
    taken = {*schema.values(), *named.values(), *kept.values()}
    rest = named | {c: c for c in frame.columns if c not in {*taken, *named, *kept}}
    if tasks:
        found = [_declared_task(t, frame, {**schema, **rest}, where, notes) for t in tasks]
    else:
        found = _inferred_tasks(frame, rest, notes) if infer else []
    labels = {task.name: column for task, column in found}
    for name, column in named.items():
        if column not in labels.values():
            why = why_no_task(name, class_counts(frame[column]))
            raise _no_meaning(name, [task.name for task, _ in found], why)
    meta = {name: c for name, c in rest.items() if c not in labels.values()} | kept
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


def _check_names(given: Mapping[str, str], tasks: Sequence[Declared]) -> None:
    """Refuses names that cannot be meant; without declared tasks only those like the schema's."""
    declared = [task.name for task in tasks]
    for name in given:
        if (
            name in SYNONYMS
            or name.startswith(META)
            or usable(name.removeprefix(LABEL)) in declared
        ):
            continue
        typo = difflib.get_close_matches(name.casefold(), SYNONYMS, n=1, cutoff=_TYPO)
        if declared or typo or name.casefold() in _MEANT:
            raise _no_meaning(name, declared)


def _no_meaning(name: str, tasks: Sequence[str], why: str | None = None) -> MalsoriError:
    meant = _MEANT.get(name.casefold())
    hint = f"did you mean {meant!r}?" if meant else nearest(name, [*SYNONYMS, *tasks])
    hint += "" if hint.endswith("?") else "."
    return MalsoriError(
        f"a column is mapped to {name!r}, which is no column of a corpus and no task"
        + (f" ({why})" if why else ""),
        hint=f"{hint} A task is declared with --task {name}=nominal; "
        f"meta.{name} keeps the column under that name",
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
        if name == "channel":
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
            f"the column split also holds {few(strange)}: kept as written, but no part "
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
    likely = [LABEL + name, name, *(n for n in names if usable(n) == name)]
    column = next((names[n] for n in likely if n in names), None)
    if column is None:
        raise MalsoriError(
            f"{where} has no column {name!r} for the task of that name; "
            f"its columns are {', '.join(frame.columns)}",
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
    return Task(name=name, kind=declared.kind, classes=tuple(classes)), column


def _check_numbers(name: str, column: str, values: pl.Series, where: str) -> None:
    """A column that holds no number at all is another one than was meant."""
    numbers = values.str.strip_chars().cast(pl.Float64, strict=False)
    if not numbers.is_finite().any():
        first = next((repr(v) for v in values.drop_nulls()), "no value")
        raise MalsoriError(
            f"task {name!r} is a number, but column {column!r} of {where} holds none, only {first}",
            hint="map another column, or declare another kind of task",
        )


def _inferred_tasks(
    frame: pl.DataFrame, rest: Mapping[str, str], notes: list[str]
) -> list[tuple[Task, str]]:
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
        notes.append(note)
        tasks.append((Task(name=usable(name), kind="nominal", classes=tuple(classes)), column))
    return tasks
