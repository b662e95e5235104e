"""How many of all rows have something: one bar for each name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from malsori.report.corpus_figure.frame import HEAD, LINE, Frame
from malsori.report.figures.lettering import width_of
from malsori.report.figures.marks import Tooltip
from malsori.report.figures.naming import percent
from malsori.report.figures.sheet import NORMAL, SMALL
from malsori.report.style import BLUE, PALE, QUIET

_MOST: Final = 5
_STEP: Final = 24.0
_BAR: Final = 13.0
_MOST_LABEL: Final = 0.36  # of the width


def shares_of_rows(frame: Frame, title: str, rows: Mapping[str, int], total: int) -> float:
    """Draws the rows of each name in blue, and the rest of all rows in grey.

    Returns:
        Where it ends on the sheet, px.

    Example:
        >>> from malsori.report.figures.sheet import Sheet
        >>> from malsori.words import Words
        >>> sheet = Sheet(240, 200)
        >>> shares_of_rows(Frame(sheet, Words("en"), 0, 0, 240), "Modalities", {"text": 3}, 4)
        56.0
        >>> ">3 (75 %)</text>" in sheet.svg("", "")
        True
    """
    sheet, top = frame.sheet, frame.top + HEAD
    frame.title(title)
    shown = list(rows.items())[:_MOST]
    texts = [f"{n:,} ({percent(n, total)})" for _, n in shown]
    label = min(1.08 * max(width_of(name, NORMAL) for name in rows), _MOST_LABEL * frame.width)
    left = frame.left + label + 8
    room = frame.right - left - 5 - max(width_of(text, SMALL) for text in texts)
    for (name, n), text in zip(shown, texts, strict=True):
        base = top + (_BAR + NORMAL * 0.7) / 2
        sheet.text(left - 8, base, name, anchor="right", room=label)
        sheet.box(left, top, room, _BAR, PALE)
        tooltip = Tooltip(f"{name}: {text}", {"name": name, "count": n})
        sheet.box(left, top, room * n / total, _BAR, BLUE, tooltip=tooltip)
        sheet.text(left + room + 5, base, text, size=SMALL)
        top += _STEP
    if (more := len(rows) - _MOST) > 0:
        sheet.text(left, top + SMALL, frame.words("figure.corpus.more", n=more), QUIET, size=SMALL)
        top += LINE
    return top
