"""What the terminal shows: tables, and numbers with sensible digits."""

from __future__ import annotations

import math
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from malsori.folding import CUT, fold, widths
from malsori.folding import width as width  # noqa: PLC0414 - others have it from here

CLASSES = 20
"""So many classes are shown one by one; of more, these with most rows."""


def largest(counts: Sequence[float], most: int = CLASSES) -> list[int]:
    """The places of the largest counts, in the order of the places.

    Example:
        >>> largest([3, 9, 1, 5], 2)
        [1, 3]
    """
    return sorted(sorted(range(len(counts)), key=lambda k: -counts[k])[:most])


@dataclass(frozen=True)
class Column:
    """A column's heading and how its cells are aligned."""

    name: str
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True)
class Table:
    """One table, shown alike in a terminal, in Markdown and as records for JSON.

    Example:
        >>> print(Table("Calls", ["class", Column("n", "right")], [["하", 12], ["상", 3]]).text())
        Calls
        class   n
        하     12
        상      3
    """

    title: str
    columns: Sequence[Column | str]  # headings; a plain string is a left-aligned column
    rows: Sequence[Sequence[object]]  # cells; None becomes a dash
    note: str | None = None  # a line below the table

    @property
    def headings(self) -> list[Column]:
        """The columns, all as `Column`."""
        return [c if isinstance(c, Column) else Column(c) for c in self.columns]

    def cells(self) -> list[list[str]]:
        """Every cell as text."""
        return [["–" if cell is None else str(cell) for cell in row] for row in self.rows]

    def text(self) -> str:
        """Plain text with aligned columns; a Hangul syllable counts as two."""
        head = self.headings
        lines = [[column.name for column in head], *self.cells()]
        widths = [max(width(line[i]) for line in lines) for i in range(len(head))]
        body = [
            "  ".join(
                _pad(c, w, h.align) for c, w, h in zip(line, widths, head, strict=True)
            ).rstrip()
            for line in lines
        ]
        longest = max([100, *(width(line) for line in body)])
        remarks = self.note.split("\n") if self.note else []
        note = "\n".join(wrapped(remark, longest) for remark in remarks)
        return "\n".join(part for part in [self.title, *body, note] if part)

    def records(self) -> list[dict[str, object]]:
        """One mapping from heading to cell for every row."""
        names = [column.name for column in self.headings]
        return [dict(zip(names, row, strict=True)) for row in self.rows]


def _pad(text: str, to: int, align: str) -> str:
    space = " " * (to - width(text))
    return space + text if align == "right" else text + space


def number(value: float | None, digits: int = 3) -> str:
    """A number with fixed digits; a dash where there is none.

    Example:
        >>> number(0.12345), number(None), number(-0.0001)
        ('0.123', '–', '0.000')
    """
    if value is None or math.isnan(value):
        return "–"
    return f"{value:z.{digits}f}"  # nothing is not less than nothing


def show(table: Table) -> None:
    """Prints a table on standard output: in colour on a terminal, plain into a pipe."""
    if not sys.stdout.isatty():
        print(table.text() + "\n")  # noqa: T201
        return
    from rich import box  # noqa: PLC0415 - `malsori --help` stays fast
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table as RichTable  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    rich = RichTable(
        title=Text(table.title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
    )
    console = Console()
    for column in table.headings:
        rich.add_column(Text(column.name), justify=column.align, overflow="fold")
    rows = fitted(table, console.width)
    for row in rows:
        rich.add_row(*[Text(cell) for cell in row])
    console.print(rich)
    if str(rows).count(CUT) > str(table.cells()).count(CUT):
        console.print(Text(f"{CUT}: shortened to fit; a pipe or a file gets it whole", style="dim"))
    if table.note:
        console.print(Text(table.note, style="dim"))


def fitted(table: Table, columns: int) -> list[list[str]]:
    r"""The cells for a terminal: where it is too narrow, intervals go below their numbers.

    Where that is not enough, other cells are folded, see `folding.fold`.

    Example:
        >>> fitted(Table("t", ["skill"], [["0.58 [0.48, 0.67]"]]), 18)
        [['0.58\n[0.48, 0.67]']]
    """
    cells, head = table.cells(), [column.name for column in table.headings]
    room = columns - 3 * len(head) - 1  # what is left between the cells
    if _taken([head, *cells]) <= room:
        return cells
    cells = [[cell.replace(" [", "\n[").replace(" ± ", "\n± ") for cell in row] for row in cells]
    if _taken([head, *cells]) <= room:
        return cells
    fixed = [column.align == "right" for column in table.headings]
    chosen = widths([head, *cells], fixed, room)
    if sum(chosen) > room:
        return cells
    return [
        [cell if f else fold(cell, w) for cell, f, w in zip(row, fixed, chosen, strict=True)]
        for row in cells
    ]


def _taken(lines: Sequence[Sequence[str]]) -> int:
    """Columns of a terminal that the cells take side by side."""
    return sum(
        max(width(line) for cell in column for line in cell.split("\n"))
        for column in zip(*lines, strict=True)
    )


def wrapped(text: str, columns: int = 100, indent: str = "") -> str:
    """A paragraph broken between words, as wide as a terminal or at most `columns`.

    Args:
        text: One paragraph.
        columns: Most columns; a narrower terminal counts.
        indent: What further lines begin with.

    Example:
        >>> print(wrapped("the tasks push apart", 12))
        the tasks
        push apart
    """
    most = min(columns, shutil.get_terminal_size((columns, 24)).columns)
    lines, line = [], ""
    for word in text.split():
        if line and width(line) + 1 + width(word) > most:
            lines.append(line)
            line = indent + word
        else:
            line = f"{line} {word}" if line.strip() else line + word
    return "\n".join([*lines, line])
