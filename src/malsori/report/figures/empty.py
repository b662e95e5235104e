"""What stands in a figure's place where there is nothing to draw."""

from __future__ import annotations

from malsori.report.figures.naming import Speak
from malsori.report.figures.sheet import NORMAL, Sheet
from malsori.report.style import QUIET


def empty_svg(title: str, words: Speak, width: float) -> str:
    """A line that says so.

    Example:
        >>> from malsori.words import Words
        >>> ">nothing to show</text>" in empty_svg("Differences", Words("en"), 640)
        True
    """
    sheet = Sheet(width, 2 * NORMAL)
    sheet.text(0, NORMAL + 4, words("figure.empty"), QUIET)
    return sheet.svg(title, words("figure.empty"))
