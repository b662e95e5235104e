"""A sheet to draw on, in pixels from the top left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Literal

from malsori.report.figures.lettering import plain, shorten
from malsori.report.figures.marks import (
    NO_TOOLTIP,
    Anchor,
    Box,
    Disc,
    Letters,
    Lines,
    Mark,
    Point,
    Tooltip,
)
from malsori.report.figures.svg import svg_of
from malsori.report.style import INK, PALE

WIDE: Final = 640
"""px: what a figure is drawn for where there is room."""
NARROW: Final = 340
"""px: what it is drawn for on a telephone."""
NORMAL: Final = 13.0
SMALL: Final = 11.5
_DASHES: Final[dict[str, tuple[float, ...]]] = {
    "solid": (),
    "dashed": (4, 3),
    "dotted": (1, 2.5),
}


class Sheet:
    """Lines, boxes, dots and text at places in px; later ones lie over earlier ones.

    No font of this machine is asked: the text is set with those of the reader's.

    Example:
        >>> sheet = Sheet(100, 20)
        >>> sheet.text(0, 12, "불이 났어요")
        >>> ">불이 났어요</text>" in sheet.svg("a title", "a description")
        True
    """

    def __init__(self, width: float, height: float) -> None:
        self.width = float(width)
        self.height = math.ceil(height)
        self.marks: list[Mark] = []

    def line(
        self,
        points: Sequence[Point],
        colour: str = INK,
        *,
        weight: float = 1.0,
        dash: Literal["solid", "dashed", "dotted"] = "solid",
        opacity: float = 1.0,
        tooltip: Tooltip = NO_TOOLTIP,
    ) -> None:
        """A line through points."""
        lines = Lines([points])
        self.marks.append(Mark(lines, "", colour, weight, _DASHES[dash], opacity, tooltip))

    def area(
        self,
        points: Sequence[Point],
        colour: str,
        *,
        opacity: float = 1.0,
        tooltip: Tooltip = NO_TOOLTIP,
    ) -> None:
        """A filled polygon."""
        self.marks.append(Mark(Lines([points]), colour, opacity=opacity, tooltip=tooltip))

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str,
        *,
        opacity: float = 1.0,
        tooltip: Tooltip = NO_TOOLTIP,
    ) -> None:
        """A filled rectangle from its top left corner."""
        self.marks.append(Mark(Box(x, y, width, height), colour, opacity=opacity, tooltip=tooltip))

    def dot(
        self,
        x: float,
        y: float,
        colour: str,
        *,
        radius: float = 5.0,
        hollow: bool = False,
        tooltip: Tooltip = NO_TOOLTIP,
    ) -> None:
        """A disc, or a ring of the same size."""
        if hollow:
            ring = Disc(x, y, radius - 0.9)
            self.marks.append(Mark(ring, stroke=colour, weight=1.8, tooltip=tooltip))
        else:
            self.marks.append(Mark(Disc(x, y, radius), colour, tooltip=tooltip))

    def specks(self, points: Sequence[Point], colour: str, *, radius: float = 2.0) -> None:
        """Many small discs as one path: lines of no length with round ends."""
        self.marks.append(Mark(Lines([(p, p) for p in points]), stroke=colour, weight=2 * radius))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        colour: str = INK,
        *,
        size: float = NORMAL,
        bold: bool = False,
        anchor: Anchor = "left",
        room: float | None = None,
        tooltip: Tooltip = NO_TOOLTIP,
    ) -> None:
        """One line of text on a baseline; shortened to `room`, its whole is then the title."""
        whole = plain(text)
        shown = whole if room is None else shorten(whole, size, room)
        if shown != whole and not tooltip.title:
            tooltip = Tooltip(whole, tooltip.values)
        letters = Letters(x, y, shown, size, bold, anchor)
        self.marks.append(Mark(letters, colour, tooltip=tooltip))

    def rule(self, x: float, top: float, bottom: float, colour: str = PALE) -> None:
        """A thin vertical line."""
        self.line([(x, top), (x, bottom)], colour)

    def svg(self, title: str, description: str, *, alone: bool = False) -> str:
        """The sheet as one `<svg>` element for a page, or for a file that stands `alone`."""
        return svg_of(self.marks, (self.width, self.height), title, description, alone=alone)
