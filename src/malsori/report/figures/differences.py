"""Runs against each other on the same rows: paired differences around 0."""

from __future__ import annotations

import math
from collections.abc import Sequence

from malsori.report.figures.data import DifferenceRow
from malsori.report.figures.marks import Tooltip
from malsori.report.figures.naming import Speak, exact, written
from malsori.report.figures.scale import finite
from malsori.report.figures.sheet import WIDE
from malsori.report.figures.tracks import Band, Track, tracks_svg
from malsori.report.style import BLUE, QUIET


def differences_svg(rows: Sequence[DifferenceRow], words: Speak, *, width: int = WIDE) -> str:
    """A forest plot: a dot for each difference on its interval, blue where 0 is left out.

    Rows of one metric and task share a scale.
    """
    metrics = list(dict.fromkeys(row.metric for row in rows))
    bands = []
    for metric in metrics:
        mine = [row for row in rows if row.metric == metric]
        reach = _reach(mine)
        tasks = list(dict.fromkeys(row.task for row in mine))
        for task in tasks:
            tracks = [_track(row) for row in mine if row.task == task]
            ends = (words("figure.differences.same"), words("figure.differences.more"))
            bands.append(
                Band(
                    words("figure.differences.band", metric=_metric(metric, words), task=task),
                    tracks, -reach, reach, 0.0, ends if task == tasks[0] else None,
                    axis=task == tasks[-1],
                )
            )  # fmt: skip
    return tracks_svg(bands, words("figure.differences.title"), words, width)


def _reach(rows: Sequence[DifferenceRow]) -> float:
    """How far a scale must go to both sides of 0: a round number."""
    values = [v for row in rows for v in (row.estimate.value, row.estimate.low, row.estimate.high)]
    largest = max((abs(v) for v in finite(values)), default=0.0) * 1.02
    if not largest:
        return 0.1
    power = 10.0 ** math.floor(math.log10(largest))
    return next(m * power for m in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if m * power >= largest)


def _track(row: DifferenceRow) -> Track:
    label = f"{row.a} − {row.b}"
    number = written(row.estimate)
    shown = row.estimate.low > 0 or row.estimate.high < 0
    tooltip = Tooltip(
        f"{row.metric}, {row.task}, {label}: {number}",
        exact(row.estimate, task=row.task, metric=row.metric, a=row.a, b=row.b),
    )
    return Track(label, number, row.estimate, tooltip, BLUE if shown else QUIET)


def _metric(name: str, words: Speak) -> str:
    return words(f"figure.metric.{name}") if name in _NAMED else name


_NAMED = ("skill", "score", "macro_f1", "weighted_f1", "uar", "accuracy", "mae", "qwk")
