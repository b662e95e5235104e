"""Draws the marks of a sheet once more with matplotlib, for PNG and PDF."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Patch, PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from malsori.report.figures.marks import Box, Disc, Letters, Lines, Mark, Point
from malsori.report.figures.sheet import Sheet
from malsori.report.style import PAPER
from malsori.reporting import say

_POINTS: Final = 72  # an inch, so that a point of matplotlib is a pixel of the sheet
_SHARP: Final = 2  # pixels of a PNG for one of the sheet, in each direction
_HANGUL: Final = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_HANGUL_FONTS: Final = (
    "Noto Sans KR",
    "Noto Sans CJK KR",
    "Noto Sans CJK JP",  # one file holds all of them and is often listed by this name
    "Pretendard",
    "NanumGothic",
    "NanumBarunGothic",
    "Apple SD Gothic Neo",
    "AppleGothic",
    "Malgun Gothic",
    "UnDotum",
)

# They would tell that a font's bold is called 600, and which of its tables a PDF leaves out.
for _name in ("matplotlib.font_manager", "fontTools.subset"):
    logging.getLogger(_name).setLevel(logging.ERROR)


def replay(sheet: Sheet, path: Path, kind: str) -> None:
    """Writes a sheet as `png` or `pdf`, on white.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     replay(Sheet(9, 9), Path(folder) / "empty", "png")
        ...     (Path(folder) / "empty").read_bytes()[1:4]
        b'PNG'
    """
    letters = [m.shape.text for m in sheet.marks if isinstance(m.shape, Letters)]
    families = ["DejaVu Sans"]
    if any(map(_HANGUL.search, letters)):
        if font := hangul_font():
            families.append(font)
        else:
            _say_no_hangul()
    # A class may be called "$".
    settings: Any = {"font.family": families, "text.parse_math": False, "pdf.fonttype": 42}
    with mpl.rc_context(settings), warnings.catch_warnings():
        # Said in words instead.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        metadata: Any = {"CreationDate": None} if kind == "pdf" else {}
        _figure(sheet).savefig(path, format=kind, dpi=_SHARP * _POINTS, metadata=metadata)


def _figure(sheet: Sheet) -> Figure:
    size = (sheet.width / _POINTS, sheet.height / _POINTS)
    figure = Figure(figsize=size, dpi=_POINTS, facecolor=PAPER)
    inches = Affine2D().translate(0, -sheet.height).scale(1 / _POINTS, -1 / _POINTS)
    for mark in sheet.marks:
        artist = _artist(mark)
        artist.set_transform(inches + figure.dpi_scale_trans)
        artist.set_clip_on(False)
        artist.set_zorder(1)  # the order of drawing is the order of the marks
        figure.add_artist(artist)
    return figure


@cache
def hangul_font() -> str | None:
    """The first installed font that is known to have Hangul, or None."""
    if _first_known() is None:
        _add_new_fonts()
    return _first_known()


def _first_known() -> str | None:
    known = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in _HANGUL_FONTS if name in known), None)


def _add_new_fonts() -> None:
    """What was installed since matplotlib, at its first start, made its list of fonts."""
    known = {font.fname for font in font_manager.fontManager.ttflist}
    for file in font_manager.findSystemFonts():
        if file not in known:
            # One that it cannot use, such as an emoji font of bitmaps, is none for Hangul.
            with suppress(RuntimeError, NotImplementedError, OSError):
                font_manager.fontManager.addfont(file)


def _artist(mark: Mark) -> Artist:
    if isinstance(mark.shape, Letters):
        return _text(mark.shape, mark.fill)
    patch = _patch(mark.shape)
    patch.set_facecolor(mark.fill or "none")
    patch.set_edgecolor(mark.stroke or "none")
    patch.set_linewidth(mark.weight)
    patch.set_alpha(mark.opacity)
    patch.set_snap(False)  # else gaps between narrow columns are not equal
    patch.set_joinstyle("round")
    patch.set_capstyle("butt" if mark.dash else "round")
    if mark.dash:
        # matplotlib measures dashes in widths of their line.
        patch.set_linestyle((0, tuple(length / mark.weight for length in mark.dash)))
    return patch


def _text(shape: Letters, colour: str) -> Text:
    text = Text(shape.x, shape.y, shape.text, color=colour, fontsize=shape.size)
    text.set_horizontalalignment(shape.anchor)
    text.set_verticalalignment("baseline")
    text.set_fontweight("bold" if shape.bold else "normal")
    return text


def _patch(shape: Lines | Box | Disc) -> Patch:
    if isinstance(shape, Box):
        return Rectangle((shape.x, shape.y), shape.width, shape.height)
    if isinstance(shape, Disc):
        return Circle((shape.x, shape.y), shape.radius)
    pieces = [Outline(_seen(piece)) for piece in shape.pieces]
    return PathPatch(Outline.make_compound_path(*pieces))


def _seen(piece: Sequence[Point]) -> list[Point]:
    """The points of a line; one of no length, a speck, is given a little, or it is not drawn."""
    (x, y), *rest = piece
    return [(x, y), *rest] if any(point != (x, y) for point in rest) else [(x, y), (x + 0.01, y)]


@cache
def _say_no_hangul() -> None:
    say(
        "no installed font has Hangul, so the figure shows boxes: install Noto Sans KR or "
        "NanumGothic (Debian: fonts-nanum), or write an .svg, which needs none"
    )
