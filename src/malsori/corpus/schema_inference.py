"""What the columns of a table mean: which are the schema's, which are tasks, what the rest is.

Nothing is decided silently: every inferred task, every column that was nearly one, and every
column that was found under another name is a note for the person who imports.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from malsori.corpus.classes import class_counts, why_no_task
from malsori.corpus.cleaning import cleaned
from malsori.corpus.columns import LABEL, META
from malsori.corpus.counting import few
from malsori.corpus.declaring import Declared
from malsori.corpus.tables.unclear import unclear
from malsori.corpus.task_inference import declared_task, inferred_tasks, usable
from malsori.errors import MalsoriError
from malsori.schema import Task, nearest, normal

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("utterance_id", "wav_id", "name", "utt_id", "uttid", "utt"),
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
    "duration": (),
    "channel": (),
}
"""The schema's columns that a table may have, and the other names they are known by.

``channel`` is taken only where it is mapped: a column of that name mostly says ``phone``.

``duration`` is the length of a part that begins at ``start``. A column of that name mostly has the
length of the file, so it is taken only where a part's ``start`` is known and its ``end`` is not.
"""

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
    if "duration" not in {task.name for task in tasks}:
        schema |= _lengths(frame, schema, given, notes)
    kept = {n.removeprefix(META): c for n, c in given.items() if n.startswith(META)}
    named = {n: c for n, c in given.items() if n not in SYNONYMS and not n.startswith(META)}
    notes += [
        f"column {name!r} is left out: {name} is read from column {(named | kept)[name]!r}"
        for name in sorted((named | kept).keys() & set(frame.columns) - set(given.values()))
    ]
    taken = {*schema.values(), *named.values(), *kept.values()}
    rest = named | {c: c for c in frame.columns if c not in {*taken, *named, *kept}}
    if tasks:
        found = [declared_task(t, frame, {**schema, **rest}, where, notes) for t in tasks]
    else:
        found = inferred_tasks(frame, rest, notes) if infer else []
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
    arranged = cleaned(arranged, notes)
    return Meaning(_parts(arranged, notes), [task for task, _ in found], meanings, notes)


def _check_given(frame: pl.DataFrame, given: Mapping[str, str], where: str) -> None:
    for name, column in given.items():
        if column not in frame.columns:
            raise MalsoriError(
                f"{where} has no column {column!r} to be {name!r}; {unclear(frame)[0]}",
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
    folded |= {c: c for c in frame.columns if c in folded and c not in used}
    for name, synonyms in SYNONYMS.items():
        if name in given:
            found[name] = given[name]
            continue
        if name in {"duration", "channel"}:
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


def _lengths(
    frame: pl.DataFrame, found: Mapping[str, str], given: Mapping[str, str], notes: list[str]
) -> dict[str, str]:
    """``offset`` and ``duration``, as manifests of NeMo have parts of recordings."""
    folded = {c.casefold(): c for c in frame.columns if c not in given.values()}
    if "audio" not in found or "end" in found or "duration" not in folded:
        return {}
    start = found.get("start", folded.get("offset"))
    if start is None or "duration" in found:
        return {}
    more = {} if "start" in found else {"start": start}
    notes.append(f"parts are read from columns {start!r} and {folded['duration']!r}, their length")
    return {**more, "duration": folded["duration"]}


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
