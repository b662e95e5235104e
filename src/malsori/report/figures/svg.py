"""Writes marks as SVG: for a page, whose colours it takes, or for a file that stands alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET

from malsori.report.figures.lettering import plain
from malsori.report.figures.marks import Box, Disc, Lines, Mark, Point, Shape
from malsori.report.style import INK, PALE, PAPER, QUIET

FONTS: Final = (
    "Pretendard, 'Noto Sans KR', 'Apple SD Gothic Neo', 'Malgun Gothic', NanumGothic, sans-serif"
)
"""What figures are lettered with: the first of them that the reader has."""

_INKS: Final = {INK: 1.0, QUIET: 0.74, PALE: 0.22}
_ANCHORS: Final = {"left": {}, "center": {"text-anchor": "middle"}, "right": {"text-anchor": "end"}}


def svg_of(
    marks: Iterable[Mark], size: tuple[float, float], title: str, description: str, *, alone: bool
) -> str:
    """One `<svg>` element; the same bytes for the same marks.

    Nothing in it has an id and nothing refers to anything outside, so that any number of figures
    can stand in one page. There, text and axes take the colour of the text around them.

    Args:
        marks: Later ones lie over earlier ones.
        size: Width and height, px.
        title: Name of the figure for who cannot see it.
        description: What it shows, with its numbers, for who cannot see it.
        alone: Whether it is a file of its own: in its own colours, on white.

    Example:
        >>> svg_of([], (9, 9), "a", "b", alone=False)
        '<svg xmlns=... role="img"...><title>a</title><desc>b</desc></svg>'
    """
    root = ET.Element("svg", _root_attributes(*size, alone=alone))
    ET.SubElement(root, "title").text = plain(title)
    ET.SubElement(root, "desc").text = plain(description)
    if alone:
        ET.SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": PAPER})
    for mark in marks:
        values = {f"data-{k}": plain(str(v)) for k, v in mark.tooltip.values.items()}
        tag, attributes, text = _drawn(mark.shape)
        element = ET.SubElement(root, tag, values | _painted(mark, alone=alone) | attributes)
        element.text = text
        if mark.tooltip.title:
            ET.SubElement(element, "title").text = plain(mark.tooltip.title)
    return ET.tostring(root, encoding="unicode")


def _root_attributes(width: float, height: float, *, alone: bool) -> dict[str, str]:
    place = {"width": f"{width:g}", "height": f"{height:g}", "style": "max-width:100%;height:auto"}
    if not alone:
        css = f"max-width:{width:g}px;height:auto;font-variant-numeric:tabular-nums"
        place = {"class": "figure", "width": "100%", "style": css}
    return {
        "xmlns": "http://www.w3.org/2000/svg",
        "role": "img",
        "viewBox": f"0 0 {width:g} {height:g}",
        **place,
        "font-family": FONTS,
        "stroke-linejoin": "round",
        "stroke-linecap": "round",
    }


def _drawn(shape: Shape) -> tuple[str, dict[str, str], str | None]:
    """The element's name, its geometry and its text."""
    if isinstance(shape, Box):
        return "rect", _numbers(x=shape.x, y=shape.y, width=shape.width, height=shape.height), None
    if isinstance(shape, Disc):
        return "circle", _numbers(cx=shape.x, cy=shape.y, r=shape.radius), None
    if isinstance(shape, Lines):
        pieces = ("M " + " L ".join(map(_place, piece)) for piece in shape.pieces)
        return "path", {"d": " ".join(pieces)}, None
    letters = _numbers(x=shape.x, y=shape.y, font_size=shape.size) | _ANCHORS[shape.anchor]
    return "text", letters | ({"font-weight": "600"} if shape.bold else {}), shape.text


def _painted(mark: Mark, *, alone: bool) -> dict[str, str]:
    """Colours and strokes as attributes; in a page the inks of the house are the page's own."""
    ink = None if alone else _INKS.get(mark.fill or mark.stroke)
    colour = (mark.fill or mark.stroke) if ink is None else "currentColor"
    found = {"fill": colour if mark.fill else "none"}
    if mark.stroke:
        found |= {"stroke": colour, "stroke-width": _short(mark.weight)}
    if mark.dash:
        found |= {"stroke-dasharray": " ".join(map(_short, mark.dash)), "stroke-linecap": "butt"}
    opacity = mark.opacity * (ink or 1.0)
    return found | ({"opacity": f"{opacity:.3g}"} if opacity < 1 else {})


def _numbers(**values: float) -> dict[str, str]:
    return {name.replace("_", "-"): _short(value) for name, value in values.items()}


def _place(point: Point) -> str:
    return f"{_short(point[0])} {_short(point[1])}"


def _short(value: float) -> str:
    """Two digits are a hundredth of a pixel."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
