"""The header of a separated table: its separator, and lines in the middle that repeat it."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Final

from malsori.corpus.counting import counted
from malsori.schema import normal

DELIMITERS: Final = {",": "comma", "\t": "tab", ";": "semicolon"}

_EXCEL: Final = re.compile(r'"?sep=(.)"?[,;\t]*\s*', re.IGNORECASE)
_QUOTED: Final = re.compile(r'"[^"]*"')
_MARK: Final = re.compile("(?<=[\r\n])\ufeff")
_UNUSUAL: Final = "|"
_MOST: Final = 0.6


def sniff(text: str, notes: list[str]) -> tuple[list[str], str, int]:
    """The lines, the delimiter, and how many lines stand before the header.

    The delimiter is the one that Excel's line ``sep=;`` names, else the one that occurs most often
    in the header outside quotes; comma if none does.
    """
    text, marks = _MARK.subn("", text)
    if marks:
        notes.append(f"{counted(marks, 'byte order mark')} in the middle of the file left out")
    lines = io.StringIO(text, newline="").readlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    named = _EXCEL.fullmatch(lines[first]) if lines else None
    if named is not None:
        notes.append(f"line {first + 1} is Excel's: the separator is {_called(named[1])}")
        return lines, named[1], first + 1
    header = _QUOTED.sub("", lines[first]) if lines else ""
    delimiter = max(DELIMITERS, key=header.count)
    if not header.count(delimiter) and _UNUSUAL in header:
        delimiter = _UNUSUAL
        notes.append(f"the separator is {_called(delimiter)}")
    return lines, delimiter, first


def _called(delimiter: str) -> str:
    return DELIMITERS.get(delimiter, repr(delimiter))


class Header:
    """Names of columns as they are compared with the cells of a line further down."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.cells = [normal(cell).casefold() for cell in cells]
        self.names = {cell for cell in self.cells if cell}

    def is_repeated(self, fields: Sequence[str]) -> bool:
        """Whether a line is the header once more, as where files were joined."""
        if len(self.names) < 2 or len(fields) != len(self.cells):
            return False
        return fields[-1].strip().casefold() in {*self.names, ""} and self.cells == [
            normal(cell).casefold() for cell in fields
        ]

    def is_other(self, fields: Sequence[str]) -> bool:
        """Whether a line is the header of other columns: most of its cells are names."""
        if len(self.names) < 2 or not any(f.strip().casefold() in self.names for f in fields[:3]):
            return False
        cells = [normal(cell).casefold() for cell in fields]
        cells = [cell for cell in cells if cell]
        known = {cell for cell in cells if cell in self.names}
        return len(known) >= max(2, _MOST * len(cells)) and len(set(cells)) == len(cells)
