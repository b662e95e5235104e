"""How far off an ordinal task's predictions are, and to which side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from malsori.report.figures.lettering import plain
from malsori.report.figures.marks import Tooltip
from malsori.report.figures.naming import Speak, percent, told
from malsori.report.figures.scale import minus
from malsori.report.figures.sheet import NORMAL, SMALL, WIDE, Sheet
from malsori.report.style import BLUE, INK, QUIET, VERMILION

_TOP: Final = 40.0
_BARS: Final = 120.0
_FOOT: Final = 44.0
_NARROWEST: Final = 38.0
_BROADEST: Final = 112.0


def distance_svg(
    classes: Sequence[str], counts: ArrayLike, words: Speak, *, width: int = WIDE
) -> str:
    """Rows by predicted − true rank: 0 is right, below 0 too low, above 0 too high.

    Where there are more distances than there is room for, the outermost are put together.
    `counts` are [K, K] rows by true (first) and predicted class.

    Example:
        >>> from malsori.words import Words
        >>> svg = distance_svg(["하", "중", "상"], [[8, 2, 0], [1, 9, 0], [0, 0, 0]], Words())
        >>> 'data-distance="1" data-count="2"' in svg
        True
    """
    matrix = np.asarray(counts)
    found = distances(matrix, max(1, (int(width / _NARROWEST) - 1) // 2))
    bars = _Bars.of(found, matrix, width)
    sheet = Sheet(width, _TOP + _BARS + _FOOT)
    for i, (distance, count) in enumerate(found):
        bars.draw(sheet, i, distance, count, words)
    bars.sides(sheet, [plain(classes[0]), plain(classes[-1])], words)
    said = [(bars.label(d), f"{n:,} ({percent(n, bars.total)})") for d, n in found]
    return sheet.svg(words("figure.distance.title"), told(said))


def distances(counts: np.ndarray, most: int) -> list[tuple[int, int]]:
    """Rows for each distance from one side to the other, at most so many ranks out.

    Example:
        >>> distances(np.array([[5, 1, 2], [0, 4, 0], [0, 0, 3]]), 1)
        [(-1, 0), (0, 12), (1, 3)]
    """
    size = len(counts)
    sums = {d: int(np.trace(counts, offset=d)) for d in range(-size + 1, size)}
    reach = max((abs(d) for d, n in sums.items() if n), default=1)
    reach = max(1, min(reach, most))
    found = dict.fromkeys(range(-reach, reach + 1), 0)
    for distance, count in sums.items():
        found[max(-reach, min(reach, distance))] += count
    return list(found.items())


def reach_of(counts: np.ndarray) -> int:
    """The largest distance that occurs.

    Example:
        >>> reach_of(np.array([[5, 1, 2], [0, 4, 0], [0, 0, 3]]))
        2
    """
    true, predicted = np.nonzero(counts)
    return int(np.abs(predicted - true).max(initial=0))


@dataclass(frozen=True)
class _Bars:
    step: float
    edge: int
    grouped: bool
    most: int
    total: int

    @classmethod
    def of(cls, found: Sequence[tuple[int, int]], counts: np.ndarray, width: float) -> _Bars:
        step = min(width / len(found), _BROADEST)
        edge = found[-1][0]
        most = max(count for _, count in found)
        return cls(step, edge, reach_of(counts) > edge, max(most, 1), int(counts.sum()))

    def label(self, distance: int) -> str:
        """A signed number of ranks."""
        text = minus(f"{distance:+d}") if distance else "0"
        if abs(distance) == self.edge and self.grouped:
            return f"{'≤' if distance < 0 else '≥'} {text}"
        return text

    def draw(self, sheet: Sheet, i: int, distance: int, count: int, words: Speak) -> None:
        x, base = i * self.step, _TOP + _BARS
        middle, height = x + self.step / 2, _BARS * count / self.most
        share = percent(count, self.total)
        tooltip = Tooltip(
            f"{self.label(distance)}: {count:,} ({share})", {"distance": distance, "count": count}
        )
        colour = VERMILION if distance else BLUE
        if count:
            gap = 0.08 * self.step
            top = base - max(height, 1.5)
            sheet.box(x + gap, top, self.step - 2 * gap, base - top, colour, tooltip=tooltip)
        tone = INK if count else QUIET
        sheet.text(middle, base - height - 20, f"{count:,}", tone, size=NORMAL, anchor="center")
        if self.total:
            sheet.text(middle, base - height - 6, share, QUIET, size=SMALL, anchor="center")
        under = self.label(distance) if distance else words("figure.distance.right")
        sheet.text(middle, base + SMALL + 6, under, anchor="center")

    def sides(self, sheet: Sheet, outer: Sequence[str], words: Speak) -> None:
        """In words what lies left and right of 0."""
        base, end = _TOP + _BARS, self.step * (2 * self.edge + 1)
        sheet.line([(0, base), (end, base)], QUIET)
        y = base + 2 * SMALL + 14
        room = end / 2 - 6
        low, high = (
            words(f"figure.distance.{side}", name=name)
            for side, name in zip(("low", "high"), outer, strict=True)
        )
        sheet.text(0, y, low, QUIET, size=SMALL, room=room)
        sheet.text(end, y, high, QUIET, size=SMALL, anchor="right", room=room)
