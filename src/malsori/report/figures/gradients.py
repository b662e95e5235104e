"""How the tasks push what they share: who pushes harder, and whether they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import polars as pl

from malsori.balance.pairs import Pair
from malsori.balance.summary import summarise
from malsori.report.figures.empty import empty_svg
from malsori.report.figures.lettering import plain, shorten, width_of
from malsori.report.figures.marks import Tooltip
from malsori.report.figures.naming import Speak, condition_name, told
from malsori.report.figures.panels import Panel
from malsori.report.figures.pushes import Course, courses, round_up
from malsori.report.figures.scale import Scale, minus
from malsori.report.figures.sheet import NORMAL, SMALL, WIDE, Sheet
from malsori.report.style import BLUE, INK, PALE, QUIET

_ROOMY: Final = 480
_LABEL: Final = 0.235  # of the width, where labels stand beside the plots
_GAP: Final = 18.0
_TICKS: Final = 34.0
_HEAD: Final = 58.0
_PLOT: Final = 48.0
_NUMBERS: Final = 20.0
_ABOVE: Final = 20.0  # label above the plots
_BETWEEN: Final = 14.0
_FOOT: Final = 24.0
_PAIRS_IN_FULL: Final = 3
_FEW: Final = 40  # measurements; so few are shown as dots


def gradients_svg(frame: pl.DataFrame | None, words: Speak, *, width: int = WIDE) -> str:
    """For each two tasks and what they share: ratio of pushes, and cosine with its noise.

    Left, the ratio of the gradients' norms with the applied weights, on a log scale around 1.
    Right, the cosine: dots are measurements, the line their mean over at least eight of them,
    the band ± 2 standard errors of that mean. With more than three pairs of tasks the layer
    groups are left out.
    """
    title = words("figure.gradients.title")
    blocks = [] if frame is None else _blocks(frame)
    if not blocks:
        return empty_svg(title, words, width)
    place = _Place.of(width)
    sheet = Sheet(width, sum(place.height(b) for b in blocks) + _BETWEEN * (len(blocks) - 1))
    top = 0.0
    for block in blocks:
        _block(sheet, block, place, words, top)
        top += place.height(block) + _BETWEEN
    said = [
        (f"{' – '.join(block.tasks)}, {_name(course, words)}", _said(course, block, words))
        for block in blocks
        for course in block.courses
    ]
    return sheet.svg(title, told(said))


@dataclass(frozen=True)
class _Block:
    """Two tasks, and their course in everything that they share."""

    tasks: tuple[str, str]
    courses: Sequence[Course]
    last: int

    @property
    def weighted(self) -> bool:
        """Whether the applied weights change a ratio."""
        return any(course.weighted for course in self.courses)

    @property
    def strongest(self) -> float:
        """Where the log scale ends on both sides of 1."""
        ratios = [r for c in self.courses for r in c.ratios if r > 0]
        return min(1000.0, round_up(max([2.0, *ratios, *(1 / r for r in ratios)])))

    @property
    def widest(self) -> float:
        """Where the scale of cosines ends on both sides of 0."""
        seen = [abs(v) for c in self.courses for v in (*c.cosines, *c.lows, *c.highs)]
        return min(1.0, round_up(max([0.2, *seen])))


@dataclass(frozen=True)
class _Place:
    """Where labels and plots are."""

    beside: bool
    label: float
    ratio: float
    cosine: float
    plot: float

    @classmethod
    def of(cls, width: float) -> _Place:
        beside = width >= _ROOMY
        label = _LABEL * width if beside else 0.0
        plot = (width - label - _GAP * (2 if beside else 1)) / 2
        ratio = label + (_GAP if beside else 0.0)
        return cls(beside, label if beside else width, ratio, ratio + plot + _GAP, plot - _TICKS)

    @property
    def row(self) -> float:
        return _NUMBERS + _PLOT + _BETWEEN + (0.0 if self.beside else _ABOVE)

    def height(self, block: _Block) -> float:
        return _HEAD + self.row * len(block.courses) - _BETWEEN + self.foot(block)

    def foot(self, block: _Block) -> float:
        return _FOOT + (SMALL + 5 if block.weighted else 0.0)


def _blocks(frame: pl.DataFrame) -> list[_Block]:
    tasks = list(dict.fromkeys(frame["task_i"].to_list()))
    pairs = list(combinations(tasks, 2))
    summed = {(p.space, p.group, frozenset((p.strong, p.weak))): p for p in summarise(frame).pairs}
    last = int(frame["step"].max() or 0)  # type: ignore[arg-type]
    blocks = []
    for pair in pairs:
        found = courses(frame, pair, summed)
        if len(pairs) > _PAIRS_IN_FULL:
            found = [course for course in found if course.group == "all"]
        if found:
            blocks.append(_Block(pair, found, last))
    return blocks


def _block(sheet: Sheet, block: _Block, place: _Place, words: Speak, top: float) -> None:
    one, two = (plain(task) for task in block.tasks)
    both = place.plot + _TICKS
    brief = [shorten(task, SMALL, both / 2 - 2 * SMALL) for task in (one, two)]
    heading = words("figure.gradients.pair", one=one, two=two)
    sheet.text(0, top + NORMAL, heading, bold=True, room=sheet.width)
    tasks_up = words("figure.gradients.up", one=brief[0], two=brief[1])
    heads = (
        (place.ratio, words("figure.gradients.who"), tasks_up),
        (place.cosine, words("figure.gradients.agree"), words("figure.gradients.same")),
    )
    for x, what, up in heads:
        sheet.text(x, top + NORMAL + 20, what, size=SMALL, room=both)
        sheet.text(x, top + NORMAL + 35, up, QUIET, size=SMALL, room=both)
    for i, course in enumerate(block.courses):
        _course(sheet, block, course, place, words, top + _HEAD + i * place.row)
    bottom = top + place.height(block) - place.foot(block)
    for x in (place.ratio, place.cosine):
        _steps(sheet, x, place.plot, bottom, block.last, words)
    if block.weighted:
        dotted = words("figure.gradients.dotted")
        sheet.text(place.ratio, bottom + 2 * SMALL + 11, dotted, QUIET, size=SMALL, room=both)


def _steps(sheet: Sheet, x: float, width: float, y: float, last: int, words: Speak) -> None:
    sheet.text(x, y + SMALL + 5, words("figure.gradients.step", step=0), QUIET, size=SMALL)
    sheet.text(x + width, y + SMALL + 5, f"{last:,}", QUIET, size=SMALL, anchor="right")


def _course(
    sheet: Sheet, block: _Block, course: Course, place: _Place, words: Speak, top: float
) -> None:
    whole = course.group == "all"
    name = _name(course, words)
    if place.beside:
        base = top + _NUMBERS + _PLOT / 2 + NORMAL * 0.35
        indent = 0.0 if whole else 12.0
    else:
        base, indent = top + NORMAL, 0.0
        top += _ABOVE
    sheet.text(indent, base, name, INK if whole else QUIET, room=place.label - indent)
    _ratio(sheet, block, course, place, words, top)
    _cosine(sheet, block, course, place, words, top)


def _ratio(
    sheet: Sheet, block: _Block, course: Course, place: _Place, words: Speak, top: float
) -> None:
    edge = block.strongest
    panel = _panel(place.ratio, place.plot, top, block.last, Scale(1 / edge, edge, 0, 1, log=True))
    _frame(sheet, panel, (1 / edge, 1.0, edge))
    values = {"group": course.group, "space": course.space, "ratio": course.ratio}
    tooltip = Tooltip(_who(course, block, words), values)
    sheet.text(place.ratio, top + SMALL, tooltip.title, size=SMALL, room=place.plot + _TICKS)
    if course.weighted:
        for piece in panel.points(course.ratio_steps, course.raw_ratios):
            sheet.line(piece, QUIET, dash="dotted", weight=1.4)
    for piece in panel.points(course.ratio_steps, course.ratios):
        sheet.line(piece, BLUE, weight=2, tooltip=tooltip)
        if len(course.ratios) <= _FEW:
            sheet.specks(piece, BLUE, radius=2.4)


def _cosine(
    sheet: Sheet, block: _Block, course: Course, place: _Place, words: Speak, top: float
) -> None:
    edge = block.widest
    panel = _panel(place.cosine, place.plot, top, block.last, Scale(-edge, edge, 0, 1))
    _frame(sheet, panel, (-edge, 0.0, edge))
    number, verdict = _cosine_text(course.pair), _verdict(course.pair, words)
    text = f"{number}, {verdict}"
    if width_of(text, SMALL) > place.plot + _TICKS:
        text = number
    sheet.text(place.cosine, top + SMALL, text, size=SMALL)
    steps = course.cosine_steps
    if len(steps) > 1:
        upper = [(panel.x(s), panel.y(v)) for s, v in zip(steps, course.highs, strict=True)]
        lower = [(panel.x(s), panel.y(v)) for s, v in zip(steps, course.lows, strict=True)]
        sheet.area([*upper, *reversed(lower)], BLUE, opacity=0.25)
    if 0 < len(steps) <= 2 * _FEW:
        measured = zip(steps, course.cosines, strict=True)
        sheet.specks([(panel.x(s), panel.y(v)) for s, v in measured], QUIET, radius=1.7)
    values = {"group": course.group, "space": course.space}
    tooltip = Tooltip(f"{number}, {verdict}", values | _cosine_values(course.pair))
    for piece in panel.points(steps, course.means):
        sheet.line(piece, BLUE, weight=2, tooltip=tooltip)


def _panel(x: float, width: float, top: float, last: int, y: Scale) -> Panel:
    upright = Scale(y.low, y.high, top + _NUMBERS + _PLOT, top + _NUMBERS, y.log)
    return Panel(Scale(0, max(last, 1), x, x + width), upright)


def _frame(sheet: Sheet, panel: Panel, ticks: tuple[float, float, float]) -> None:
    for i, tick in enumerate(ticks):
        y = panel.y(tick)
        ends = [(panel.x.start, y), (panel.x.end, y)]
        if i == 1:
            sheet.line(ends, INK, dash="dashed", weight=1.2)
        else:
            sheet.line(ends, PALE)
        text = f"1/{1 / tick:g}" if panel.y.log and tick < 1 else minus(f"{tick:g}")
        sheet.text(panel.x.end + 5, y + 4, text, QUIET, size=SMALL)


def _name(course: Course, words: Speak) -> str:
    if course.group == "all":
        return words(f"figure.gradients.{course.space}")
    kind, _, which = course.group.partition(".")
    if kind in {"encoder", "sharing"} and which:
        return words(f"figure.gradients.group.{kind}", name=condition_name(which, words))
    return words("figure.gradients.group.fusion") if kind == "fusion" else course.group


def _who(course: Course, block: _Block, words: Speak) -> str:
    """Who pushes harder, and how much."""
    if course.ratio is None:
        return "–"
    harder = block.tasks[0] if course.ratio >= 1 else block.tasks[1]
    times = max(course.ratio, 1 / course.ratio)
    if round(times, 1) == 1.0:
        return words("figure.gradients.even")
    return words("figure.gradients.times", task=plain(harder), n=f"{times:.1f}")


def _cosine_text(pair: Pair | None) -> str:
    if pair is None or pair.cosine is None:
        return "–"
    if pair.error is None:
        return minus(f"{pair.cosine:.2f}")
    digits = 2 if pair.error >= 0.005 else 3
    return minus(f"{pair.cosine:.{digits}f} ± {2 * pair.error:.{digits}f}")


def _verdict(pair: Pair | None, words: Speak) -> str:
    return words(f"figure.gradients.verdict.{'unknown' if pair is None else pair.verdict}")


def _cosine_values(pair: Pair | None) -> dict[str, object]:
    if pair is None:
        return {}
    return {"cosine": pair.cosine, "error": pair.error, "measurements": pair.measurements}


def _said(course: Course, block: _Block, words: Speak) -> str:
    cosine = f"{_cosine_text(course.pair)}, {_verdict(course.pair, words)}"
    return f"{_who(course, block, words)}; {words('figure.gradients.agree')} {cosine}"
