"""Which rows of a source are broken, and why. Each check looks at rows that are whole so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from malsori.corpus.columns import CHANNEL, LABEL
from malsori.corpus.counting import counted, with_point
from malsori.corpus.label_cells import missing_notes, read_lists, read_numbers
from malsori.corpus.members import is_missing
from malsori.corpus.twins import spelling_notes
from malsori.errors import MalsoriError
from malsori.schema import Task, UnknownLabel, normal

_LARGEST = 1e9
"""Of a turn, or of seconds: thirty years."""

FloatArray = np.ndarray[Any, np.dtype[np.float32]]


@dataclass
class Faults:
    """Position of a row → its first fault, as (reason, detail)."""

    found: dict[int, tuple[str, str]] = field(default_factory=dict)
    labels: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Rows left out for each (task, label) that is no class."""

    def add(self, position: int, reason: str, detail: str) -> None:
        """Note a fault unless the row has one already."""
        self.found.setdefault(position, (reason, detail))


def check_numbers(rows: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """Turn ``turn`` and times into numbers; what is none is a ``bad-row``."""
    kinds = {
        "turn": ("a whole number", pl.Int64()),
        "start": ("a number of seconds", pl.Float64()),
        "end": ("a number of seconds", pl.Float64()),
        "duration": ("a number of seconds", pl.Float64()),
        CHANNEL: ("a channel's number, from 0", pl.Int64()),
    }
    for name, (what, dtype) in kinds.items():
        if name not in rows.columns:
            continue
        written = rows[name]
        numbers = written.str.strip_chars().cast(pl.Float64, strict=False)
        good = numbers.is_finite() & (numbers >= 0) & (numbers < _LARGEST)
        if dtype == pl.Int64():
            good &= numbers == numbers.round()
        for i in (written.is_not_null() & ~good.fill_null(False)).arg_true():
            said = f"{name} {written[i]!r} is not {what}{with_point(written[i])}"
            faults.add(i, "bad-row", said)
        valid = pl.select(pl.when(good).then(numbers)).to_series()
        rows = rows.with_columns(valid.cast(dtype).alias(name))
    return rows


def check_ids(rows: pl.DataFrame, faults: Faults, notes: list[str]) -> pl.DataFrame:
    """Bring ids to NFC; a row without id is a ``bad-row``, a later one of the same id a double."""
    ids = [None if i is None else normal(i) or None for i in rows["id"]]
    if blank := int((rows["id"].str.strip_chars() != rows["id"]).sum()):
        notes.append(f"id: blanks around it are left out ({counted(blank, 'row')})")
    first: dict[str, int] = {}
    for position, (row, key) in enumerate(zip(rows["row"], ids, strict=True)):
        if key is None:
            faults.add(position, "bad-row", "no id")
        elif position in faults.found:
            continue
        elif key in first:
            detail = f"id {key!r} is already that of row {first[key]}"
            faults.add(position, "duplicate-id", detail)
        else:
            first[key] = row
    return rows.with_columns(pl.Series("id", ids, dtype=pl.String))


def check_labels(
    rows: pl.DataFrame, tasks: Sequence[Task], faults: Faults, notes: list[str]
) -> pl.DataFrame:
    """Write each label as its class is called; what is no class is an ``unknown-label``.

    A multilabel task's become lists of classes, a regression task's numbers. Nothing, white
    space and words for 'missing' that are no class are missing labels: null.
    """
    readers = {"multilabel": read_lists, "regression": read_numbers}
    for task in tasks:
        read = readers.get(task.kind, _read_classes)
        rows = rows.with_columns(read(rows[LABEL + task.name], task, faults, notes))
    return rows


def _read_classes(column: pl.Series, task: Task, faults: Faults, notes: list[str]) -> pl.Series:
    """The labels of a nominal or ordinal task as its classes are called."""
    classes: dict[str, str] = {}
    unknown: dict[str, str] = {}
    missing: Counter[str] = Counter()
    for value in column.drop_nulls().unique(maintain_order=True):
        try:
            classes[value] = task.label(task.index(value))
        except UnknownLabel as error:
            if normal(value) and not is_missing(normal(value)):
                unknown[value] = f"{task.name}: {value!r} is no class; {error.hint}"
            elif normal(value):
                missing[normal(value)] += column.eq(value).sum()
    notes += [*missing_notes(task, missing), *spelling_notes(column, task, classes)]
    for i in column.is_in(list(unknown)).fill_null(False).arg_true() if unknown else ():
        faults.labels[task.name, column[i]] += i not in faults.found
        faults.add(i, "unknown-label", unknown[column[i]])
    return column.replace_strict(classes, default=None, return_dtype=pl.String)


def check_features(
    features: Mapping[str, Sequence[FloatArray | None]], faults: Faults, notes: list[str]
) -> set[int]:
    """Find vectors that cannot be read, are empty, have another length, or are not numbers.

    Vectors of nothing but zeros are kept, and counted in a note: often they stand for 'absent'.

    Returns:
        Positions of the rows that have vectors of any modality.
    """
    some: set[int] = set()
    for modality, arrays in features.items():
        shapes: dict[int, int] = {}
        zeros = 0
        for position in range(len(arrays)):
            if position in faults.found:
                continue
            array = _read(arrays, position, modality, faults)
            if array is not None:
                shapes[position] = array.shape[1]
                zeros += not array.any()
        _check_lengths(modality, shapes, faults)
        some.update(shapes)
        if zeros:
            notes.append(
                f"{modality}: {counted(zeros, 'utterance has', 'utterances have')} only zeros, "
                "kept as they are; if zeros mean that the modality is absent, leave these "
                "vectors out of the source"
            )
    return some


def _read(
    arrays: Sequence[FloatArray | None], position: int, modality: str, faults: Faults
) -> FloatArray | None:
    """One row's vectors, or None if absent or broken."""
    try:
        array = arrays[position]
    except MalsoriError as error:
        faults.add(position, "undecodable", f"{modality}: {error.message}")
        return None
    if array is None:
        return None
    if not array.size:
        faults.add(position, "empty", f"{modality} has shape {list(array.shape)}")
        return None
    if not np.isfinite(array).all():
        faults.add(position, "not-finite", f"{modality} holds NaN or infinite values")
        return None
    return array


def _check_lengths(modality: str, dims: Mapping[int, int], faults: Faults) -> None:
    """Vectors of one modality have one length: that of most of them."""
    if not dims:
        return
    usual, count = Counter(dims.values()).most_common(1)[0]
    for position, dim in dims.items():
        if dim != usual:
            others = counted(count, "row has", "rows have")
            detail = f"{modality} vectors have length {dim}; {others} {usual}"
            faults.add(position, "bad-shape", detail)


def check_signals(rows: pl.DataFrame, with_features: Container[int], faults: Faults) -> None:
    """A row with no sound, no text and no features is ``no-signal``: there is nothing to learn."""
    signals = [rows[c].is_not_null() for c in ("audio", "text") if c in rows.columns]
    for position in range(rows.height):
        if position in faults.found or position in with_features:
            continue
        if not any(present[position] for present in signals):
            faults.add(position, "no-signal", "no audio, no text and no features")
