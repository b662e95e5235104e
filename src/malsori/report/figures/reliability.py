"""Whether the model knows how sure it may be: confidence against accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from malsori.report.facts.errors import Bin
from malsori.report.figures.lettering import width_of
from malsori.report.figures.marks import Tooltip
from malsori.report.figures.naming import Speak, told
from malsori.report.figures.panels import Panel
from malsori.report.figures.scale import Scale, finite, tick_text
from malsori.report.figures.sheet import NORMAL, SMALL, WIDE, Sheet
from malsori.report.style import BLUE, INK, PALE, QUIET, VERMILION

_MOST: Final = 460.0  # px; a square does not get better with more
_LEFT: Final = 40.0
_RIGHT: Final = 12.0
_TOP: Final = 24.0
_GAP: Final = 44.0
_COUNTS: Final = 40.0
_FOOT: Final = 8.0
_FEW: Final = 5  # rows
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


def reliability_svg(bins: Sequence[Bin], words: Speak, *, width: int = WIDE) -> str:
    """Accuracy over confidence: on the diagonal, "80 % sure" is right in 80 % of cases.

    A line shows how far each bin is from the diagonal, a bar below how many rows it has; a bin of
    fewer than five rows is a small pale dot.

    Example:
        >>> from malsori.words import Words
        >>> svg = reliability_svg([Bin(0.8, 0.9, 0.84, 0.79, 41)], Words("en"))
        >>> 'data-confidence="0.84" data-accuracy="0.79" data-count="41"' in svg
        True
    """
    full = min(float(width), _MOST)
    side = full - _LEFT - _RIGHT
    sheet = Sheet(full, _TOP + side + _GAP + SMALL + _COUNTS + _FOOT)
    panel = Panel(Scale(0, 1, _LEFT, _LEFT + side), Scale(0, 1, _TOP + side, _TOP))
    shown = [b for b in bins if b.count and len(finite([b.confidence, b.accuracy])) == 2]
    _frame(sheet, panel, words)
    most = max((each.count for each in shown), default=1)
    for each in shown:
        _deviation(sheet, panel, each, words)
        _rows(sheet, panel, each, most, sheet.height - _FOOT)
    said = [(_sure(each), _found(each, words)) for each in shown]
    return sheet.svg(words("figure.reliability.title"), told(said))


def _frame(sheet: Sheet, panel: Panel, words: Speak) -> None:
    left, right, bottom, top = panel.x.start, panel.x.end, panel.y.start, panel.y.end
    for tick in _TICKS:
        sheet.line([(left, panel.y(tick)), (right, panel.y(tick))], PALE)
        text = tick_text(100 * tick, [100.0])
        sheet.text(left - 6, panel.y(tick) + 4, text, QUIET, size=SMALL, anchor="right")
        below = bottom + SMALL + 6
        sheet.text(panel.x(tick), below, text, QUIET, size=SMALL, anchor="center")
    sheet.line([(left, bottom), (right, top)], INK, dash="dashed", weight=1.2)
    sheet.text(0, top - 10, words("figure.reliability.accuracy"), QUIET, size=SMALL)
    axis = words("figure.reliability.confidence")
    sheet.text(right, bottom + 2 * SMALL + 10, axis, QUIET, size=SMALL, anchor="right")
    sheet.text(left + 8, top + 18, words("figure.reliability.unsure"), QUIET, size=NORMAL)
    sure = words("figure.reliability.sure")
    sheet.text(right - 8, bottom - 10, sure, QUIET, size=NORMAL, anchor="right")
    sheet.text(left, bottom + _GAP + SMALL, words("figure.reliability.rows"), QUIET, size=SMALL)


def _deviation(sheet: Sheet, panel: Panel, each: Bin, words: Speak) -> None:
    x, y = panel.x(each.confidence), panel.y(each.accuracy)
    values = {"confidence": each.confidence, "accuracy": each.accuracy, "count": each.count}
    tooltip = Tooltip(f"{_sure(each)}: {_found(each, words)}", values)
    if each.count < _FEW:  # one row is right or wrong: how far it is from the line says nothing
        sheet.dot(x, y, PALE, radius=3.5, tooltip=tooltip)
        return
    sheet.line([(x, panel.y(each.confidence)), (x, y)], VERMILION, weight=2.4)
    sheet.dot(x, y, BLUE, radius=5.5, tooltip=tooltip)


def _rows(sheet: Sheet, panel: Panel, each: Bin, most: int, base: float) -> None:
    left, right = panel.x(each.low), panel.x(each.high)
    height = max(1.5, (_COUNTS - SMALL) * each.count / most)
    gap = min(1.5, (right - left) / 6)
    sheet.box(left + gap, base - height, right - left - 2 * gap, height, BLUE, opacity=0.6)
    text = f"{each.count:,}"
    if width_of(text, SMALL) <= right - left + 4:
        middle = (left + right) / 2
        sheet.text(middle, base - height - 4, text, QUIET, size=SMALL, anchor="center")


def _sure(each: Bin) -> str:
    return f"{100 * each.low:.0f}–{100 * each.high:.0f} %"


def _found(each: Bin, words: Speak) -> str:
    return words(
        "figure.reliability.found",
        confidence=f"{100 * each.confidence:.1f} %",
        accuracy=f"{100 * each.accuracy:.1f} %",
        n=each.count,
    )
