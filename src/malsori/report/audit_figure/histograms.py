"""Histograms of what is measured of each row, with the limits that matter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from malsori.console import number
from malsori.corpus.audit import Case
from malsori.corpus.audit.case import NO_AUDIO, TELEPHONE
from malsori.report.style import BLUE, INK, PALE, QUIET, VERMILION
from malsori.words import Words

Floats = np.ndarray[Any, np.dtype[np.float64]]

PER_ROW: Final = 3
_LONG_TAIL: Final = 12.0  # the largest, in medians
_UNHEARD: Final = "not measured (--listen does it)"


@dataclass(frozen=True)
class Measure:
    """One histogram: its title, the axis' label, finite values, and a limit beyond which is bad.

    Attributes:
        title: what is measured.
        unit: label of the axis.
        values: finite `[N]`; empty where nothing is known.
        limit: a value to mark, or None.
        word: what the limit is called.
        below: bad values lie below the limit.
        span: smallest and largest value of the axis, where it is fixed.
        missing: what stands there instead of an empty histogram.

    Example:
        >>> Measure("Duration", "seconds", np.array([4.0])).limit is None
        True
    """

    title: str
    unit: str
    values: Floats
    limit: float | None = None
    word: str = ""
    below: bool = False
    span: tuple[float, float] | None = None
    missing: str = "not known"


def measures(case: Case) -> list[Measure]:
    """The histograms of an audit: six, fewer where nothing could be measured.

    Example:
        >>> import polars as pl
        >>> from pathlib import Path
        >>> from malsori.corpus import Corpus, CorpusSpec
        >>> from malsori.corpus.columns import complete
        >>> rows = complete(pl.DataFrame({"id": ["a"], "duration": [2.0]}))
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> case = Case(Corpus(Path("toy"), spec, rows, rows))
        >>> [measure.title for measure in measures(case) if len(measure.values)]
        ['Duration']
    """
    rates = case.numbers("sample_rate")
    top = float(np.nanmax(rates)) / 2000 if np.isfinite(rates).any() else 8.0
    unheard = "no recordings" if case.unheard == NO_AUDIO else _UNHEARD
    telephone = TELEPHONE / 1000 if top > 1.1 * TELEPHONE / 1000 else None
    limit = None if case.tokens.limit is None else float(case.tokens.limit)
    bandwidth, unit = case.numbers("bandwidth") / 1000, Words("en").say(case.tokens.unit)
    found = [
        Measure("Duration", "seconds", _finite(case.numbers("duration"))),
        Measure("Level of speech", "dBFS", _finite(case.numbers("level")), missing=unheard),
        Measure(
            "Effective bandwidth", "kHz", _finite(bandwidth), telephone, "telephone", True,
            (0.0, top * 1.02), unheard,
        ),
        Measure("Transcripts", unit, _finite(case.lengths), limit, "cut off"),
        Measure("Tempo", "syllables a second", _finite(case.rates)),
        Measure(
            "Silence", "% of the time", _finite(100 * case.numbers("silence")), span=(0.0, 100.0),
            missing=unheard,
        ),
    ]  # fmt: skip
    known = [measure for measure in found if len(measure.values) or measure.missing == _UNHEARD]
    return known or found[:1]


def _finite(values: Floats) -> Floats:
    return values[np.isfinite(values)]


def histogram(axes: Axes, measure: Measure) -> None:
    """Draws one histogram with its median, and what is beyond its limit in another colour.

    Example:
        >>> from matplotlib.figure import Figure
        >>> axes = Figure().subplots()
        >>> histogram(axes, Measure("Duration", "seconds", np.array([1.0, 2.0, 4.0])))
        >>> axes.get_xlabel()
        'seconds'
    """
    axes.set_title(measure.title)
    if not len(measure.values):
        axes.set_axis_off()
        axes.text(0, 0.9, measure.missing, transform=axes.transAxes, color=QUIET, va="top")
        return
    edges = _edges(axes, measure)
    _, _, bars = axes.hist(measure.values, bins=edges.tolist(), color=BLUE, edgecolor="white",
                           linewidth=0.5)  # fmt: skip
    if measure.limit is not None:
        _mark_limit(axes, measure, bars)
    middle = float(np.median(measure.values))
    axes.axvline(middle, color=INK, linewidth=1)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.3)
    _say(axes, middle, f"median {number(middle, 1)}", 0.97, INK)
    axes.set_xlabel(measure.unit)
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.tick_params(axis="y", colors=QUIET, labelsize=8)


def _edges(axes: Axes, measure: Measure) -> Floats:
    values = measure.values
    low, high = measure.span or (float(values.min()), float(values.max()))
    bins = int(np.clip(math.sqrt(len(values)) * 1.5, 8, 40))
    positive = values[values > 0]
    if (
        measure.span is None
        and len(positive) == len(values)
        and high > _LONG_TAIL * np.median(values)
    ):
        axes.set_xscale("log")
        return np.asarray(np.geomspace(low, high * 1.001, bins + 1))
    if measure.span is None and low > 0:
        low = 0.0
    if high <= low:
        low, high = low - 0.5, high + 0.5
    axes.set_xlim(low, high + (high - low) * 0.02)
    return np.linspace(low, high + (high - low) * 1e-3, bins + 1)


def _mark_limit(axes: Axes, measure: Measure, bars: Any) -> None:
    limit = measure.limit or 0.0
    beyond = measure.values <= limit if measure.below else measure.values > limit
    for bar in bars:
        middle = bar.get_x() + bar.get_width() / 2
        if (middle <= limit) == measure.below:
            bar.set_color(VERMILION)
    share = float(beyond.mean())
    if not share and limit > 1.5 * measure.values.max():
        return
    axes.axvline(limit, color=VERMILION if share else PALE, linewidth=1, linestyle=(0, (4, 2)))
    _say(axes, limit, f"{measure.word}: {100 * share:.3g} %", 0.80, VERMILION if share else QUIET)


def _say(axes: Axes, x: float, text: str, height: float, colour: str) -> None:
    """Text beside a line, on the side where there is more room."""
    left, right = axes.get_xlim()
    place = axes.transData.transform([(x, 0), (left, 0), (right, 0)])[:, 0]
    room_right = place[2] - place[0] >= place[0] - place[1]
    axes.annotate(
        text, (x, height), xycoords=("data", "axes fraction"),
        xytext=(4 if room_right else -4, 0), textcoords="offset points", va="top",
        ha="left" if room_right else "right", color=colour, size=8,
    )  # fmt: skip
