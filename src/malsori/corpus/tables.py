"""Tables as people have them: CSV, TSV, JSON lines, Parquet, in several encodings, as strings.

Every value becomes a string or null; what it means is decided in ``inference``. Rows keep the
line number that an editor shows, so that a person finds them again.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from malsori.archives import divided
from malsori.corpus.counting import few
from malsori.corpus.decoding import decode
from malsori.errors import MalsoriError
from malsori.schema import normal

SUFFIXES: Final = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".parquet")
DELIMITERS: Final = {",": "comma", "\t": "tab", ";": "semicolon"}

# Rows that become one block of the columnar table; bounds what Python objects cost.
_BLOCK = 20_000


@dataclass(frozen=True)
class Broken:
    """A row that cannot be part of the corpus, as ``quarantine.parquet`` tells it."""

    row: int
    id: str | None
    file: str | None
    reason: str
    detail: str


@dataclass(frozen=True)
class RawTable:
    """A table before anything is decided about it."""

    path: Path
    frame: pl.DataFrame  # string columns as the header names them; empty cells are null
    rows: list[int]  # line number of each row in the file (of a Parquet file: 1, 2, …)
    # Rows that have not the header's number of fields, or are no JSON object
    broken: list[Broken] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was guessed (encoding, delimiter)


def read_table(path: Path, *, encoding: str | None = None) -> RawTable:
    """Read a table by its suffix.

    Args:
        path: ``.csv``, ``.tsv``, ``.txt`` (comma, tab or semicolon, by the header), ``.jsonl``,
            ``.ndjson`` or ``.parquet``; a text file may be a member, ``a.zip::calls.csv``.
        encoding: of a text file; None tries UTF-8 with and without a mark, then CP949.

    Raises:
        MalsoriError: no such file, another suffix, another encoding (with the line), a header
            that names a column twice, or not one row.
    """
    if not divided(path)[0].is_file():
        raise MalsoriError(f"{path}: no such file")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise MalsoriError(
            f"{path}: a table ends in {', '.join(SUFFIXES)}", hint="export it as CSV, in UTF-8"
        )
    if suffix == ".parquet":
        table = _read_parquet(path)
    else:
        text, notes = decode(path, encoding)
        read = _read_jsonl if suffix in {".jsonl", ".ndjson"} else _read_delimited
        table = read(path, text, notes)
    if not table.rows and not table.broken:
        raise MalsoriError(f"{path} holds no rows", hint="a header alone makes no corpus")
    return table


# -- comma, tab, semicolon ----------------------------------------------------------------------


def _read_delimited(path: Path, text: str, notes: list[str]) -> RawTable:
    records = _records(text, _sniff(text))
    header = next(records, _Record(1, 1, [])).fields
    names = _header(path, header)
    blocks: list[pl.DataFrame] = []
    block: list[list[str]] = []
    rows: list[int] = []
    broken: list[Broken] = []
    letters: list[int] = []
    for record in records:
        fault = record.fault(len(header))
        if fault:
            broken.append(Broken(record.line, None, None, "bad-row", fault))
            continue
        if record.stray:
            letters.append(record.line)
        rows.append(record.line)
        block.append(record.fields)
        if len(block) == _BLOCK:
            blocks.append(_frame(block, len(header)))
            block = []
    if letters:
        shown = few([str(letter) for letter in letters], 5)
        notes.append(f"quotes that enclose no whole cell are read as letters (row {shown})")
    frame = pl.concat([*blocks, _frame(block, len(header))])
    named = frame.select(pl.col(f"column_{i}").alias(name) for i, name in names.items())
    return RawTable(path, _blank_to_null(named), rows, broken, notes)


def _sniff(text: str) -> str:
    """The delimiter that occurs most often in the header outside quotes; comma if none does."""
    header = re.sub(r'"[^"]*"', "", next(io.StringIO(text), ""))
    return max(DELIMITERS, key=header.count)


@dataclass(frozen=True)
class _Record:
    """Fields of a row, its first and last line, and whether quotes in it are out of place."""

    line: int
    last: int
    fields: list[str]
    stray: bool = False

    def fault(self, width: int) -> str | None:
        """What is wrong with the row, if anything."""
        if self.stray and "".join(self.fields).count('"') % 2:
            return "a quote opens and is not closed where the cell ends"
        if len(self.fields) == width:
            return None
        fault = f"{len(self.fields)} fields where the header has {width}"
        if self.last > self.line:
            fault += f"; it spans lines {self.line} to {self.last} inside a quote"
        return fault


def _records(text: str, delimiter: str) -> Iterator[_Record]:
    """Rows that are not blank.

    One with quotes out of place takes no others with it: it ends with its line, and reading
    goes on with the next.
    """
    lines = io.StringIO(text, newline="").readlines()
    begin = 0
    while begin < len(lines):
        rest = (lines[i] for i in range(begin, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        first = last = begin
        try:
            for fields in reader:
                first, last = last, begin + reader.line_num
                if fields:
                    yield _Record(first + 1, last, fields)
        except csv.Error:
            as_letters = csv.reader([lines[last]], delimiter=delimiter, quoting=csv.QUOTE_NONE)
            yield _Record(last + 1, last + 1, next(as_letters), stray=True)
            begin = last + 1
        else:
            return


def _header(path: Path, cells: Sequence[str]) -> dict[int, str]:
    """Position → name of every column that has a name."""
    names = {i: normal(c) for i, c in enumerate(cells)}
    names = {i: name for i, name in names.items() if name}
    if not names:
        raise MalsoriError(f"{path}:1: the header names no column")
    twice = [name for name, n in Counter(names.values()).items() if n > 1]
    if twice:
        raise MalsoriError(
            f"{path}:1: the header names column {twice[0]!r} more than once", hint="rename one"
        )
    return names


def _frame(block: Sequence[Sequence[str | None]], width: int) -> pl.DataFrame:
    schema = [(f"column_{i}", pl.String) for i in range(width)]
    return pl.DataFrame(block, schema=schema, orient="row")


def _blank_to_null(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells of nothing but white space say nothing."""
    return frame.with_columns(pl.when(pl.all().str.strip_chars() != "").then(pl.all()).name.keep())


