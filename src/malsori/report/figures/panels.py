"""Small plots with two axes: their place, their frame, and labels that do not collide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from malsori.report.figures.scale import Scale, tick_text
from malsori.report.figures.sheet import SMALL, Sheet
from malsori.report.style import PALE, QUIET


@dataclass(frozen=True)
class Panel:
    """A plot on a sheet: a scale to the right and one upwards."""

    x: Scale
    y: Scale

    def grid(self, sheet: Sheet, *, across: Sequence[float], along: Sequence[float]) -> None:
        """Thin lines with numbers: `across` at heights of y, numbers of `along` below x."""
        for tick in across:
            y = self.y(tick)
            sheet.line([(self.x.start, y), (self.x.end, y)], PALE)
            text = tick_text(tick, across)
            sheet.text(self.x.start - 6, y + 4, text, QUIET, size=SMALL, anchor="right")
        for tick in along:
            text = tick_text(tick, along)
            below = self.y.start + SMALL + 5
            sheet.text(self.x(tick), below, text, QUIET, size=SMALL, anchor="center")

    def points(self, x: Sequence[float], y: Sequence[float]) -> list[list[tuple[float, float]]]:
        """Places of a series, in pieces where it is not finite."""
        pieces: list[list[tuple[float, float]]] = [[]]
        for a, b in zip(x, y, strict=True):
            if abs(b) < float("inf"):  # False for NaN too
                pieces[-1].append((self.x(a), self.y(b)))
            elif pieces[-1]:
                pieces.append([])
        return [piece for piece in pieces if piece]


def spread(wanted: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Heights near the wanted ones, in the same order, at least so far apart.

    Args:
        wanted: Heights, in any order.
        distance: Between two of them.
        low: Smallest height.
        high: Largest height, kept to if there is room at all.

    Example:
        >>> spread([50, 52, 90], 12, 0, 100)
        [45.0, 57.0, 90.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    groups: list[tuple[list[int], float]] = []  # members in order, and where they are centred
    for i in order:
        groups.append(([i], min(max(float(wanted[i]), low), high)))
        while len(groups) > 1 and _overlap(groups[-2], groups[-1], distance):
            second, first = groups.pop(), groups.pop()
            groups.append(_joined(first, second, distance, (low, high)))
    heights = [0.0] * len(wanted)
    for members, centre in groups:
        for place, i in enumerate(members):
            heights[i] = centre + (place - (len(members) - 1) / 2) * distance
    return heights


_Group = tuple[list[int], float]


def _overlap(first: _Group, second: _Group, distance: float) -> bool:
    half = (len(first[0]) + len(second[0])) / 2 * distance
    return second[1] - first[1] < half - 1e-9


def _joined(first: _Group, second: _Group, distance: float, ends: tuple[float, float]) -> _Group:
    members = first[0] + second[0]
    centre = (first[1] * len(first[0]) + second[1] * len(second[0])) / len(members)
    half = (len(members) - 1) / 2 * distance
    return members, max(ends[0] + half, min(centre, ends[1] - half))
