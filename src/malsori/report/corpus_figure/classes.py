"""A task in three panels: its classes in each part, their durations, and who has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from malsori.corpus.audit import Case
from malsori.corpus.summary import Summary
from malsori.corpus.tallies import tally
from malsori.corpus.targets import Mask
from malsori.corpus.task_summary import TaskSummary
from malsori.report.corpus_figure.frame import HEAD, LINE, Frame
from malsori.report.figures.lettering import width_of
from malsori.report.figures.marks import Tooltip
from malsori.report.figures.naming import percent
from malsori.report.figures.scale import Scale, tick_text
from malsori.report.figures.sheet import NORMAL, SMALL
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
)
from malsori.words import Words

_COLOURS: Final = (BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE, "#f0e442", "#7f7f7f")
_MOST: Final = 24
_BAR: Final = 11.0
_APART: Final = 10.0  # px between two classes
_MOST_LABEL: Final = 0.34  # of the width
_MOST_GROUPS: Final = 80
_SHORTEST, _TALLEST = 96.0, 280.0  # px of a panel

Counts = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Labels:
    """How the rows of a corpus are labelled in one task."""

    summary: TaskSummary  # rows of each class in each part
    rows: Mapping[str, Mask]  # class or range of a number → which rows have it `[N]`
    parts: Mapping[str, int]  # those that have rows → how many; ``all`` without a split

    @classmethod
    def of(cls, case: Case, summary: Summary) -> list[Labels]:
        """Those of every task."""
        corpus = case.corpus
        rows = (tally(corpus.tasks[t.name], corpus.labels(t.name)) for t in summary.tasks)
        return [cls(t, r, summary.parts) for t, r in zip(summary.tasks, rows, strict=True)]

    @property
    def shown(self) -> list[str]:
        """The classes in their order; of very many, those with most rows."""
        order = sorted(self.rows, key=lambda name: -int(self.rows[name].sum()))
        return [name for name in self.rows if name in order[:_MOST]]

    @property
    def split(self) -> bool:
        """Whether there are parts to tell apart."""
        return "all" not in self.parts

    def start(self, frame: Frame) -> float:
        """Where the classes begin in every panel of the task, below its title and the parts."""
        return frame.top + HEAD + (LINE if self.split else 0)

    @property
    def slot(self) -> float:
        """Height of a class, px."""
        lines = len(self.parts)
        return _APART + (lines * (_BAR + 2) if lines > 1 else NORMAL)

    def bottom(self, top: float) -> float:
        """Where the classes end."""
        return top + max(self.slot * len(self.shown), _SHORTEST)


def by_part(frame: Frame, labels: Labels) -> float:
    """Bars of each class' share, one for each part of the split; returns where it ends, px."""
    words, task = frame.words, labels.summary
    frame.title(f"{task.name} ({words(f'kind.{task.kind}')})")
    if labels.split:
        _legend(frame, labels)
    top = labels.start(frame)
    without = words("figure.corpus.unlabelled")
    widest = max((width_of(name, NORMAL) for name in [*labels.shown, without]), default=0.0)
    label = min(widest, _MOST_LABEL * frame.width)
    shares = [task.share(c, part) or 0.0 for c in labels.shown for part in labels.parts]
    room = frame.width - label - 8 - width_of("00,000 (00 %) ", SMALL)
    left = frame.left + label + 8
    scale = Scale(0, max(shares, default=0.0) or 1.0, left, left + room)
    for i, name in enumerate(labels.shown):
        middle = top + (i + 0.5) * labels.slot
        base = middle + NORMAL * 0.35
        frame.sheet.text(scale.start - 8, base, name, anchor="right", room=label + 1)
        _bars(frame, labels, name, middle, scale)
    base = top + len(labels.shown) * labels.slot + SMALL
    if more := len(labels.rows) - len(labels.shown):
        text = words("figure.corpus.more_classes", n=more)
        frame.sheet.text(scale.start, base, text, QUIET, size=SMALL)
        base += LINE
    if any(task.unlabelled.values()):
        _unlabelled(frame, labels, scale.start, base)
        base += LINE
    return base