# -- JSON lines ---------------------------------------------------------------------------------


def _read_jsonl(path: Path, text: str, notes: list[str]) -> RawTable:
    columns: dict[str, list[str | None]] = {}
    rows: list[int] = []
    broken: list[Broken] = []
    for line, content in enumerate(io.StringIO(text), start=1):
        if not content.strip():
            continue
        try:
            record = json.loads(content)
        except json.JSONDecodeError as error:
            broken.append(Broken(line, None, None, "bad-row", f"not JSON: {error.msg}"))
            continue
        if not isinstance(record, dict):
            what = type(record).__name__
            broken.append(Broken(line, None, None, "bad-row", f"a JSON {what}, not an object"))
            continue
        record = {normal(key): value for key, value in record.items()}
        for key in record:
            columns.setdefault(key, [None] * len(rows))
        for key, values in columns.items():
            values.append(as_string(record.get(key)))
        rows.append(line)
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return RawTable(path, _blank_to_null(frame), rows, broken, notes)


def as_string(value: Any) -> str | None:
    """A value as a table cell: whole numbers without ``.0``, null and NaN as nothing.

    Example:
        >>> as_string(1.0), as_string(True), as_string(float("nan")), as_string(["a"])
        ('1', 'true', None, '["a"]')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


# -- Parquet ------------------------------------------------------------------------------------


def _read_parquet(path: Path) -> RawTable:
    try:
        frame = pl.read_parquet(path)
        frame = frame.rename({name: normal(name) for name in frame.columns})
    except (OSError, pl.exceptions.PolarsError) as error:
        raise MalsoriError(f"{path} is not a Parquet file: {error}") from error
    notes: list[str] = []
    columns: list[pl.Series] = []
    for column in frame:
        if column.dtype == pl.List(pl.String):
            columns.append(
                pl.Series(column.name, map(as_string, column.to_list()), dtype=pl.String)
            )
        elif column.dtype.is_nested() or column.dtype in (pl.Binary, pl.Object):
            notes.append(f"column {column.name!r} of {path.name} holds {column.dtype}: not read")
        elif column.dtype == pl.String:
            columns.append(column)
        elif column.dtype in (pl.Categorical, pl.Enum) or column.dtype.is_temporal():
            columns.append(column.cast(pl.String))
        else:
            cells = [as_string(v) for v in column.to_list()]
            columns.append(pl.Series(column.name, cells, dtype=pl.String))
    rows = list(range(1, frame.height + 1))
    return RawTable(path, _blank_to_null(pl.DataFrame(columns)), rows, [], notes)
