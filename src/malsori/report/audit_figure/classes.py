"""A task in three panels: its classes in each part, their durations, and who has them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from malsori.corpus.audit import Case
from malsori.corpus.audit.targets import Target
from malsori.report.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    PART_COLOURS,
    PURPLE,
    QUIET,
    SKY,
    VERMILION,
    bare,
)
from malsori.schema import SPLITS

_CLASSES: Final = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, "#F0E442", "#7f7f7f")
_MOST: Final = 24
_BAR: Final = 0.19  # inches
_HEIGHTS: Final = (0.0, 1.0, 1.7, 2.3)  # of a class by the number of parts, in bars
_AROUND: Final = 0.95
_MOST_GROUPS: Final = 80
_NO_GROUPS: Final = "no 8 speakers, calls or dialogues\nof several rows are known"


def _shown(target: Target) -> list[int]:
    """The classes in their order; of very many, those with most rows."""
    if len(target.classes) <= _MOST:
        return list(range(len(target.classes)))
    return sorted(np.argsort(-target.counts, kind="stable")[:_MOST].tolist())


def _parts(case: Case) -> dict[str, Any]:
    """The rows of each part that has any; the headline names the others."""
    if case.parts is None:
        return {"all": np.ones(case.count, bool)}
    parts = {part: (case.parts == part).to_numpy() for part in SPLITS}
    return {part: rows for part, rows in parts.items() if rows.any()}


def height_of(target: Target, case: Case) -> float:
    """Inches that a task's panels need.

    Example:
        >>> import polars as pl
        >>> from pathlib import Path
        >>> from malsori.corpus import Corpus, CorpusSpec
        >>> from malsori.corpus.columns import complete
        >>> rows = complete(pl.DataFrame({"id": ["a", "b"], "duration": [2.0, 3.0]}))
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> case = Case(Corpus(Path("toy"), spec, rows, rows))
        >>> mood = Target("mood", ("bad", "good"), np.array([0, 1]))
        >>> round(height_of(mood, case), 2)
        1.71
    """
    lines = len(_shown(target)) + (len(target.classes) > _MOST)
    return _AROUND + max(4, lines * _HEIGHTS[len(_parts(case))]) * _BAR


def by_part(axes: Axes, target: Target, case: Case) -> None:
    """Bars of each class' share, one for each part of the split.

    Example:
        >>> import polars as pl
        >>> from pathlib import Path
        >>> from matplotlib.figure import Figure
        >>> from malsori.corpus import Corpus, CorpusSpec
        >>> from malsori.corpus.columns import complete
        >>> rows = complete(pl.DataFrame({"id": ["a", "b"], "duration": [2.0, 3.0]}))
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> case = Case(Corpus(Path("toy"), spec, rows, rows))
        >>> mood = Target("mood", ("bad", "good"), np.array([0, 1]))
        >>> axes = Figure().subplots()
        >>> by_part(axes, mood, case)
        >>> [text.get_text() for text in axes.texts]
        ['1 (50 %)', '1 (50 %)']
    """
    bare(axes)
    axes.set_title(target.name)
    parts, shown = _parts(case), _shown(target)
    width, widest = 0.8 / max(len(parts), 1), 0.0
    for i, (part, rows) in enumerate(parts.items()):
        counts = np.bincount(
            target.codes[rows & (target.codes >= 0)], minlength=len(target.classes)
        )
        labelled = int(counts.sum())
        shares = counts / max(labelled, 1)
        places = np.arange(len(shown)) + (i - (len(parts) - 1) / 2) * width
        axes.barh(places, shares[shown], height=width * 0.86, color=PART_COLOURS[part],
                  label=part if labelled else f"{part}: no label")  # fmt: skip
        widest = max(widest, float(shares.max()))
        for place, k in zip(places, shown, strict=True):
            if labelled and target.counts[k]:
                text = f"{counts[k]:,} ({100 * shares[k]:.0f} %)" if counts[k] else "none"
                _write(axes, text, shares[k], place, small=len(parts) > 1)
    for place, k in enumerate(shown):
        if not target.counts[k]:
            _write(axes, "no row", 0.0, place, small=len(parts) > 1)
    axes.set_yticks(range(len(shown)), [target.classes[k] for k in shown])
    axes.set_ylim(_bottom(target), -0.6)
    if more := len(target.classes) - len(shown):
        axes.text(0, len(shown) - 0.1, f"and {more:,} more with fewer rows", color=QUIET, size=8)
    axes.set_xlim(0, (widest or 1.0) * 1.35)
    if len(parts) > 1:
        axes.legend(
            loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(parts), frameon=False,
            fontsize=7.5, handlelength=0.8, handleheight=0.8, borderaxespad=0.0, columnspacing=1.0,
        )  # fmt: skip


def _write(axes: Axes, text: str, share: float, place: float, *, small: bool) -> None:
    axes.annotate(
        text, (share, place), xytext=(4, 0), textcoords="offset points", va="center_baseline",
        size=7 if small else 8, color=INK if "%" in text else VERMILION,
    )  # fmt: skip


def _bottom(target: Target) -> float:
    """The lower end of the axis, with a line for what is not shown."""
    shown = len(_shown(target))
    return max(shown + (len(target.classes) > shown), 3) - 0.4


def durations(axes: Axes, target: Target, case: Case) -> None:
    """Of each class: the middle half of its durations, 90 % of them, and their median.

    Example:
        >>> import polars as pl
        >>> from pathlib import Path
        >>> from matplotlib.figure import Figure
        >>> from malsori.corpus import Corpus, CorpusSpec
        >>> from malsori.corpus.columns import complete
        >>> rows = complete(pl.DataFrame({"id": ["a", "b"], "duration": [2.0, 3.0]}))
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> case = Case(Corpus(Path("toy"), spec, rows, rows))
        >>> mood = Target("mood", ("bad", "good"), np.array([0, 1]))
        >>> axes = Figure().subplots()
        >>> durations(axes, mood, case)
        >>> len(axes.patches)
        2
    """
    axes.set_title("Seconds of each class")
    seconds = case.numbers("duration")
    shown = _shown(target)
    axes.spines["left"].set_visible(False)
    axes.tick_params(left=False)
    for place, k in enumerate(shown):
        values = seconds[(target.codes == k) & np.isfinite(seconds)]
        if len(values):
            low, lower, middle, upper, high = np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95))
            axes.plot([low, high], [place, place], color=QUIET, linewidth=1)
            axes.barh(place, upper - lower, left=lower, height=0.5, color=SKY)
            axes.plot([middle, middle], [place - 0.32, place + 0.32], color=INK, linewidth=1.6)
    axes.set_yticks([])
    axes.set_ylim(_bottom(target), -0.6)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    if not np.isfinite(seconds).any():
        axes.set_axis_off()
        axes.text(0, 0.9, "not known", transform=axes.transAxes, color=QUIET, va="top")


def by_group(axes: Axes, target: Target, case: Case) -> None:
    """A column for each speaker, call or dialogue with most rows: shares of its classes.

    Example:
        >>> import polars as pl
        >>> from pathlib import Path
        >>> from matplotlib.figure import Figure
        >>> from malsori.corpus import Corpus, CorpusSpec
        >>> from malsori.corpus.columns import complete
        >>> rows = complete(pl.DataFrame({"id": ["a", "b"], "duration": [2.0, 3.0]}))
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> case = Case(Corpus(Path("toy"), spec, rows, rows))
        >>> mood = Target("mood", ("bad", "good"), np.array([0, 1]))
        >>> axes = Figure().subplots()
        >>> by_group(axes, mood, case)
        >>> axes.texts[0].get_text().splitlines()[0]
        'no 8 speakers, calls or dialogues'
    """
    bare(axes)
    axes.set_yticks([])
    if case.people is None:
        axes.set_axis_off()
        axes.set_title("Classes of each speaker")
        axes.text(0, 0.9, _NO_GROUPS, transform=axes.transAxes, color=QUIET, va="top")
        return
    counts = _table(target, case)
    chosen = np.argsort(-counts.sum(axis=1), kind="stable")[:_MOST_GROUPS]
    shares = counts[chosen] / counts[chosen].sum(axis=1, keepdims=True)
    shares = shares[np.lexsort(-shares.T[::-1])]
    more = f" ({len(chosen)} of {len(counts):,})" if len(counts) > len(chosen) else ""
    axes.set_title(f"Classes of each {case.people}{more}")
    bottom = np.zeros(len(shares))
    there = np.flatnonzero(target.counts > 0)
    frequent = there[np.argsort(-target.counts[there], kind="stable")[: len(_CLASSES)]]
    for colour, k in zip(_CLASSES, sorted(frequent.tolist()), strict=False):
        axes.bar(np.arange(len(shares)), shares[:, k], bottom=bottom, width=0.92,
                 color=colour, label=target.classes[k])  # fmt: skip
        bottom += shares[:, k]
    others = len(there) - len(frequent)
    axes.bar(np.arange(len(shares)), 1 - bottom, bottom=bottom, width=0.92, color=PALE,
             label=f"{others} others" if others else None)  # fmt: skip
    axes.set_xlim(-0.6, len(shares) - 0.4)
    axes.set_ylim(0, 1)
    handles, names = axes.get_legend_handles_labels()
    axes.legend(
        handles[::-1], names[::-1], loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False,
        fontsize=7, handlelength=0.8, handleheight=0.8, borderaxespad=0.3, labelspacing=0.25,
    )  # fmt: skip


def _table(target: Target, case: Case) -> Any:
    """Labelled rows of each group and class ``[G, K]``, groups with any."""
    known = target.codes >= 0
    _, groups = np.unique(case.groups[known], return_inverse=True)
    size = len(target.classes)
    cells = groups.ravel() * size + target.codes[known]
    return np.bincount(cells, minlength=(int(groups.max()) + 1) * size).reshape(-1, size)
