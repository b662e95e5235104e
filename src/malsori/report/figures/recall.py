"""How much of each class is found."""

from __future__ import annotations

from collections.abc import Sequence

from malsori.evaluation.intervals import Estimate
from malsori.report.figures.marks import Tooltip
from malsori.report.figures.naming import Speak, exact, written
from malsori.report.figures.sheet import WIDE
from malsori.report.figures.tracks import Band, Track, tracks_svg


def recall_svg(
    classes: Sequence[str],
    estimates: Sequence[Estimate],
    support: Sequence[int],
    words: Speak,
    *,
    width: int = WIDE,
) -> str:
    """Recall of each class with its interval and the number of rows behind it.

    Example:
        >>> from malsori.words import Words
        >>> "0.750" in recall_svg(["하", "상"], [Estimate(0.75), Estimate(1.0)], [4, 2], Words())
        True
    """
    tracks = []
    for name, estimate, rows in zip(classes, estimates, support, strict=True):
        number = words("figure.recall.number", recall=written(estimate), n=f"{rows:,}")
        tooltip = Tooltip(f"{name}: {number}", exact(estimate, **{"class": name, "support": rows}))
        tracks.append(Track(name, number, estimate, tooltip))
    ends = (words("figure.recall.none"), words("figure.recall.all"))
    band = Band("", tracks, 0.0, 1.0, ends)
    return tracks_svg([band], words("figure.recall.title"), words, width)
