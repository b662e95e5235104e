"""Text separated by commas, tabs, semicolons or bars: every line is read, told, or broken."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import polars as pl

from malsori.corpus.counting import counted, few
from malsori.corpus.tables.cells import (
    HALF,
    blank_to_null,
    lines_shown,
    no_unicode,
    odd_names,
    text_frame,
)
from malsori.corpus.tables.headers import Header, sniff
from malsori.corpus.tables.raw import Broken, RawTable, bad_row
from malsori.corpus.tables.records import Record, Records
from malsori.errors import MalsoriError
from malsori.schema import normal

# Rows that become one block of the columnar table; bounds what Python objects cost.
_BLOCK = 20_000
_OTHERS = 0.1


def read_delimited(path: Path, text: str, notes: list[str]) -> RawTable:
    """The rows below the header, those that have not its number of fields apart."""
    if not text.strip():
        raise MalsoriError(f"{path} is empty", hint="write it again, or name another table")
    layout = sniff(text, notes)
    odd = HALF.search(text) is not None
    del text
    records = Records(layout)
    first = next(iter(records), Record(1, 1, []))
    names = _header(path, first)
    notes += odd_names(first.fields)
    header = Header(first.fields)
    found = _found(records, header, odd)
    if len(found.others) > _OTHERS * len(found.rows + found.broken):
        # Cells that are called like columns so often are values.
        records = Records(layout)
        found = _found(records, Header(first.fields, others=False), odd)
    if not found.rows and found.trailing:
        notes.append("rows end in a separator that the header has not: read without it")
        records = Records(layout)
        found = _found(records, Header([*first.fields, ""]), odd, ends=True)
    cells = found.frame()
    frame = cells.select(pl.col(f"column_{i}").alias(name) for i, name in names.items())
    notes += _nameless(cells.drop(f"column_{i}" for i in names))
    found.tell(notes)
    records.tell(notes)
    return RawTable(path, blank_to_null(frame), found.rows, found.broken, notes)


def _nameless(cells: pl.DataFrame) -> list[str]:
    """What to say of columns without a name, unless they hold whole numbers, as an index does."""
    notes = []
    for column in cells:
        said = column.str.strip_chars().replace("", None)
        number = said.cast(pl.Int64, strict=False)
        if number.null_count() > said.null_count():
            first = next(iter(said.drop_nulls()))
            where = int(column.name.removeprefix("column_")) + 1
            notes.append(f"column {where} has no name and is not read (such as {first!r})")
    return notes


def _found(records: Records, header: Header, odd: bool, *, ends: bool = False) -> _Found:
    """The rows below the header; ``ends``: each of them has to end in an empty cell."""
    found = _Found(odd, header.width, ends)
    other: str | None = None  # of another header, below which rows mean something else
    for record in islice(records, 1, None):
        met = header.met(record.fields)
        if met == "repeated":
            found.headers.append(record.line)
            other = None
        elif met == "other":
            other = f"it stands below another header (line {record.line}: {few(record.fields)})"
            found.others.append(record.line)
        else:
            found.add(record, other)
    return found


@dataclass
class _Found:
    """Rows in blocks of columns, and what was met on the way."""

    odd: bool  # whether there is anything in the file that is no character
    width: int
    ends: bool = False  # whether the last cell of a row has to be empty
    rows: list[int] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    letters: list[int] = field(default_factory=list)  # rows with quotes that enclose no cell
    trailing: int = 0  # broken rows with an empty cell more than the header
    headers: list[int] = field(default_factory=list)  # lines that repeat the header
    others: list[int] = field(default_factory=list)  # lines that are another header
    _blocks: list[pl.DataFrame] = field(default_factory=list)
    _block: list[list[str]] = field(default_factory=list)

    def add(self, record: Record, other: str | None) -> None:
        fault = other or record.fault(self.width)
        if self.odd and not fault:
            fault = no_unicode(record.fields)
        if self.ends and not fault and record.fields[-1].strip():
            fault = f"{self.width} fields where the header has {self.width - 1}"
        if fault:
            self.trailing += len(record.fields) == self.width + 1 and not record.fields[-1].strip()
            self.broken.append(bad_row(record.line, fault))
            return
        if record.stray:
            self.letters.append(record.line)
        self.rows.append(record.line)
        self._block.append(record.fields)
        if len(self._block) == _BLOCK:
            self._blocks.append(text_frame(self._block, self.width))
            self._block = []

    def frame(self) -> pl.DataFrame:
        return pl.concat([*self._blocks, text_frame(self._block, self.width)])

    def tell(self, notes: list[str]) -> None:
        if self.letters:
            shown = few([str(letter) for letter in self.letters], 5)
            notes.append(f"quotes that enclose no whole cell are read as letters (row {shown})")
        if self.headers:
            times = counted(len(self.headers), "time")
            notes.append(
                f"the header stands {times} more in the middle of the file "
                f"{lines_shown(self.headers)}: no row"
            )
        if self.others:
            notes.append(
                f"another header stands in the middle of the file {lines_shown(self.others)}: "
                "the rows below it go to the quarantine; import them as a table of their own"
            )


def _header(path: Path, record: Record) -> dict[int, str]:
    """Position → name of every column that has a name."""
    where = f"{path}:{record.line}"
    if no_unicode(record.fields):
        raise MalsoriError(
            f"{where}: the header cannot be read: {no_unicode(record.fields)}",
            hint="name the encoding, as in --option encoding=cp949",
        )
    names = {i: normal(c) for i, c in enumerate(record.fields)}
    names = {i: name for i, name in names.items() if name}
    if not names:
        raise MalsoriError(f"{where}: the header names no column")
    twice = [name for name, n in Counter(names.values()).items() if n > 1]
    if twice:
        raise MalsoriError(
            f"{where}: the header names column {twice[0]!r} more than once",
            hint="rename one; if the table has no header, add one",
        )
    return names
