"""The header of a separated table: its separator, and lines in the middle that repeat it."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from malsori.corpus.counting import counted
from malsori.schema import normal

DELIMITERS: Final = {",": "comma", "\t": "tab", ";": "semicolon"}

_EXCEL: Final = re.compile(r'"?sep=(.)"?[,;\t]*\s*', re.IGNORECASE)
_QUOTED: Final = re.compile(r'"[^"]*"')
_MARK: Final = re.compile("(?<=[\r\n])\ufeff")
_RETURN: Final = re.compile(r"\r(?![\r\n])")
_SAMPLE: Final = 200
_UNUSUAL: Final = "|"
_MOST: Final = 0.6


@dataclass(frozen=True)
class Layout:
    """How a text is parted into cells."""

    lines: list[str]  # with their ends
    delimiter: str
    begin: int = 0  # lines before the header
    spaced: bool = False  # blanks stand before quotes, and are no part of a cell


def sniff(text: str, notes: list[str]) -> Layout:
    """The layout of a table.

    The delimiter is the one that Excel's line ``sep=;`` names, else the one that occurs most often
    in the header outside quotes; comma if none does.
    """
    text, marks = _MARK.subn("", text)
    if marks:
        notes.append(f"{counted(marks, 'byte order mark')} in the middle of the file left out")
    # Where lines end in LF, a CR by itself stands within a cell.
    newline = "\n" if text.count("\n") > 2 * len(_RETURN.findall(text)) else ""
    lines = io.StringIO(text, newline=newline).readlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    named = _EXCEL.fullmatch(lines[first]) if lines else None
    if named is not None:
        notes.append(f"line {first + 1} is Excel's: the separator is {_called(named[1])}")
        return Layout(lines, named[1], first + 1, _is_spaced(lines[first + 1 :], named[1]))
    header = _QUOTED.sub("", lines[first]) if lines else ""
    delimiter = max(DELIMITERS, key=header.count)
    if not header.count(delimiter) and _UNUSUAL in header:
        delimiter = _UNUSUAL
        notes.append(f"the separator is {_called(delimiter)}")
    spaced = _is_spaced(lines[first:], delimiter)
    if spaced:
        notes.append("blanks between a separator and a quote are left out")
    return Layout(lines, delimiter, first, spaced)


def _is_spaced(lines: Sequence[str], delimiter: str) -> bool:
    """Whether quotes come after blanks, in the header or in most lines."""
    quote = re.compile(re.escape(delimiter) + ' +"')
    some = lines[:_SAMPLE]
    found = sum(quote.search(line) is not None for line in some)
    return bool(some) and (quote.search(some[0]) is not None or 2 * found >= len(some))


def _called(delimiter: str) -> str:
    return DELIMITERS.get(delimiter, repr(delimiter))


class Header:
    """Names of columns as they are compared with the cells of a line further down.

    Args:
        cells: of the header.
        others: whether lines that are headers of other columns are looked for.
    """

    def __init__(self, cells: Sequence[str], *, others: bool = True) -> None:
        self.width, self.others = len(cells), others
        self.cells = [normal(cell).casefold() for cell in cells]
        self.names = {cell for cell in self.cells if cell}
        # Nearly every row is told apart by this alone.
        ways = (str.strip, normal, str.casefold, str.upper, str.title)
        self._quick = {way(cell) for way in ways for cell in (*cells, *self.names)} - {""}

    def met(self, fields: Sequence[str]) -> Literal["repeated", "other"] | None:
        """Whether a line is the header once more, as where files were joined, or that of others.

        Most cells of another header are names of this one, too.
        """
        if len(self.names) < 2 or self._quick.isdisjoint(fields):
            return None
        cells = [normal(cell).casefold() for cell in fields]
        if cells == self.cells:
            return "repeated"
        if not self.others:
            return None
        cells = [cell for cell in cells if cell]
        known = {cell for cell in cells if cell in self.names}
        most = len(known) >= max(2, _MOST * len(cells)) and len(set(cells)) == len(cells)
        return "other" if most else None
