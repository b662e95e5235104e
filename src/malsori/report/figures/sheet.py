"""A sheet to draw on, in pixels from the top left, which becomes SVG for a page."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Sequence
from typing import Final, Literal

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from malsori.report.figures.inline import NO_NOTE, Drawn, Note, inline
from malsori.report.figures.lettering import plain, shorten
from malsori.report.style import INK, PALE, QUIET, theme

Point = tuple[float, float]
Anchor = Literal["left", "center", "right"]

WIDE: Final = 640
"""px: what a figure is drawn for where there is room."""
NARROW: Final = 340
"""px: what it is drawn for on a telephone."""
NORMAL: Final = 13.0
SMALL: Final = 11.5
_DPI: Final = 72  # so that a point of matplotlib is a pixel here
_DASHES: Final = {"solid": None, "dashed": (4, 3), "dotted": (1, 2.5)}


class Sheet:
    """Lines, boxes, dots and text at places in px; later ones lie over earlier ones.

    matplotlib's own layout is not used: it measures text with the fonts of this machine, and
    the text is set with those of the reader's.

    Args:
        width: In px.
        height: In px.

    Example:
        >>> sheet = Sheet(100, 20)
        >>> sheet.text(0, 12, "불이 났어요")
        >>> ">불이 났어요</text>" in sheet.svg("a title", "a description")
        True
    """

    def __init__(self, width: float, height: float) -> None:
        self.width = float(width)
        self.height = math.ceil(height)
        with theme():
            self._figure = Figure(figsize=(self.width / _DPI, self.height / _DPI), dpi=_DPI)
        self._figure.patch.set_visible(False)
        self._place = Affine2D().scale(1, -1).translate(0, self.height)
        self._drawn: list[Drawn] = []

    def line(
        self,
        points: Sequence[Point],
        colour: str = INK,
        *,
        weight: float = 1.0,
        dash: Literal["solid", "dashed", "dotted"] = "solid",
        opacity: float | None = None,
        note: Note = NO_NOTE,
    ) -> None:
        """A line through points."""
        x, y = [p[0] for p in points], [p[1] for p in points]
        line = Line2D(x, y, color=colour, linewidth=weight, alpha=opacity)
        line.set_solid_capstyle("round")
        if dashes := _DASHES[dash]:
            line.set_linestyle((0, tuple(d / weight for d in dashes)))
        self._add(line, Drawn(note))

    def area(
        self,
        points: Sequence[Point],
        colour: str,
        *,
        opacity: float | None = None,
        note: Note = NO_NOTE,
    ) -> None:
        """A filled polygon."""
        shape = Polygon(points, facecolor=colour, edgecolor="none", alpha=opacity)
        self._add(shape, Drawn(note))

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str,
        *,
        opacity: float | None = None,
        note: Note = NO_NOTE,
    ) -> None:
        """A filled rectangle from its top left corner."""
        box = Rectangle((x, y), width, height, facecolor=colour, edgecolor="none", alpha=opacity)
        numbers = {"x": x, "y": y, "width": width, "height": height}
        self._add(box, Drawn(note, shape=("rect", numbers)))

    def dot(
        self,
        x: float,
        y: float,
        colour: str,
        *,
        radius: float = 5.0,
        hollow: bool = False,
        note: Note = NO_NOTE,
    ) -> None:
        """A disc, or a ring of the same size."""
        if hollow:
            radius -= 0.9
            disc = Circle((x, y), radius, facecolor="none", edgecolor=colour, linewidth=1.8)
        else:
            disc = Circle((x, y), radius, facecolor=colour, edgecolor="none")
        self._add(disc, Drawn(note, shape=("circle", {"cx": x, "cy": y, "r": radius})))

    def specks(self, points: Sequence[Point], colour: str, *, radius: float = 2.0) -> None:
        """Many small discs as one path: lines of no length with round ends."""
        twice = [point for point in points for _ in range(2)]
        codes = [Path.MOVETO, Path.LINETO] * len(points)
        path = PathPatch(Path(twice, codes), facecolor="none", edgecolor=colour)
        path.set_linewidth(2 * radius)
        path.set_capstyle("round")
        self._add(path, Drawn())

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
        note: Note = NO_NOTE,
    ) -> None:
        """One line of text on a baseline; shortened to `room`, its whole is then the title."""
        whole = plain(text)
        shown = whole if room is None else shorten(whole, size, room)
        if shown != whole and not note.title:
            note = Note(whole, note.values)
        letters = Text(x, y, shown, color=colour, fontsize=size, ha=anchor, va="baseline")
        letters.set_parse_math(False)
        self._add(letters, Drawn(note, size, bold))

    def rule(self, x: float, top: float, bottom: float, colour: str = PALE) -> None:
        """A thin vertical line."""
        self.line([(x, top), (x, bottom)], colour)

    def svg(self, title: str, description: str) -> str:
        """The sheet as one `<svg>` element; the same bytes for the same sheet."""
        file = io.StringIO()
        with theme(), warnings.catch_warnings():
            # The text stays text, so no glyph of this machine is needed.
            warnings.filterwarnings("ignore", message="Glyph .* missing from")
            self._figure.savefig(file, format="svg", metadata={"Date": None})
        return inline(file.getvalue(), self._drawn, title, description)

    def _add(self, artist: Artist, drawn: Drawn) -> None:
        artist.set_transform(self._place)
        artist.set_clip_on(False)
        artist.set_zorder(1)  # the order of drawing is the order of the calls
        artist.set_gid(f"drawn-{len(self._drawn)}")
        self._drawn.append(drawn)
        self._figure.add_artist(artist)


__all__ = ["INK", "NARROW", "NORMAL", "PALE", "QUIET", "SMALL", "WIDE", "Note", "Sheet"]
