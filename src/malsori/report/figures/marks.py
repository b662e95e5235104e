"""What lies on a sheet: shapes at places in px, how they are painted, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

Point = tuple[float, float]
Anchor = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Tooltip:
    """What is known of one mark beyond its looks.

    Attributes:
        title: Shown when the mark is pointed at.
        values: Become `data-…` attributes: the exact numbers behind the mark.

    Example:
        >>> Tooltip("urgency 0.512", {"skill": 0.5123}).title
        'urgency 0.512'
    """

    title: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


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
    """One shape as it is painted.

    Attributes:
        shape: What and where.
        fill: Colour of its inside; nothing where it is drawn as a line.
        stroke: Colour of its line; nothing where it is filled.
        weight: Of the line, px; its ends are round.
        dash: Lengths of dashes and gaps, px; such ends are square.
        opacity: In (0, 1].
        tooltip: What is known of it.
    """

    shape: Shape
    fill: str = ""
    stroke: str = ""
    weight: float = 1.0
    dash: tuple[float, ...] = ()
    opacity: float = 1.0
    tooltip: Tooltip = NO_TOOLTIP
