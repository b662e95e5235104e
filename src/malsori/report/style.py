"""How every figure looks: one palette, one theme, Hangul, and the same bytes every time."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from malsori.errors import MalsoriError
from malsori.io import atomic_path
from malsori.reporting import say

# Okabe and Ito (2008): told apart with every kind of colour vision, and in grey.
BLUE: Final = "#0072B2"
ORANGE: Final = "#E69F00"
GREEN: Final = "#009E73"
VERMILION: Final = "#D55E00"
SKY: Final = "#56B4E9"
PURPLE: Final = "#CC79A7"
PALETTE: Final = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE)

INK: Final = "#1f2328"
QUIET: Final = "#6a737d"
PALE: Final = "#e3e6ea"

PART_COLOURS: Final = {
    "all": BLUE,
    "train": BLUE,
    "validation": ORANGE,
    "test": GREEN,
    "dropped": "#a7aeb6",
}
"""The colour of each part of a split, the same in every figure."""

SUFFIXES: Final = (".svg", ".png", ".pdf")

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
_THEME: Final[dict[str, Any]] = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.edgecolor": PALE,
    "axes.labelcolor": QUIET,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlepad": 8,
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": False,
    "font.size": 8.5,
    "text.color": INK,
    "text.parse_math": False,  # a class may be called "$"
    "xtick.color": QUIET,
    "ytick.color": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8.5,
    "savefig.dpi": 160,
    "svg.fonttype": "none",  # text stays text: the reader's browser has the glyphs
    "svg.hashsalt": "malsori",
    "pdf.fonttype": 42,
}
_NO_DATE: Final[dict[str, dict[str, None]]] = {
    ".svg": {"Date": None},
    ".pdf": {"CreationDate": None},
    ".png": {},
}


@cache
def hangul_font() -> str | None:
    """The first installed font that is known to have Hangul, or None.

    Example:
        >>> hangul_font() is None or isinstance(hangul_font(), str)
        True
    """
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in _HANGUL_FONTS if name in installed), None)


@contextmanager
def theme() -> Iterator[None]:
    """Draws with malsori's theme inside; matplotlib's settings are as before after it.

    Example:
        >>> with theme():
        ...     mpl.rcParams["svg.fonttype"]
        'none'
    """
    families = ["DejaVu Sans", *filter(None, [hangul_font()]), "sans-serif"]
    settings: Any = {**_THEME, "font.family": families, "font.sans-serif": families[:-1]}
    fonts = logging.getLogger("matplotlib.font_manager")
    level = fonts.level
    fonts.setLevel(logging.ERROR)  # it would tell that a font's bold is called 600
    try:
        with mpl.rc_context(settings):
            yield
    finally:
        fonts.setLevel(level)


def bare(axes: Axes) -> None:
    """Takes away what direct labels make superfluous: the ticks of x and the frame.

    Example:
        >>> axes = Figure().subplots()
        >>> bare(axes)
        >>> axes.get_xticks().tolist()
        []
    """
    axes.set_xticks([])
    axes.spines[:].set_visible(False)
    axes.tick_params(left=False)


def save(figure: Figure, path: Path) -> Path:
    """Writes a figure, whole or not at all, with the same bytes for the same figure.

    Args:
        figure: Drawn inside ``theme()``.
        path: Ends in .svg, .png or .pdf. SVG keeps text as text, so it needs no font here;
            the others need an installed one for Hangul, and it is said once if there is none.

    Raises:
        MalsoriError: The path has another ending.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder, theme():
        ...     save(Figure(), Path(folder) / "empty.svg").name
        'empty.svg'
    """
    suffix = check_suffix(path)
    if suffix != ".svg" and hangul_font() is None and _has_hangul(figure):
        _say_no_hangul()
    with theme(), atomic_path(path) as temporary, warnings.catch_warnings():
        # Said above in words; in an SVG nothing is missing.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(temporary, format=suffix[1:], metadata=_NO_DATE[suffix])
    return path


def check_suffix(path: Path) -> str:
    """The ending of a figure's file, in lower case.

    Raises:
        MalsoriError: It is none of .svg, .png and .pdf.

    Example:
        >>> check_suffix(Path("corpus.SVG"))
        '.svg'
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise MalsoriError(
            f"{path}: a figure cannot be written as {suffix or 'a file without ending'}",
            hint=f"use {', '.join(SUFFIXES)}",
        )
    return suffix


def _has_hangul(figure: Figure) -> bool:
    texts = figure.findobj(Text)
    return any(_HANGUL.search(t.get_text()) for t in texts if isinstance(t, Text))


@cache
def _say_no_hangul() -> None:
    say(
        "no installed font has Hangul, so the figure shows boxes: install Noto Sans KR or "
        "NanumGothic (Debian: fonts-nanum), or write an .svg, which needs none"
    )
