"""Makes matplotlib's SVG fit to sit in a page: small, without ids, in the page's own colours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as ET

from malsori.report import style
from malsori.report.figures.lettering import plain

FONTS: Final = (
    "Pretendard, 'Noto Sans KR', 'Apple SD Gothic Neo', 'Malgun Gothic', NanumGothic, sans-serif"
)
"""What figures are lettered with: the first of them that the reader has."""

_INKS: Final = {style.INK: 1.0, style.QUIET: 0.74, style.PALE: 0.22}
_KEPT: Final = (
    "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray",
    "stroke-linecap", "opacity", "text-anchor",
)  # fmt: skip
_NUMBER: Final = re.compile(r"-?\d+\.\d+")
_SVG: Final = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Note:
    """What is known of one mark beyond its looks.

    Attributes:
        title: Shown when the mark is pointed at.
        values: Become `data-…` attributes: the exact numbers behind the mark.

    Example:
        >>> Note("urgency 0.512", {"skill": 0.5123}).attributes()
        {'data-skill': '0.5123'}
    """

    title: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def attributes(self) -> dict[str, str]:
        """The values as attributes, full precision."""
        return {f"data-{name}": plain(str(value)) for name, value in self.values.items()}


NO_NOTE: Final = Note()


@dataclass(frozen=True)
class Drawn:
    """One artist on a sheet.

    Attributes:
        note: What is known of it.
        size: Of its letters, if it is text.
        bold: Whether they are bold.
        shape: A basic shape of SVG that says in a few numbers what its path says in many.

    Example:
        >>> Drawn(shape=("circle", {"cx": 3, "cy": 4, "r": 2})).bold
        False
    """

    note: Note = NO_NOTE
    size: float | None = None
    bold: bool = False
    shape: tuple[str, Mapping[str, float]] | None = None


def inline(source: str, drawn: Sequence[Drawn], title: str, description: str) -> str:
    """One `<svg>` element for a page.

    Nothing in it has an id, so that any number of figures can stand in one page; text and axes
    take the colour of the text around them; nothing refers to anything outside.

    Args:
        source: matplotlib's SVG, in which the i-th of `drawn` has the id `drawn-i`.
        drawn: What was drawn.
        title: Name of the figure for who cannot see it.
        description: What it shows, with its numbers, for who cannot see it.

    Example:
        >>> inline('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>', [], "a", "b")
        '<svg xmlns=... role="img"...><title>a</title><desc>b</desc></svg>'
    """
    tree = ET.fromstring(source)  # noqa: S314 - written by matplotlib just now
    _, _, width, height = tree.attrib["viewBox"].split()
    root = ET.Element("svg", _root_attributes(float(width), float(height)))
    ET.SubElement(root, "title").text = plain(title)
    ET.SubElement(root, "desc").text = plain(description)
    groups = {g.attrib.get("id", ""): g for g in tree.iter(f"{_SVG}g")}
    for i, what in enumerate(drawn):
        for element in groups.get(f"drawn-{i}", ()):
            root.append(_element(element, what))
    return ET.tostring(root, encoding="unicode")


def _root_attributes(width: float, height: float) -> dict[str, str]:
    return {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "figure",
        "role": "img",
        "viewBox": f"0 0 {width:g} {height:g}",
        "width": "100%",
        "style": f"max-width:{width:g}px;height:auto;font-variant-numeric:tabular-nums",
        "font-family": FONTS,
        "stroke-linejoin": "round",
    }


def _element(old: ET.Element, drawn: Drawn) -> ET.Element:
    kind = old.tag.removeprefix(_SVG)
    attributes = drawn.note.attributes() | _paint(old.attrib.get("style", ""))
    if kind == "text":
        attributes |= {"x": _short(old.attrib["x"]), "y": _short(old.attrib["y"])}
        attributes |= {"font-size": f"{drawn.size:g}"} | _turn(old.attrib.get("transform", ""))
        attributes |= {"font-weight": "600"} if drawn.bold else {}
    elif drawn.shape:
        kind, numbers = drawn.shape
        attributes |= {name: _short(str(float(value))) for name, value in numbers.items()}
    else:
        attributes["d"] = _short(" ".join(old.attrib["d"].split()))
    new = ET.Element(kind, attributes)
    new.text = old.text if kind == "text" else None
    if drawn.note.title:
        ET.SubElement(new, "title").text = plain(drawn.note.title)
    return new


def _paint(css: str) -> dict[str, str]:
    """Colours and strokes as attributes; the inks of the house become the page's own."""
    entries = (entry.partition(":") for entry in css.split(";"))
    found = {name.strip(): value.strip() for name, _, value in entries}
    kept: dict[str, str] = {name: found[name] for name in _KEPT if name in found}
    for what in ("fill", "stroke"):
        opacity = _INKS.get(kept.get(what, ""))
        if opacity is not None:
            kept[what] = "currentColor"
            if opacity < 1:
                kept[f"{what}-opacity"] = f"{opacity:g}"
    return kept


def _turn(transform: str) -> dict[str, str]:
    return {} if not transform or "rotate(-0 " in transform else {"transform": _short(transform)}


def _short(numbers: str) -> str:
    """Two digits are a hundredth of a pixel."""
    return _NUMBER.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), numbers)
