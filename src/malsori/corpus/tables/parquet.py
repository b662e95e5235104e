"""Parquet files, whatever types their columns have."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import polars as pl

from malsori.archives import read_bytes
from malsori.corpus.tables.cells import as_string, blank_to_null, odd_names
from malsori.corpus.tables.disguises import check_disguise
from malsori.corpus.tables.raw import RawTable
from malsori.errors import MalsoriError
from malsori.schema import normal

_UNITS: Final = {"ns": 1e9, "us": 1e6, "ms": 1e3}
# A reader of damaged bytes may also panic, which is no Exception.
_FAULTS: Final = (OSError, ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException)


def read_parquet(path: Path, wanted: Collection[str] = ()) -> RawTable:
    """The columns as strings: durations in seconds, lists of strings as JSON.

    What is no text is left out with a note, unless it is wanted: then it is read as JSON.
    """
    notes: list[str] = []
    frame = _frame(path, notes)
    notes += odd_names(frame.columns)
    names = [normal(name) for name in frame.columns]
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise MalsoriError(
            f"{path} names column {twice[0]!r} more than once (names are compared without outer "
            "blanks)",
            hint="rename one",
        )
    columns = []
    for name, column in zip(names, frame.get_columns(), strict=True):
        cells = _as_text(column, wanted=name in wanted) if name else None
        if cells is None:
            what = f"{column.dtype}".partition("(")[0]
            notes.append(f"column {name!r} of {path.name} holds {what}: not read")
        else:
            columns.append(cells.alias(name))
    rows = list(range(1, frame.height + 1))
    return RawTable(path, blank_to_null(pl.DataFrame(columns)), rows, [], notes)


def _frame(path: Path, notes: list[str]) -> pl.DataFrame:
    """The whole file; if a column stands in the way, the others."""
    data = read_bytes(path)
    check_disguise(path, data)
    with _unheard():
        return _read(path, data, notes)


@contextmanager
def _unheard() -> Iterator[None]:
    """Without what a panic of the reader writes to the terminal by itself: the fault is told."""
    try:
        kept = os.dup(2)
    except OSError:  # there is no such output
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _read(path: Path, data: bytes, notes: list[str]) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(data), use_statistics=False)
    except _FAULTS as error:
        fault = error
    columns: list[pl.Series] = []
    try:
        names = list(pl.read_parquet_schema(io.BytesIO(data)))
    except _FAULTS:
        names = []
    for name in names:
        try:
            columns += pl.read_parquet(io.BytesIO(data), columns=[name]).get_columns()
        except _FAULTS as error:
            why = str(error).partition("\n")[0]
            notes.append(f"column {name!r} of {path.name} cannot be read: {why}")
    if not columns or len({len(column) for column in columns}) > 1:
        why = str(fault).partition("\n")[0]
        raise MalsoriError(
            f"{path} is not a Parquet file: {why}",
            hint="if it was downloaded, compare its size with the publisher's",
        ) from fault
    return pl.DataFrame(columns)


def _as_text(column: pl.Series, *, wanted: bool) -> pl.Series | None:
    """A column as strings, or None where it holds no text."""
    kind = column.dtype
    if kind == pl.List(pl.String):
        return _each(column)
    if kind.is_nested() or kind in (pl.Binary, pl.Object):
        return _each(column) if wanted else None
    try:
        if isinstance(kind, pl.Duration):
            return _each(column.to_physical() / _UNITS[kind.time_unit])
        if kind in (pl.String, pl.Categorical, pl.Enum, pl.Null) or kind.is_temporal():
            return column.cast(pl.String)
        return _each(column)
    except _FAULTS:
        return None


def _each(column: pl.Series) -> pl.Series:
    cells = [_plain(value) for value in column.to_list()]
    return pl.Series(column.name, cells, dtype=pl.String)


def _plain(value: object) -> str | None:
    return as_string(value.decode("utf-8", "replace") if isinstance(value, bytes) else value)