def _legend(frame: Frame, labels: Labels) -> None:
    x, base = frame.left, frame.top + NORMAL + LINE + 4
    for part, n in labels.parts.items():
        rows = labels.summary.rows(part)
        key = "figure.corpus.part" if rows else "figure.corpus.part_unlabelled"
        text = frame.words(key, part=frame.words(f"part.{part}"), n=n)
        frame.sheet.box(x, base - 9, 9, 9, PART_COLOURS[part])
        frame.sheet.text(x + 14, base, text, QUIET, size=SMALL)
        x += 14 + width_of(text, SMALL) + 18


def _bars(frame: Frame, labels: Labels, name: str, middle: float, scale: Scale) -> None:
    task, words = labels.summary, frame.words
    if not labels.rows[name].any():
        text = words("figure.corpus.no_row")
        frame.sheet.text(scale.start, middle + SMALL * 0.35, text, VERMILION, size=SMALL)
        return
    high = _BAR if len(labels.parts) > 1 else NORMAL
    top = middle - (high + 2) * len(labels.parts) / 2
    for i, part in enumerate(labels.parts):
        share, n, y = task.share(name, part), task.classes[name][part], top + i * (high + 2) + 1
        if share is None:
            continue
        text = f"{n:,} ({percent(n, task.rows(part))})" if n else words("figure.corpus.none")
        values = {"task": task.name, "class": name, "part": part, "count": n, "share": share}
        tooltip = Tooltip(f"{', '.join([name, *_named(part, words)])}: {text}", values)
        end = scale(share)
        frame.sheet.box(
            scale.start, y, end - scale.start, high, PART_COLOURS[part], tooltip=tooltip
        )
        colour = INK if n else VERMILION
        frame.sheet.text(end + 5, y + high / 2 + SMALL * 0.35, text, colour, size=SMALL)


def _unlabelled(frame: Frame, labels: Labels, start: float, base: float) -> None:
    words, task = frame.words, labels.summary
    frame.sheet.text(start - 8, base, words("figure.corpus.unlabelled"), QUIET, size=SMALL,
                     anchor="right")  # fmt: skip
    counts = [" ".join([*_named(p, words), f"{task.unlabelled[p]:,}"]) for p in labels.parts]
    frame.sheet.text(start, base, " · ".join(counts), QUIET, size=SMALL)


def _named(part: str, words: Words) -> list[str]:
    """The name of a part; none where there is no split."""
    return [] if part == "all" else [words(f"part.{part}")]


def durations(frame: Frame, labels: Labels, case: Case) -> float:
    """Of each class: the middle half of its durations, 90 % of them, and their median."""
    frame.title(frame.words("figure.corpus.seconds"))
    seconds = case.numbers("duration")
    known = np.isfinite(seconds)
    values = {name: seconds[labels.rows[name] & known] for name in labels.shown}
    spans = {
        name: np.quantile(each, (0.05, 0.25, 0.5, 0.75, 0.95)).tolist()
        for name, each in values.items()
        if len(each)
    }
    if not spans:
        return frame.aside(frame.words("figure.corpus.unknown"))
    top = labels.start(frame)
    bottom = labels.bottom(top)
    longest = max(span[-1] for span in spans.values()) or 1.0
    scale = Scale(0, longest * 1.02, frame.left + 6, frame.right - 6)
    ticks = scale.ticks(4)
    for tick in ticks:
        frame.sheet.rule(scale(tick), top, bottom)
        text = tick_text(tick, ticks)
        frame.sheet.text(scale(tick), bottom + LINE, text, QUIET, size=SMALL, anchor="center")
    for i, name in enumerate(labels.shown):
        if name in spans:
            _span(frame, name, spans[name], top + (i + 0.5) * labels.slot, scale)
    return bottom + LINE


