"""Rows of separated text: quotes are believed where they make cells, and take no row with them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from malsori.corpus.counting import counted
from malsori.corpus.tables.cells import lines_shown
from malsori.corpus.tables.headers import Layout

# Cells of any length are read: a stored vector, a whole conversation. More fits no C long.
csv.field_size_limit(2**31 - 1)

_SAMPLE: Final = 2_000
_RARE: Final = 0.02
_CLOSED: Final = 0.95
_LONG: Final = 6
_WORD: Final = re.compile(r"[^\W\d_]+")
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True)
class Record:
    """Fields of a row, its first and last line, and whether quotes in it are out of place."""

    line: int
    last: int
    fields: list[str]
    stray: bool = False
    quoting: bool = True  # whether a quote may open a cell that never closes

    def fault(self, width: int) -> str | None:
        """What is wrong with the row, if anything."""
        if self.stray and self.quoting and "".join(self.fields).count('"') % 2:
            return "a quote opens and is not closed where the cell ends"
        if len(self.fields) == width:
            return None
        fault = f"{len(self.fields)} fields where the header has {width}"
        if self.last > self.line:
            fault += f"; it spans lines {self.line} to {self.last} inside a quote"
        return fault


class Records:
    """Rows that are not blank, the header first.

    A row with quotes out of place takes no others with it: it ends with its line, and reading goes
    on with the next. Nor does a quote that closes some rows further down: where the lines within
    such a cell are rows themselves, each is one.

    Args:
        layout: of the file.
    """

    def __init__(self, layout: Layout) -> None:
        self.lines, self.delimiter, self.begin = layout.lines, layout.delimiter, layout.begin
        self.swallowed: list[int] = []  # lines that are rows, though a quote was open
        self.returns: list[int] = []  # lines with a CR within a cell
        self._form: dict[str, Any] = {
            "delimiter": self.delimiter,
            "strict": True,
            "skipinitialspace": layout.spaced,
        }
        self._read = self.begin
        self._width = 0

    def __iter__(self) -> Iterator[Record]:
        self.swallowed, self.returns = [], []
        for record in self._quoted():
            self._width = self._width or len(record.fields)
            if record.last > record.line and self._swallows(record):
                self.swallowed.append(record.line)
                within = range(record.line - 1, record.last)
                yield from (self._alone(i) for i in within if self.lines[i].strip())
            else:
                yield record
            self._read = record.last

    def tell(self, notes: list[str]) -> None:
        """Say which quotes were not believed, and if any line was not read."""
        if self.swallowed:
            cells = counted(len(self.swallowed), "quote opens", "quotes open")
            notes.append(
                f"{cells} in one row and would end in another {lines_shown(self.swallowed)}: "
                "read as a letter, each line as a row of its own"
            )
        if self.returns:
            notes.append(f"carriage returns within cells are blanks {lines_shown(self.returns)}")
        rest = sum(bool(line.strip()) for line in self.lines[self._read :])
        if rest:
            notes.append(f"{counted(rest, 'line')} at the end could not be read as rows")

    def _quoted(self) -> Iterator[Record]:
        """Rows as their quotes say, those with quotes out of place line by line."""
        begin = self.begin
        while begin < len(self.lines):
            rest = (self.lines[i] for i in range(begin, len(self.lines)))
            reader = csv.reader(rest, **self._form)
            last = begin
            try:
                for fields in reader:
                    first, last = last, begin + reader.line_num
                    if any(map(str.strip, fields)) or len(fields) > 1:
                        yield Record(first + 1, last, fields)
            except csv.Error:
                yield self._letters(last)
                begin = last + 1
            else:
                return

    def _letters(self, i: int) -> Record:
        """A line in which quotes are letters, unless only a CR stands in the way."""
        line = self.lines[i].rstrip("\r\n")
        if "\r" in line:
            self.returns.append(i + 1)
            line = line.replace("\r", " ")
            with suppress(csv.Error, ValueError):
                (fields,) = csv.reader([line], **self._form)
                return Record(i + 1, i + 1, fields)
        fields = line.split(self.delimiter)
        return Record(i + 1, i + 1, fields, stray=True, quoting=self.delimiter != "\t")

    def _alone(self, i: int) -> Record:
        """A line as a row of its own; its quotes are believed if they close in it."""
        try:
            (fields,) = csv.reader([self.lines[i]], **self._form)
        except (csv.Error, ValueError):
            fields = self.lines[i].rstrip("\r\n").split(self.delimiter)
        return Record(i + 1, i + 1, fields)

    # -- cells that take rows with them -----------------------------------------------------

    def _swallows(self, record: Record) -> bool:
        """Whether lines within a row's quotes are rows themselves."""
        if record.line == self.begin + 1 or self._width < 2:
            return False
        # The row with the quote is whole as well.
        if len(_split(self.lines[record.line - 1], self.delimiter)) < self._width:
            return False
        whole = len(record.fields) == self._width
        inner = range(record.line, record.last if whole else record.last - 1)
        found = [i for i in inner if self._looks_like_row(i, i == record.last - 1)]
        return 2 * len(found) >= max(1, len(inner)) and bool(found)

    def _looks_like_row(self, i: int, closing: bool) -> bool:
        cells = _split(self.lines[i], self.delimiter)
        if len(cells) != self._width:
            return False
        # Within a text a blank follows the comma.
        if not self._spaced and any(cell[:1] == " " for cell in cells[1:]):
            return False
        usual = self._usual
        if closing:  # the cell that ends with the quote is like no other
            ends = [cell[-1:] == '"' != cell[:1] for cell in cells]
            usual = [set() if end else u for end, u in zip(ends, usual, strict=False)]
        if not any(usual):  # nothing to compare with: only tabs are hardly ever within a text
            return self.delimiter == "\t" and self._header_bare
        like = ({_shape(cell), _size(cell)} for cell in cells)
        return all(not its or its & own for its, own in zip(usual, like, strict=True))

    @cached_property
    def _header_bare(self) -> bool:
        return '"' not in self.lines[self.begin]

    @cached_property
    def _sample(self) -> list[Sequence[str]]:
        """Lines that are rows by themselves; one with an odd number of quotes may be none."""
        step = max(1, len(self.lines) // _SAMPLE)
        lines = [line for line in self.lines[self.begin + 1 :: step] if line.count('"') % 2 == 0]
        split = (_split(line, self.delimiter) for line in lines)
        return [cells for cells in split if len(cells) == self._width]

    @cached_property
    def _spaced(self) -> bool:
        """Whether the cells of rows begin with a blank."""
        spaced = sum(any(cell[:1] == " " for cell in cells[1:]) for cells in self._sample)
        return spaced > _RARE * len(self._sample)

    @cached_property
    def _usual(self) -> list[set[str]]:
        """The shapes or sizes of nearly all cells of each column; none where they vary."""
        columns = zip(*self._sample, strict=True)
        return [_closed(map(_shape, cells)) or _closed(map(_size, cells)) for cells in columns]


def _split(line: str, delimiter: str) -> Sequence[str]:
    return line.rstrip("\r\n").split(delimiter)


def _shape(cell: str) -> str:
    """What a cell looks like: ``u12`` as ``a0``, ``w/u12.wav`` as ``a/a0.a``."""
    return _NUMBER.sub("0", _WORD.sub("a", cell))[:40]


def _size(cell: str) -> str:
    """The length of a cell that is one long word, such as a checksum."""
    return f"={len(cell)}" if len(cell) >= _LONG and not re.search(r"\s", cell) else " "


def _closed(shapes: Iterable[str]) -> set[str]:
    """The few shapes that nearly all cells have; none of them is that of a text."""
    counts = Counter(shapes)
    total = counts.total()
    often = {shape: n for shape, n in counts.items() if n >= _RARE * total}
    if sum(often.values()) < _CLOSED * total or 2 * len(often) > total + 1:
        return set()
    return set() if any(" " in shape for shape in often) else set(often)
