"""What lies on a sheet: shapes at places in px, how they are painted, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

Point = tuple[float, float]
Anchor = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Tooltip:
    """What is known of one mark beyond its looks."""

    title: str = ""  # shown when the mark is pointed at
    values: Mapping[str, object] = field(default_factory=dict)  # exact numbers, in `data-…`


NO_TOOLTIP: Final = Tooltip()


@dataclass(frozen=True)
class Lines:
    """Points joined by straight lines, in one piece or several."""

    pieces: Sequence[Sequence[Point]]


@dataclass(frozen=True)
class Box:
    """A rectangle from its top left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Disc:
    """A disc around a place."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Letters:
    """One line of text on a baseline that begins, is centred or ends at a place."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    anchor: Anchor = "left"


Shape = Lines | Box | Disc | Letters


@dataclass(frozen=True)
class Mark:
    """One shape as it is painted."""

    shape: Shape  # what and where
    fill: str = ""  # colour of its inside; nothing where it is drawn as a line
    stroke: str = ""  # colour of its line; nothing where it is filled
    weight: float = 1.0  # of the line, px; its ends are round
    dash: tuple[float, ...] = ()  # lengths of dashes and gaps, px; such ends are square
    opacity: float = 1.0  # in (0, 1]
    tooltip: Tooltip = NO_TOOLTIP  # what is known of it
