"""A corpus as one picture: durations, sample rates, modalities, and classes per part."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from malsori.console import number
from malsori.corpus.corpus import Corpus
from malsori.corpus.summary import Summary, summarise
from malsori.corpus.task_summary import TaskSummary
from malsori.report.style import (
    BLUE,
    INK,
    PALE,
    PART_COLOURS,
    QUIET,
    bare,
    check_suffix,
    save,
    theme,
)

_WIDTH: Final = 11.0  # inches, as all sizes here
_HEAD: Final = 0.75
_OVERVIEW: Final = 2.3
_ABOVE_BARS: Final = 0.95
_BAR: Final = 0.25
_OVERVIEW_WIDTHS: Final = (5, 3, 4)
_SIDE_BY_SIDE: Final = 3
_FEWEST_SLOTS: Final = 3
_MOST_BARS: Final = 12
_LONG_TAIL: Final = 20.0

Seconds = np.ndarray[Any, np.dtype[np.float64]]
Panel = tuple[TaskSummary, str]


def corpus_figure(corpus: Corpus, split: str | None, path: Path) -> Path:
    """Draws what a corpus is at a glance.

    Args:
        corpus: The corpus.
        split: Name of a saved split, whose parts are shown side by side, or None.
        path: Where to write; the ending (.svg, .png, .pdf) decides the format.

    Returns:
        The path.

    Raises:
        MalsoriError: There is no such split, or the ending is another one.

    Example:
        >>> import tempfile
        >>> import polars as pl
        >>> from malsori.corpus import CorpusSpec, write_corpus
        >>> rows = pl.DataFrame({"id": ["a"], "duration": [4.0], "text": ["불이 났어요"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     spec = CorpusSpec(name="toy", adapter="table", tasks=())
        ...     corpus = write_corpus(Path(folder) / "toy", spec, rows)
        ...     corpus_figure(corpus, None, Path(folder) / "toy.svg").name
        'toy.svg'
    """
    check_suffix(path)
    summary = summarise(corpus, split)
    seconds = corpus.utterances["duration"].drop_nulls().to_numpy()
    with theme():
        return save(draw(summary, seconds), path)


def draw(summary: Summary, seconds: Seconds) -> Figure:
    """The figure of a summary and the durations of its utterances ``[N]`` in s.

    Example:
        >>> from malsori.corpus.summary import Summary
        >>> empty = Summary("toy", 0, {}, 0.0, {}, {}, {}, {}, {"all": 0}, (), {}, ())
        >>> len(draw(empty, np.zeros(0)).axes)
        3
    """
    bands = _bands(summary)
    heights = [
        _OVERVIEW,
        *(_ABOVE_BARS + _BAR * max(_slots(task) for task, _ in band) for band in bands),
    ]
    total = _HEAD + sum(heights)
    below_head = ConstrainedLayoutEngine(
        rect=(0.01, 0.0, 0.98, sum(heights) / total), h_pad=0.1, w_pad=0.06
    )
    figure = Figure(figsize=(_WIDTH, total), layout=below_head)
    grid = figure.add_gridspec(len(heights), 1, height_ratios=heights)
    _headline(figure, summary, total)
    _overview(_beside(figure, grid[0], _OVERVIEW_WIDTHS), summary, seconds)
    for row, band in enumerate(bands, start=1):
        _class_panels(_beside(figure, grid[row], [1] * len(band)), band, summary)
    return figure


def _beside(figure: Figure, place: SubplotSpec, widths: Sequence[float]) -> list[Axes]:
    """Panels side by side; each row has columns of its own, so that names have their room."""
    columns = place.subgridspec(1, len(widths), width_ratios=list(widths))
    return [figure.add_subplot(columns[0, i]) for i in range(len(widths))]


def _bands(summary: Summary) -> list[list[Panel]]:
    """What stands side by side: the parts of a split, or else several tasks."""
    if summary.split:
        return [[(task, part) for part in summary.parts] for task in summary.tasks]
    tasks = [(task, part) for task in summary.tasks for part in summary.parts]
    return [tasks[i : i + _SIDE_BY_SIDE] for i in range(0, len(tasks), _SIDE_BY_SIDE)]


def _slots(task: TaskSummary) -> int:
    """How many bars a panel of the task has."""
    return min(len(task.classes), _MOST_BARS) + any(task.unlabelled.values())


def _headline(figure: Figure, summary: Summary, height: float) -> None:
    facts = [f"{summary.rows:,} utterances"]
    facts += [f"{count:,} {what}{'s' * (count != 1)}" for what, count in summary.known.items()]
    facts += [f"{number(summary.hours, 2)} h"] if summary.hours else []
    if left_out := sum(summary.quarantine.values()):
        facts.append(f"{left_out:,} rows left out")
    if summary.split:
        facts.append(f"split {summary.split}")
    figure.text(0.015, 1 - 0.26 / height, summary.name, size=14, weight="bold", va="center")
    figure.text(0.015, 1 - 0.54 / height, " · ".join(facts), color=QUIET, size=9.5, va="center")


def _overview(panels: Sequence[Axes], summary: Summary, seconds: Seconds) -> None:
    durations, rates, modalities = panels
    _durations(durations, seconds)
    rates.set_title("Sample rate")
    found = {f"{rate:,} Hz": rows for rate, rows in summary.sample_rates.items()}
    shares = [f"{100 * rows / summary.rows:.0f} %" for rows in found.values()]
    _rows_of_all(rates, found, summary.rows, shares)
    modalities.set_title("Modalities")
    missing = [f"{summary.rows - n:,} missing" for n in summary.present.values()]
    _rows_of_all(modalities, summary.present, summary.rows, missing)


def _durations(axes: Axes, seconds: Seconds) -> None:
    axes.set_title("Duration of an utterance")
    if not len(seconds):
        _nothing(axes)
        return
    middle = float(np.median(seconds))
    low, high = float(seconds.min()), float(seconds.max())
    bins = int(np.clip(math.sqrt(len(seconds)) * 1.5, 5, 40))
    if low > 0 and high > _LONG_TAIL * middle:
        axes.set_xscale("log")
        edges = np.geomspace(low, high, bins + 1)
    else:
        edges = np.linspace(0.0, high * 1.001, bins + 1)
        axes.set_xlim(0, high * 1.02)
    axes.hist(seconds, bins=edges.tolist(), color=BLUE, edgecolor="white", linewidth=0.6)
    axes.axvline(middle, color=INK, linewidth=1)
    top = axes.get_ylim()[1]
    axes.set_ylim(0, top * 1.12)
    _mark(axes, middle, f"median {number(middle, 1)} s", top * 1.11)
    axes.set_xlabel("seconds")
    axes.set_ylabel("utterances")
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.tick_params(axis="y", colors=QUIET, labelsize=8)


def _mark(axes: Axes, x: float, text: str, y: float) -> None:
    """Text beside a line, on the side where there is room for it."""
    (left, _), (right, _) = axes.transData.transform([(x, 0), (axes.get_xlim()[1], 0)])
    start = axes.transData.transform((axes.get_xlim()[0], 0))[0]
    room_right = right - left >= left - start
    axes.annotate(
        text, (x, y), xytext=(4 if room_right else -4, 0), textcoords="offset points",
        va="top", ha="left" if room_right else "right",
    )  # fmt: skip


def _rows_of_all(axes: Axes, counts: dict[str, int], total: int, remarks: Sequence[str]) -> None:
    """One bar for each name: its rows, and the rest of all rows in grey."""
    labels = [
        f"{rows:,} ({'all' if rows == total else remark})"
        for rows, remark in zip(counts.values(), remarks, strict=True)
    ]
    _bars(axes, list(counts), list(counts.values()), labels, BLUE, whole=total)
    if counts:
        axes.set_ylim(max(len(counts), _FEWEST_SLOTS) - 0.4, -0.6)


def _class_panels(panels: Sequence[Axes], band: Sequence[Panel], summary: Summary) -> None:
    """Classes of the tasks and parts of one band, all on one scale."""
    shares = [[task.share(c, part) or 0.0 for c in _shown(task)] for task, part in band]
    widest = max((share for panel in shares for share in panel), default=0.0) or 1.0
    slots = max(_slots(task) for task, _ in band)  # bars are as thick in all of the band
    for axes, (task, part), values in zip(panels, band, shares, strict=True):
        first = axes is panels[0]
        title = f"{task.name} ({task.kind})" if first or not summary.split else ""
        axes.set_title(title, pad=24 if summary.split else None)
        if summary.split:
            heading = f"{part}, {summary.parts[part]:,} rows"
            axes.annotate(
                heading, (0, 1), xycoords="axes fraction", xytext=(0, 8),
                textcoords="offset points", color=QUIET,
            )  # fmt: skip
        _class_bars(axes, task, part, values)
        axes.set(xlim=(0, widest * 1.45), ylim=(slots - 0.4, -0.6))
        if summary.split and not first:
            axes.set_yticks([])


def _shown(task: TaskSummary) -> list[str]:
    """The classes in declared order; of very many, those with most rows."""
    if len(task.classes) <= _MOST_BARS:
        return list(task.classes)
    total = {label: sum(counts.values()) for label, counts in task.classes.items()}
    kept = sorted(total, key=lambda label: -total[label])[:_MOST_BARS]
    return [label for label in task.classes if label in kept]


def _class_bars(axes: Axes, task: TaskSummary, part: str, shares: Sequence[float]) -> None:
    names, widths = _shown(task), list(shares)
    counts = [task.classes[name][part] for name in names]
    labels = [
        f"{n:,} ({100 * share:.0f} %)" if n else "0"
        for n, share in zip(counts, shares, strict=True)
    ]
    if any(task.unlabelled.values()):
        names, widths = [*names, "not labelled"], [*widths, 0.0]
        labels.append(f"{task.unlabelled[part]:,}")
    if hidden := len(task.classes) - len(_shown(task)):
        axes.set_xlabel(f"and {hidden} classes with fewer rows", loc="left")
    _bars(axes, names, widths, labels, PART_COLOURS[part])


def _bars(
    axes: Axes,
    names: Sequence[str],
    widths: Sequence[float],
    labels: Sequence[str],
    colour: str,
    *,
    whole: float | None = None,
) -> None:
    """Horizontal bars with their values beside them; a `whole` is drawn behind them in grey."""
    bare(axes)
    if not names:
        _nothing(axes)
        return
    places = np.arange(len(names))
    if whole is not None:
        axes.barh(places, [whole] * len(names), height=0.62, color=PALE)
        axes.set_xlim(0, whole * 1.65)
    axes.barh(places, widths, height=0.62, color=colour)
    for place, width, label in zip(places, widths, labels, strict=True):
        axes.annotate(
            label, (width if whole is None else whole, place), xytext=(5, 0),
            textcoords="offset points", va="center_baseline",
        )  # fmt: skip
    axes.set_yticks(places, names)


def _nothing(axes: Axes) -> None:
    axes.set_axis_off()
    axes.text(0, 0.9, "none", transform=axes.transAxes, color=QUIET, va="top")
