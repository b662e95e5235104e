"""JSON: an object a line, objects over several lines, or one array of objects."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from malsori.corpus.tables.cells import as_string, blank_to_null, lines_shown, no_unicode
from malsori.corpus.tables.raw import Broken, RawTable, bad_row
from malsori.errors import MalsoriError
from malsori.schema import normal

_FAULTS: Final = (ValueError, RecursionError)  # a number of 5,000 digits is a ValueError


class _TwiceError(ValueError):
    """A key with two values."""


def read_json(path: Path, text: str, notes: list[str]) -> RawTable:
    """Each object is a row; what is no object is broken."""
    values = _array(text, notes) or _lines(text, notes)
    rows = _Rows()
    first = None
    for line, value in values:
        first = first or value
        rows.add(line, value)
    if len(rows.lines) + len(rows.broken) == 1 and isinstance(first, dict):
        _check_columns(path, first)
    return rows.table(path, notes)


def _array(text: str, notes: list[str]) -> Iterator[tuple[int, Any]] | None:
    """The items of a file that is one array, numbered from 1; None if it is none."""
    if text.lstrip()[:1] != "[":
        return None
    try:
        items = _DECODER.decode(text.strip())
    except _FAULTS:
        return None
    notes.append("the file is one JSON array: its rows are numbered from 1")
    return iter(enumerate(items, start=1))


def _lines(text: str, notes: list[str]) -> Iterator[tuple[int, Any]]:
    """The objects with the line where each begins; what is none as the error that says why."""
    lines = io.StringIO(text, newline="").readlines()
    array = text.lstrip()[:1] == "["  # that does not decode as a whole
    spread: list[int] = []
    i = 0
    while i < len(lines):
        content = lines[i].strip().removeprefix("\ufeff")
        after = i + 1
        if content and not (array and content in "[]"):
            try:
                value = _DECODER.decode(content)
            except _FAULTS as error:
                value, after = _spread(lines, i, error)
                if after > i + 1:
                    spread.append(i + 1)
            yield i + 1, value
        i = after
    if spread:
        notes.append(
            f"JSON objects over several lines are read as one row each {lines_shown(spread)}"
        )


def _spread(lines: list[str], begin: int, fault: Exception) -> tuple[Any, int]:
    """The object that begins with a line and ends with another, and the line after it."""
    if not lines[begin].lstrip().startswith("{"):
        return fault, begin + 1
    margin, depth = _margin(lines[begin]), 0
    for end in range(begin, len(lines)):
        # A new object at the same margin: the one before was never closed.
        if end > begin and lines[end].lstrip().startswith("{") and _margin(lines[end]) <= margin:
            break
        depth += lines[end].count("{") - lines[end].count("}")
        if depth > 0:
            continue
        try:
            tried = "".join(lines[begin : end + 1])
            return _DECODER.decode(tried.strip().rstrip(",")), end + 1
        except _FAULTS:
            break
    return fault, begin + 1


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _TwiceError:
    """An object; an error is returned, since it is the fault of one row of what is decoded."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = normal(key)
        if isinstance(value, _TwiceError):
            return value
        if name in found and found[name] != value:
            return _TwiceError(f"key {name!r} stands twice in one object, with two values")
        found[name] = value
    return found


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object)


@dataclass
class _Rows:
    """Rows that are whole, in columns, and those that are not."""

    columns: dict[str, list[str | None]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)

    def add(self, line: int, value: Any) -> None:
        fault = None
        if isinstance(value, _TwiceError):
            fault = str(value)
        elif isinstance(value, Exception):
            fault = f"not JSON: {getattr(value, 'msg', value)}"
        elif not isinstance(value, dict):
            fault = f"a JSON {type(value).__name__}, not an object"
        if fault is None:
            try:
                record = {name: as_string(cell) for name, cell in value.items() if name}
            except _FAULTS as error:
                fault = f"it is nested too deeply ({type(error).__name__})"
            else:
                fault = no_unicode([*record, *record.values()])
        if fault is not None:
            self.broken.append(bad_row(line, fault))
            return
        for name in record:
            self.columns.setdefault(name, [None] * len(self.lines))
        for name, cells in self.columns.items():
            cells.append(record.get(name))
        self.lines.append(line)

    def table(self, path: Path, notes: list[str]) -> RawTable:
        frame = pl.DataFrame(self.columns, schema=dict.fromkeys(self.columns, pl.String))
        return RawTable(path, blank_to_null(frame), self.lines, self.broken, notes)


def _check_columns(path: Path, only: dict[str, Any]) -> None:
    """One object that holds all rows is another form than a row."""
    if only and all(isinstance(value, list | dict) for value in only.values()):
        shown = ", ".join(list(only)[:4])
        what = "whole columns" if len(only) > 1 else "all rows under one key"
        raise MalsoriError(
            f"{path} is one JSON object of {what} ({shown}), where each row should be an object",
            hint='write one object a row, as in df.to_json(…, orient="records", lines=True, '
            "force_ascii=False)",
        )
