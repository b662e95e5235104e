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
_MOST: Final = 12
_BAR: Final = 0.19  # inches
_AROUND: Final = 0.95
_MOST_GROUPS: Final = 80


def _shown(target: Target) -> list[int]:
    """The classes in their order; of very many, those with most rows."""
    if len(target.classes) <= _MOST:
        return list(range(len(target.classes)))
    return sorted(np.argsort(-target.counts, kind="stable")[:_MOST].tolist())


def _parts(case: Case) -> dict[str, Any]:
    if case.parts is None:
        return {"all": np.ones(case.count, bool)}
    return {part: (case.parts == part).to_numpy() for part in SPLITS}


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
    return _AROUND + max(4, len(_shown(target)) * (1 if case.parts is None else 1.9)) * _BAR


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
    width, widest = 0.8 / len(parts), 0.0
    for i, (part, rows) in enumerate(parts.items()):
        counts = np.bincount(
            target.codes[rows & (target.codes >= 0)], minlength=len(target.classes)
        )
        shares = counts / max(counts.sum(), 1)
        places = np.arange(len(shown)) + (i - (len(parts) - 1) / 2) * width
        axes.barh(places, shares[shown], height=width * 0.86, color=PART_COLOURS[part], label=part)
        widest = max(widest, float(shares.max()))
        for place, k in zip(places, shown, strict=True):
            absent = counts[k] == 0
            text = f"{counts[k]:,} ({100 * shares[k]:.0f} %)" if not absent else "none"
            axes.annotate(
                text, (shares[k], place), xytext=(4, 0), textcoords="offset points",
                va="center_baseline", size=8 if len(parts) == 1 else 7,
                color=VERMILION if absent else INK,
            )  # fmt: skip
    axes.set_yticks(range(len(shown)), [target.classes[k] for k in shown])
    axes.set_ylim(max(len(shown), 3) - 0.4, -0.6)
    axes.set_xlim(0, (widest or 1.0) * 1.35)
    if len(parts) > 1:
        axes.legend(
            loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(parts), frameon=False,
            fontsize=7.5, handlelength=0.8, handleheight=0.8, borderaxespad=0.0, columnspacing=1.0,
        )  # fmt: skip


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
    axes.set_ylim(max(len(shown), 3) - 0.4, -0.6)
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
        >>> axes.texts[0].get_text()
        'no groups'
    """
    bare(axes)
    axes.set_yticks([])
    if case.people is None:
        axes.set_axis_off()
        axes.text(0, 0.9, "no groups", transform=axes.transAxes, color=QUIET, va="top")
        return
    counts = _table(target, case)
    chosen = np.argsort(-counts.sum(axis=1), kind="stable")[:_MOST_GROUPS]
    shares = counts[chosen] / counts[chosen].sum(axis=1, keepdims=True)
    shares = shares[np.lexsort(-shares.T[::-1])]
    more = f" ({len(chosen)} of {len(counts):,})" if len(counts) > len(chosen) else ""
    axes.set_title(f"Classes of each {case.people}{more}")
    bottom = np.zeros(len(shares))
    for i, k in enumerate(_shown(target)):
        axes.bar(np.arange(len(shares)), shares[:, k], bottom=bottom, width=0.92,
                 color=_CLASSES[i % len(_CLASSES)], label=target.classes[k])  # fmt: skip
        bottom += shares[:, k]
    axes.bar(np.arange(len(shares)), 1 - bottom, bottom=bottom, width=0.92, color=PALE)
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
