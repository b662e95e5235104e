"""Runs against each other on the same rows: paired differences around 0."""

from __future__ import annotations

import math
from collections.abc import Sequence

from malsori.evaluation.intervals import Estimate
from malsori.report.facts.comparing import RunDifference
from malsori.report.figures.marks import Tooltip
from malsori.report.figures.naming import Speak, exact, written
from malsori.report.figures.scale import finite
from malsori.report.figures.sheet import WIDE
from malsori.report.figures.tracks import Band, Track, tracks_svg
from malsori.report.style import BLUE, QUIET


def differences_svg(
    differences: Sequence[RunDifference], words: Speak, *, width: int = WIDE
) -> str:
    """A forest plot of differences in skill: a dot on its interval, blue where 0 is left out."""
    reach = _reach([d.found.difference for d in differences])
    metric, tasks = words("figure.metric.skill"), list(dict.fromkeys(d.task for d in differences))
    bands = []
    for task in tasks:
        tracks = [_track(d) for d in differences if d.task == task]
        ends = (words("figure.differences.same"), words("figure.differences.more"))
        title = words("figure.differences.band", metric=metric, task=task)
        first, last = task == tasks[0], task == tasks[-1]
        bands.append(Band(title, tracks, -reach, reach, ends if first else None, axis=last))
    return tracks_svg(bands, words("figure.differences.title"), words, width)


def _reach(estimates: Sequence[Estimate]) -> float:
    """How far a scale must go to both sides of 0: a round number."""
    values = [v for e in estimates for v in (e.value, e.low, e.high)]
    largest = max((abs(v) for v in finite(values)), default=0.0) * 1.02
    if not largest:
        return 0.1
    power = 10.0 ** math.floor(math.log10(largest))
    return next(m * power for m in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if m * power >= largest)


def _track(d: RunDifference) -> Track:
    label, estimate = f"{d.a} − {d.b}", d.found.difference
    tooltip = Tooltip(
        f"skill, {d.task}, {label}: {written(estimate)}",
        exact(estimate, task=d.task, metric="skill", a=d.a, b=d.b),
    )
    return Track(label, written(estimate), estimate, tooltip, BLUE if d.found.shown else QUIET)
