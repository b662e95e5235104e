"""How each task was learned: its score over the epochs, against what the prior scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from malsori.console import number
from malsori.report.facts.learning import Learning, TaskHistory
from malsori.report.figures.empty import empty_svg
from malsori.report.figures.lettering import plain, width_of
from malsori.report.figures.marks import Point, Tooltip
from malsori.report.figures.naming import Speak, told
from malsori.report.figures.panels import Panel, spread
from malsori.report.figures.scale import Scale, finite, tick_text
from malsori.report.figures.sheet import NORMAL, SMALL, WIDE, Sheet
from malsori.report.style import BLUE, INK, QUIET, VERMILION

_HEAD: Final = 54.0
_PLOT: Final = 150.0
_FOOT: Final = 36.0
_BETWEEN: Final = 22.0
_TWO_COLUMNS: Final = 560
_LINE: Final = SMALL + 3
_LABEL: Final = 2 * _LINE + 3  # a name and under it its number
_FEW: Final = 12  # epochs; so few are shown as dots too


def learning_svg(learning: Learning, words: Speak, *, width: int = WIDE) -> str:
    """One panel a task: training and validation over the prior's line, the kept epoch marked.

    Example:
        >>> from malsori.words import Words
        >>> task = TaskHistory("urgency", (1, 2), (0.6, 0.5), (0.6, 0.55), 0.63)
        >>> learning = Learning((task,), None, 2, 5, 9, best_epoch=2, best_skill=0.1)
        >>> "validation 0.550" in learning_svg(learning, Words("en"))
        True
    """
    series = learning.tasks
    title = words(f"figure.learning.{'title_one' if len(series) == 1 else 'title'}")
    if not series:
        return empty_svg(title, words, width)
    columns = 2 if width >= _TWO_COLUMNS and len(series) > 1 else 1
    lines = math.ceil(len(series) / columns)
    own = (width - (columns - 1) * _BETWEEN) / columns
    tall = _HEAD + _PLOT + _FOOT
    sheet = Sheet(width, lines * tall + (lines - 1) * _BETWEEN)
    for i, one in enumerate(series):
        left = (i % columns) * (own + _BETWEEN)
        _draw(
            sheet, one, learning.best_epoch, words, (left, (i // columns) * (tall + _BETWEEN)), own
        )
    said = [(one.task, _said(one, learning.best_epoch, words)) for one in series]
    return sheet.svg(title, told(said))


def _draw(
    sheet: Sheet, one: TaskHistory, best: int | None, words: Speak, place: Point, width: float
) -> None:
    left, top = place
    labels = _labels(one, words)
    upright = Scale(*_range(one), top + _HEAD + _PLOT, top + _HEAD)
    ticks = upright.ticks(4)
    before = max(width_of(tick_text(tick, ticks), SMALL) for tick in ticks) + 8
    after = max((width_of(name, SMALL) for name, *_ in labels), default=0.0) + 12
    panel = Panel(Scale(*_epochs(one), left + before, left + width - after), upright)
    sheet.text(left, top + NORMAL, one.task, bold=True, room=width)
    sheet.text(left, top + NORMAL + SMALL + 4, words("figure.learning.lower"), QUIET, size=SMALL)
    panel.grid(sheet, across=ticks, along=_epoch_ticks(one, panel))
    sheet.text(
        panel.x.end, panel.y.start + 2 * SMALL + 9, words("figure.learning.epoch"), QUIET,
        size=SMALL, anchor="right",
    )  # fmt: skip
    _prior(sheet, one, panel, words)
    _series(sheet, one, panel, one.train, BLUE, words("figure.learning.train"))
    _series(sheet, one, panel, one.validation, VERMILION, words("figure.learning.validation"))
    _kept(sheet, one, best, panel, words)
    _direct(sheet, panel, labels)


def _epochs(one: TaskHistory) -> tuple[float, float]:
    first, last = min(one.epochs, default=1), max(one.epochs, default=1)
    return (first, last) if last > first else (first - 1, last + 1)


def _range(one: TaskHistory) -> tuple[float, float]:
    """All of both lines and the prior; one wild epoch may not flatten the others."""
    scores = finite([*one.train, *one.validation])
    prior = finite([one.prior])
    values = [*scores, *prior] or [0.0, 1.0]
    low, high = min(values), max(values)
    if prior and scores:
        usual = sorted(abs(v - one.prior) for v in scores)[int(0.9 * (len(scores) - 1))]
        reach = 3 * max(usual, 0.05 * abs(one.prior), 1e-3)
        low, high = max(low, one.prior - reach), min(high, one.prior + reach)
    margin = 0.08 * (high - low) or 0.1 * max(abs(high), 1e-3)
    return low - margin, high + margin


def _epoch_ticks(one: TaskHistory, panel: Panel) -> list[float]:
    room = int((panel.x.end - panel.x.start) / 34)
    ticks = panel.x.ticks(max(2, min(6, room)))
    first, last = min(one.epochs, default=1), max(one.epochs, default=1)
    return [t for t in ticks if t == round(t) and first <= t <= last]


def _prior(sheet: Sheet, one: TaskHistory, panel: Panel, words: Speak) -> None:
    if not finite([one.prior]):
        return
    y = panel.y(one.prior)
    tooltip = Tooltip(f"{words('figure.nothing')} {number(one.prior)}", {"prior": one.prior})
    sheet.line(
        [(panel.x.start, y), (panel.x.end, y)], INK, weight=1.3, dash="dashed", tooltip=tooltip
    )


def _series(
    sheet: Sheet,
    one: TaskHistory,
    panel: Panel,
    scores: Sequence[float],
    colour: str,
    name: str,
) -> None:
    values = " ".join(f"{v!r}" for v in scores)
    tooltip = Tooltip(f"{one.task}, {name}", {"task": one.task, "scores": values})
    for piece in panel.points(one.epochs, scores):
        sheet.line(piece, colour, weight=2.2, tooltip=tooltip)
    if len(one.epochs) <= _FEW:
        for epoch, score in zip(one.epochs, scores, strict=True):
            if finite([score]):
                about = Tooltip(f"{name}, {epoch}: {number(score)}", {"score": score})
                sheet.dot(panel.x(epoch), panel.y(score), colour, radius=3, tooltip=about)


def _kept(sheet: Sheet, one: TaskHistory, best: int | None, panel: Panel, words: Speak) -> None:
    if best is None or best not in one.epochs:
        return
    x = panel.x(best)
    text = words("figure.learning.kept", epoch=best)
    room = width_of(text, SMALL)
    start = min(x - room / 2, panel.x.end + 10 - room)
    sheet.line([(x, panel.y.end), (x, panel.y.start)], QUIET, dash="dotted", weight=1.4)
    sheet.text(max(panel.x.start, start), panel.y.end - 5, text, QUIET, size=SMALL)
    score = one.validation[list(one.epochs).index(best)]
    if finite([score]):
        values = {"epoch": best, "score": score}
        tooltip = Tooltip(f"{text}: {number(score)}", values)
        sheet.dot(x, panel.y(score), VERMILION, radius=5.5, tooltip=tooltip)


_Label = tuple[str, float, str | None]  # name, last value, colour of the line it belongs to


def _labels(one: TaskHistory, words: Speak) -> list[_Label]:
    """What stands at the end of each line."""
    found: list[_Label] = []
    if finite([one.prior]):
        found.append((words("figure.nothing"), one.prior, None))
    named = (("train", one.train, BLUE), ("validation", one.validation, VERMILION))
    for key, scores, colour in named:
        if known := finite(scores):
            found.append((words(f"figure.learning.{key}"), known[-1], colour))
    return found


def _direct(sheet: Sheet, panel: Panel, labels: Sequence[_Label]) -> None:
    wanted = [panel.y(value) for _, value, _ in labels]
    half = _LABEL / 2
    middles = spread(wanted, _LABEL, panel.y.end + half - 8, panel.y.start - half + 8)
    x = panel.x.end + 11
    for (name, value, colour), y in zip(labels, middles, strict=True):
        if colour:
            sheet.box(x - 6, y - _LINE + 3, 3, 2 * _LINE - 5, colour)
        sheet.text(x, y - 2.5, name, size=SMALL)
        sheet.text(x, y + _LINE - 2.5, number(value), size=SMALL, bold=True)


def _said(one: TaskHistory, best: int | None, words: Speak) -> str:
    parts = [f"{name} {number(value)}" for name, value, _ in _labels(one, words)]
    if best is not None:
        parts.append(words("figure.learning.kept", epoch=best))
    return ", ".join(plain(part) for part in parts)
