"""Histograms of what is measured of each row, with the limits that matter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from malsori.console import number
from malsori.corpus.audit import Case
from malsori.corpus.audit.case import TELEPHONE
from malsori.notes import Note
from malsori.report.corpus_figure.frame import FOOT, HEAD, LINE, Frame
from malsori.report.figures.marks import Tooltip
from malsori.report.figures.panels import Panel
from malsori.report.figures.scale import Scale, linear_ticks, minus
from malsori.report.figures.sheet import SMALL
from malsori.report.style import BLUE, INK, QUIET, VERMILION

Floats = np.ndarray[Any, np.dtype[np.float64]]

_LONG_TAIL: Final = 12.0  # the largest, in medians
_AXIS: Final = 36.0  # px left of the bars
_HEIGHT: Final = 84.0  # px of a plot


@dataclass(frozen=True)
class Measure:
    """One histogram."""

    key: str  # of its title and unit
    values: Floats  # finite `[N]`; empty where nothing is known
    limit: float | None = None  # a value to mark, beyond which is bad, or None
    below: bool = False  # bad values lie below the limit
    span: tuple[float, float] | None = None  # the axis' ends, where they are fixed
    unit: Note | None = None  # instead of that of its key

    def edges(self) -> Floats:
        """Ends of the bars, rising; at equal ratios where a few values are very large."""
        low, high = self.span or (float(self.values.min()), float(self.values.max()))
        high = max(high, self.marked or high)
        bins = int(np.clip(math.sqrt(len(self.values)) * 1.5, 8, 40))
        if self.log:
            return np.asarray(np.geomspace(low, high * 1.001, bins + 1))
        if self.span is None and low > 0:
            low = 0.0
        if high <= low:
            low, high = low - 0.5, high + 0.5
        return np.linspace(low, high + (high - low) * 1e-3, bins + 1)

    @property
    def log(self) -> bool:
        """Whether the axis is logarithmic."""
        if self.span is not None or self.values.min() <= 0:
            return False
        return bool(self.values.max() > _LONG_TAIL * np.median(self.values))

    @property
    def bad(self) -> float:
        """Share of the values beyond the limit."""
        limit = math.inf if self.limit is None else self.limit
        return float((self.values <= limit if self.below else self.values > limit).mean())

    @property
    def marked(self) -> float | None:
        """The limit, where it is near enough to matter."""
        near = self.limit is not None and self.limit <= 1.5 * self.values.max()
        return self.limit if near or self.bad else None


def measures(case: Case, *, missing: bool = False) -> list[Measure]:
    """The histograms of a corpus: six, fewer where nothing could be measured.

    Empty ones of sounds that could be measured but are not are kept if they are `missing`.
    """
    rates = case.numbers("sample_rate")
    top = float(np.nanmax(rates)) / 2000 if np.isfinite(rates).any() else 8.0
    telephone = TELEPHONE / 1000 if top > 1.1 * TELEPHONE / 1000 else None
    limit = None if case.tokens.limit is None else float(case.tokens.limit)
    bandwidth, silence = case.numbers("bandwidth") / 1000, 100 * case.numbers("silence")
    found = [
        Measure("duration", _finite(case.numbers("duration"))),
        Measure("level", _finite(case.numbers("level"))),
        Measure("bandwidth", _finite(bandwidth), telephone, below=True, span=(0.0, top * 1.02)),
        Measure("transcripts", _finite(case.lengths), limit, unit=case.tokens.unit),
        Measure("tempo", _finite(case.rates)),
        Measure("silence", _finite(silence), span=(0.0, 100.0)),
    ]
    unheard = not case.measured and case.rows["audio"].null_count() < case.count
    kept = ("level", "bandwidth", "silence") if missing and unheard else ()
    known = [m for m in found if len(m.values) or m.key in kept]
    return known or found[:1]


def _finite(values: Floats) -> Floats:
    return values[np.isfinite(values)]


def histogram(frame: Frame, measure: Measure) -> float:
    """Draws one with its median, what is beyond its limit in another colour; returns its end."""
    words = frame.words
    frame.title(words(f"figure.corpus.{measure.key}.title"))
    if not len(measure.values):
        heard = measure.key == "duration"
        return frame.aside(words(f"figure.corpus.{'unknown' if heard else 'unmeasured'}"))
    edges = measure.edges()
    counts = np.histogram(measure.values, edges)[0]
    panel = _panel(frame, edges, int(counts.max()), log=measure.log)
    across = [t for t in linear_ticks(0, int(counts.max()), 3) if t == int(t)]
    panel.grid(frame.sheet, across=across, along=panel.x.ticks(4))
    for i, count in enumerate(counts.tolist()):
        _bar(frame, panel, measure, edges[i : i + 2].tolist(), count)
    unit = words.say(measure.unit or Note(f"figure.corpus.{measure.key}.unit"))
    base = panel.y.start + FOOT - 8
    frame.sheet.text(panel.x.end, base, unit, QUIET, size=SMALL, anchor="right", room=frame.width)
    _mark_limit(frame, panel, measure)
    middle = float(np.median(measure.values))
    frame.sheet.rule(panel.x(middle), panel.y.end - 4, panel.y.start, INK)
    frame.note(words("figure.corpus.median", n=minus(number(middle, 1))), INK)
    return panel.y.start + FOOT


def _panel(frame: Frame, edges: Sequence[float] | Floats, most: int, *, log: bool) -> Panel:
    low, high = float(edges[0]), float(edges[-1])
    top = frame.top + HEAD + LINE
    bottom = top + _HEIGHT
    x = Scale(low, high, frame.left + _AXIS, frame.right - 6, log=log)
    return Panel(x, Scale(0, most, bottom, top))


def _bar(frame: Frame, panel: Panel, measure: Measure, ends: Sequence[float], count: int) -> None:
    limit, middle = measure.limit, (ends[0] + ends[1]) / 2
    bad = limit is not None and (middle <= limit) == measure.below
    left, right, top = panel.x(ends[0]), panel.x(ends[1]), panel.y(count)
    if count:
        texts = [minus(number(end, 2)) for end in ends]
        values = {"measure": measure.key, "from": ends[0], "to": ends[1], "count": count}
        frame.sheet.box(
            left + 0.4, top, right - left - 0.8, panel.y.start - top, VERMILION if bad else BLUE,
            tooltip=Tooltip(f"{' … '.join(texts)}: {count:,}", values),
        )  # fmt: skip


def _mark_limit(frame: Frame, panel: Panel, measure: Measure) -> None:
    if measure.marked is None:
        return
    x, share = panel.x(measure.marked), measure.bad
    colour = VERMILION if share else QUIET
    frame.sheet.line([(x, panel.y.end - 4), (x, panel.y.start)], colour, dash="dashed")
    text = frame.words(f"figure.corpus.{measure.key}.limit", share=f"{100 * share:.3g}")
    frame.note(text, colour, line=1)
