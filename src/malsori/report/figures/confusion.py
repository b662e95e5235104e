"""What was taken for what: counts and rates of each true class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from malsori.report.figures.lettering import plain, width_of, wrap
from malsori.report.figures.marks import NO_TOOLTIP, Tooltip
from malsori.report.figures.naming import Speak, percent, told
from malsori.report.figures.sheet import NORMAL, SMALL, WIDE, Sheet
from malsori.report.style import BLUE, INK, PALE, QUIET, VERMILION

_MOST_LABEL: Final = 0.27  # of the width
_MOST_CELL: Final = 96.0
_TWO_LINES: Final = 44.0  # height of a cell with count and rate
_ONE_LINE: Final = 28.0
_NARROWEST_RATE: Final = 34.0  # px; narrower cells show the count only
_HEAD_LINES: Final = 3
_AXIS: Final = 22.0
_GAP: Final = 10.0
_ROOMY: Final = 480  # px; below, numbered classes are named under the table
_KEY_LINE: Final = 19.0
_APART: Final = 8.0  # px between two words of one line, and what bold letters are wider
_TINY: Final = 10.0  # px; for a number of many digits in a small cell
_FAINTEST, _STRONGEST = 0.06, 0.58  # so that ink is read on every cell, in the dark too

Counts = NDArray[np.int64]


def confusion_svg(
    classes: Sequence[str], counts: ArrayLike, words: Speak, *, width: int = WIDE
) -> str:
    """Rows of each true class by what they were taken for: blue is right, vermilion is wrong.

    The stronger the colour, the larger the share of the true class. Long names are wrapped;
    where that does not help, classes are numbered. `counts` are [K, K] rows by true (first) and
    predicted class.

    Example:
        >>> from malsori.words import Words
        >>> svg = confusion_svg(["하", "상"], [[3, 1], [0, 2]], Words("en"))
        >>> 'data-true="0" data-predicted="1" data-count="1" data-rate="0.25"' in svg
        True
    """
    table = np.asarray(counts, dtype=np.int64)
    corner = max(width_of(words(f"figure.confusion.{w}"), SMALL) for w in ("actual", "total"))
    grid = _Grid.of([plain(name) for name in classes], table, width, corner)
    sheet = Sheet(grid.width(width), grid.bottom + _AXIS + 4 + grid.below)
    _heads(sheet, grid, words)
    for row in range(len(classes)):
        _row(sheet, grid, table, row)
    _predicted(sheet, grid, table, words)
    _key(sheet, grid)
    return sheet.svg(words("figure.confusion.title"), _said(grid.names, table, words))


@dataclass(frozen=True)
class _Grid:
    names: list[str]
    heads: list[list[str]]
    numbered: bool
    left: float
    top: float
    cell: float
    row: float
    totals: float
    key: bool

    @classmethod
    def of(cls, names: list[str], counts: Counts, width: float, corner: float) -> _Grid:
        totals = _GAP + max(width_of(f"{int(n):,}", NORMAL) for n in [*counts.sum(1), 0])
        widest = max(width_of(f"00 {name}", NORMAL) for name in names)
        left = max(corner, min(widest, _MOST_LABEL * width)) + _GAP
        cell = min((width - left - totals) / len(names), _MOST_CELL)
        heads = [wrap(name, SMALL, cell - 4, _HEAD_LINES) for name in names]
        numbered = any("…" in line for head in heads for line in head) or _torn(names, heads)
        key = numbered and width < _ROOMY and widest > left
        if numbered:
            heads = [[str(i + 1)] for i in range(len(names))]
        if key:
            left = corner + _GAP
            cell = min((width - left - totals) / len(names), _MOST_CELL)
        top = _AXIS + (SMALL + 3) * max(len(head) for head in heads) + 4
        row = _TWO_LINES if cell >= _NARROWEST_RATE else _ONE_LINE
        return cls(names, heads, numbered, left, top, cell, row, totals, key)

    @property
    def right(self) -> float:
        return self.left + self.cell * len(self.names)

    @property
    def bottom(self) -> float:
        return self.top + self.row * len(self.names)

    @property
    def below(self) -> float:
        """Height of the names under the table."""
        return _KEY_LINE * len(self.names) + 8 if self.key else 0.0

    def width(self, room: float) -> float:
        return room if self.key else self.right + self.totals

    def middle(self, column: int) -> float:
        return self.left + self.cell * (column + 0.5)


def _torn(names: Sequence[str], heads: Sequence[Sequence[str]]) -> bool:
    """Whether a word was broken in a way that is hard to read: more pieces than words."""
    pieces = [len(name.replace("/", " ").replace("-", " ").split()) for name in names]
    return any(len(head) > max(n, 1) for head, n in zip(heads, pieces, strict=True))


def _heads(sheet: Sheet, grid: _Grid, words: Speak) -> None:
    sheet.text(grid.left, SMALL, words("figure.confusion.predicted"), QUIET, size=SMALL)
    room = grid.left - _GAP
    true = words("figure.confusion.actual")
    sheet.text(0, grid.top - 6, true, QUIET, size=SMALL, room=room)
    for column, head in enumerate(grid.heads):
        tooltip = Tooltip(grid.names[column]) if grid.numbered else NO_TOOLTIP
        for i, line in enumerate(reversed(head)):
            y = grid.top - 6 - i * (SMALL + 3)
            middle = grid.middle(column)
            sheet.text(middle, y, line, size=SMALL, anchor="center", tooltip=tooltip)
    n = words("figure.confusion.rows")
    sheet.text(grid.right + grid.totals, grid.top - 6, n, QUIET, size=SMALL, anchor="right")


def _row(sheet: Sheet, grid: _Grid, counts: Counts, row: int) -> None:
    top = grid.top + row * grid.row
    base = top + grid.row / 2 + NORMAL * 0.35
    name, start = grid.names[row], 0.0
    if grid.numbered:
        start = width_of("00 ", NORMAL)
        place = grid.left - _GAP if grid.key else start - 5
        sheet.text(place, base, str(row + 1), QUIET, size=SMALL, anchor="right")
    if not grid.key:
        sheet.text(start, base, name, room=grid.left - _GAP - start)
    total = int(counts[row].sum())
    end = grid.right + grid.totals
    sheet.text(end, base, f"{total:,}", QUIET, anchor="right")
    for column in range(len(grid.names)):
        _cell(sheet, grid, (row, column), int(counts[row, column]), total, top)


def _cell(
    sheet: Sheet, grid: _Grid, place: tuple[int, int], count: int, total: int, top: float
) -> None:
    row, column = place
    rate = count / total if total else 0.0
    share = percent(count, total)
    values: dict[str, object] = {"true": row, "predicted": column}
    title = f"{grid.names[row]} → {grid.names[column]}: {count:,} ({share})"
    tooltip = Tooltip(title, values | {"count": count, "rate": rate if total else float("nan")})
    colour = (BLUE if row == column else VERMILION) if count else PALE
    opacity = _FAINTEST + (_STRONGEST - _FAINTEST) * rate if count else 0.3
    x, middle = grid.left + column * grid.cell, grid.middle(column)
    sheet.box(x + 1, top + 1, grid.cell - 2, grid.row - 2, colour, opacity=opacity, tooltip=tooltip)
    tone, both = (INK if count else QUIET), grid.cell >= _NARROWEST_RATE and count > 0
    base = top + grid.row / 2 + (-2 if both else NORMAL * 0.35)
    fits = width_of(f"{count:,}", NORMAL) <= grid.cell
    size = NORMAL if fits else _TINY
    bold = row == column and count > 0
    sheet.text(middle, base, f"{count:,}", tone, size=size, bold=bold, anchor="center")
    if both:
        sheet.text(middle, base + SMALL + 3, share, size=SMALL, anchor="center")


def _predicted(sheet: Sheet, grid: _Grid, counts: Counts, words: Speak) -> None:
    """How often each class was predicted; a class that never was is pointed out."""
    base = grid.bottom + SMALL + 6
    totals = [int(n) for n in counts.sum(axis=0)]
    fits = max(width_of(f"{total:,}", SMALL) for total in totals) <= grid.cell - 2
    if fits or 0 in totals:
        label = words("figure.confusion.total")
        sheet.text(0, base, label, QUIET, size=SMALL, room=grid.left - _GAP)
    never = words("figure.confusion.never")
    for column, total in enumerate(totals):
        x, middle = grid.left + column * grid.cell, grid.middle(column)
        if total:
            if fits:
                sheet.text(middle, base, f"{total:,}", QUIET, size=SMALL, anchor="center")
            continue
        sheet.box(x + 1, grid.bottom + 1, grid.cell - 2, 2.5, VERMILION)
        text = never if width_of(never, SMALL) + _APART <= grid.cell else "0"
        tooltip = Tooltip(f"{grid.names[column]}: {never}")
        sheet.text(middle, base + 3, text, size=SMALL, bold=True, anchor="center", tooltip=tooltip)


def _key(sheet: Sheet, grid: _Grid) -> None:
    """The names of numbered classes, where there is no room for them beside the table."""
    for i, name in enumerate(grid.names if grid.key else ()):
        base = grid.bottom + _AXIS + 8 + _KEY_LINE * (i + 0.75)
        start = width_of("00 ", NORMAL)
        sheet.text(start - 6, base, str(i + 1), QUIET, size=SMALL, anchor="right")
        sheet.text(start, base, name, room=sheet.width - start)


def _said(names: Sequence[str], counts: Counts, words: Speak) -> str:
    pairs: list[tuple[str, Any]] = []
    for i, name in enumerate(names):
        total = int(counts[i].sum())
        row = [f"{other} {n:,}" for other, n in zip(names, counts[i], strict=True) if n]
        right = percent(int(counts[i, i]), total)
        pairs.append((f"{name} ({right})", ", ".join(row) or "0"))
    never = [n for n, total in zip(names, counts.sum(0), strict=True) if not total]
    return told([*pairs, *((name, words("figure.confusion.never")) for name in never)])