def _span(frame: Frame, name: str, span: list[float], y: float, scale: Scale) -> None:
    low, lower, middle, upper, high = map(scale, span)
    texts = " – ".join(f"{value:.1f}" for value in span)
    tooltip = Tooltip(f"{name}: {texts} s", {"class": name, "median": span[2]})
    frame.sheet.line([(low, y), (high, y)], QUIET)
    frame.sheet.box(lower, y - 6, upper - lower, 12, SKY, tooltip=tooltip)
    frame.sheet.line([(middle, y - 8), (middle, y + 8)], INK, weight=1.8)


def by_group(frame: Frame, labels: Labels, case: Case) -> float:
    """A column for each speaker, call or dialogue with most rows: shares of its classes."""
    words = frame.words
    of = words(f"column.{case.people or 'speaker'}")
    title = words("figure.corpus.groups", of=of)
    counts = _table(labels, case)
    if not len(counts):
        frame.title(title)
        return frame.aside(words("figure.corpus.no_groups"))
    chosen = np.argsort(-counts.sum(axis=1), kind="stable")[:_MOST_GROUPS]
    if len(counts) > len(chosen):
        title += f" ({len(chosen)} / {len(counts):,})"
    frame.title(title)
    shares = counts[chosen] / counts[chosen].sum(axis=1, keepdims=True)
    shares = shares[np.lexsort(-shares.T[::-1])]
    colours = _colours(counts.sum(axis=0))
    named = [(name, colours[k]) for k, name in enumerate(labels.rows) if k in colours]
    if others := int((counts.sum(axis=0) > 0).sum()) - len(named):
        named.append((words("figure.corpus.others", n=others), PALE))
    room = min(max(width_of(name, SMALL) for name, _ in named) + 22, frame.width * 0.45)
    top = labels.start(frame)
    bottom = max(min(labels.bottom(top), top + _TALLEST), top + LINE * len(named))
    _columns(frame, labels.summary.name, shares, colours, (top, bottom, frame.right - room))
    for i, (name, colour) in enumerate(reversed(named)):
        x, base = frame.right - room + 8, (top + bottom + LINE * (2 * i - len(named) + 1)) / 2 + 4
        frame.sheet.box(x, base - 9, 9, 9, colour)
        frame.sheet.text(x + 14, base, name, size=SMALL, room=room - 21)
    return bottom


def _columns(
    frame: Frame,
    task: str,
    shares: Any,
    colours: Mapping[int, str],
    ends: tuple[float, float, float],
) -> None:
    top, bottom, right = ends
    step = (right - frame.left) / len(shares)
    for g, column in enumerate(shares):
        x, y = frame.left + g * step, bottom
        pieces = [(float(column[k]), colour) for k, colour in colours.items()]
        pieces.append((1 - sum(share for share, _ in pieces), PALE))
        for share, colour in pieces:
            if share > 1e-9:
                high = share * (bottom - top)
                y -= high
                tooltip = Tooltip("", {"task": task, "group": g, "share": share})
                frame.sheet.box(x, y, step * 0.92, high, colour, tooltip=tooltip)


def _colours(rows: Counts) -> dict[int, str]:
    """Number of a class → its colour, for the most frequent ones, in their order."""
    frequent = np.argsort(-rows, kind="stable")[: len(_COLOURS)]
    return dict(zip(sorted(k for k in frequent.tolist() if rows[k]), _COLOURS, strict=False))


def _table(labels: Labels, case: Case) -> Counts:
    """Rows of each group and class ``[G, K]``, groups with any; none if no groups are known."""
    if case.people is None or not labels.rows:
        return np.zeros((0, 0), np.int64)
    size = int(case.groups.max()) + 1
    columns = [np.bincount(case.groups[mask], minlength=size) for mask in labels.rows.values()]
    table = np.stack(columns, axis=1)
    return np.asarray(table[table.sum(axis=1) > 0])
