"""What each modality is worth: skill with all of them and with each alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from malsori.evaluation.intervals import Estimate
from malsori.report.figures.answer import skill_floor
from malsori.report.figures.marks import Tooltip
from malsori.report.figures.naming import Speak, condition_name, exact, written
from malsori.report.figures.sheet import WIDE
from malsori.report.figures.tracks import Band, Track, tracks_svg


@dataclass(frozen=True)
class ConditionRow:
    """What a run reaches at one task when it is given these modalities."""

    task: str  # its name
    condition: str  # such as `speech+text` or `text`
    skill: Estimate  # under this condition
    best: float | None = None  # the best that is possible under this condition, where it is known


def modalities_svg(rows: Sequence[ConditionRow], words: Speak, *, width: int = WIDE) -> str:
    """Skill of a run at each task under each condition, with the best possible of each."""
    tasks = list(dict.fromkeys(row.task for row in rows))
    low = skill_floor(v for row in rows for v in (row.skill.value, row.skill.low))
    bands = []
    for task in tasks:
        tracks = [_track(row, words) for row in rows if row.task == task]
        ends = (words("figure.nothing"), words("figure.perfect")) if task == tasks[0] else None
        bands.append(Band(task, tracks, low, 1.0, ends, words("figure.best"), task == tasks[-1]))
    return tracks_svg(bands, words("figure.modalities.title"), words, width)


def _track(row: ConditionRow, words: Speak) -> Track:
    label = condition_name(row.condition, words)
    tooltip = Tooltip(
        f"{label}, {row.task}: {written(row.skill)}",
        exact(row.skill, task=row.task, condition=row.condition),
    )
    return Track(label, written(row.skill), row.skill, tooltip, best=row.best)
