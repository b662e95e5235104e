"""The answer in one figure: what each task reaches, from knowing nothing to the best possible."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from malsori.evaluation.intervals import Estimate
from malsori.report.figures.marks import Tooltip
from malsori.report.figures.naming import Speak, exact, written
from malsori.report.figures.scale import finite
from malsori.report.figures.sheet import WIDE
from malsori.report.figures.tracks import Band, Track, tracks_svg

LOWEST: Final = -1.0
"""Skill may fall without end; from here on an arrow stands for it."""


@dataclass(frozen=True)
class AnswerRow:
    """What one run reaches at one task."""

    task: str  # its name
    run: str  # name of the run
    skill: Estimate  # 1 − score / score of the prior: 0 knows nothing, 1 is always right and sure
    best: float | None = None  # the best that is possible on this data, where it is known
    single: Estimate | None = None  # skill of the recipe trained on this task alone, if known


def answer_svg(rows: Sequence[AnswerRow], words: Speak, *, width: int = WIDE) -> str:
    """Skill of each run at each task, with its interval, on the way from 0 to 1.

    A dot is the run, a ring the same recipe on this task alone, a line across the best possible.

    Example:
        >>> from malsori.words import Words
        >>> rows = [AnswerRow("urgency", "both", Estimate(0.512, 0.45, 0.57), best=0.8)]
        >>> "0.512 [0.45, 0.57]" in answer_svg(rows, Words("en"))
        True
    """
    bands = _bands(rows, words)
    one = len({(row.task, row.run) for row in rows}) == 1
    title = words(f"figure.answer.{'title_one' if one else 'title'}")
    return tracks_svg(bands, title, words, width)


def _bands(rows: Sequence[AnswerRow], words: Speak) -> list[Band]:
    tasks = list(dict.fromkeys(row.task for row in rows))
    estimates = [e for row in rows for e in (row.skill, row.single) if e is not None]
    low = skill_floor(v for e in estimates for v in (e.value, e.low))
    bands = []
    for task in tasks:
        mine = [row for row in rows if row.task == task]
        ends = (words("figure.nothing"), words("figure.perfect")) if task == tasks[0] else None
        tracks = [_track(row) for row in mine] + _singles(mine, words)
        bands.append(Band(task, tracks, low, 1.0, ends, words("figure.best"), task == tasks[-1]))
    return bands


def skill_floor(values: Iterable[float]) -> float:
    """Where a scale of skill begins: a little below 0, or lower where something lies there.

    Example:
        >>> skill_floor([0.4, 0.1]), skill_floor([-0.22, 0.5]), skill_floor([-70.0])
        (-0.03, -0.3, -1.0)
    """
    lowest = min(finite(values), default=0.0)
    if lowest >= 0:
        return -0.03
    return max(LOWEST, math.floor(lowest * 10 - 0.2) / 10)


def _track(row: AnswerRow) -> Track:
    tooltip = Tooltip(
        f"{row.run}, {row.task}: {written(row.skill)}", exact(row.skill, task=row.task, run=row.run)
    )
    return Track(row.run, written(row.skill), row.skill, tooltip, best=row.best)


def _singles(rows: Sequence[AnswerRow], words: Speak) -> list[Track]:
    """One ring for each different single-task result."""
    found = {row.single: row for row in rows if row.single is not None}
    key = "figure.answer.single" if len(found) == 1 else "figure.answer.single_of"
    tracks = []
    for single, row in found.items():
        label = words(key, run=row.run)
        tooltip = Tooltip(
            f"{label}, {row.task}: {written(single)}", exact(single, task=row.task, single=row.run)
        )
        tracks.append(Track(label, written(single), single, tooltip, hollow=True, best=row.best))
    return tracks
