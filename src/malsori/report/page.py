"""A report between its facts and its form: sections of sentences, figures and tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from malsori.report.figures.sheet import NARROW, WIDE
from malsori.words import Mark, Text

Kind = Literal["lead", "plain", "care", "quiet", "points"]


@dataclass(frozen=True)
class Sentences:
    """Some sentences: the lead of a section, plain text, words of warning, notes, or points."""

    items: tuple[Text, ...]
    kind: Kind = "plain"


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True)
class Figure:
    """One picture, which takes its colours from the page and holds its own description.

    Attributes:
        svg: As it is shown.
        narrow: Instead of it on a telephone, or nothing.
        caption: How it is read, or nothing; stands below.
        title: What it is, or nothing; stands above.
    """

    svg: str
    narrow: str = ""
    caption: Text = ()
    title: str = ""


@dataclass(frozen=True)
class Figures:
    """Pictures side by side where there is room."""

    items: tuple[Figure, ...]


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: What it says.
        share: In [0, 1]: a bar behind the text, or None.
        svg: A small picture instead of the text, or nothing.
    """

    text: Text
    share: float | None = None
    svg: str = ""


@dataclass(frozen=True)
class Head:
    """A column's heading; numbers stand right."""

    name: str
    right: bool = True


@dataclass(frozen=True)
class Table:
    """A table; one that only backs a figure up is folded away.

    Attributes:
        title: What it says.
        heads: Headings of the columns.
        rows: Cells; the first of each row names the row.
        note: A line below, or nothing.
        folded: Whether it opens on a click; in print it is open.
        below: What stands under each row, as wide as the table; empty or one for each row.
        below_head: What that is.
    """

    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Text = ()
    folded: bool = False
    below: tuple[Cell, ...] = ()
    below_head: str = ""


@dataclass(frozen=True)
class Code:
    """Something to copy: a recipe, commands."""

    title: str
    text: str
    language: str
    folded: bool = False


Block = Sentences | Heading | Figure | Figures | Table | Code


@dataclass(frozen=True)
class Section:
    """One part of the page.

    Attributes:
        key: Its anchor, the same in every language.
        title: Its heading.
        blocks: What it holds.
    """

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """A whole report.

    Attributes:
        lang: `en` or `ko`.
        title: Of the page.
        subtitle: Run, corpus and seed.
        sections: The answer first.
        foot: How the numbers are to be read.
    """

    lang: str
    title: str
    subtitle: Text
    sections: tuple[Section, ...]
    foot: tuple[Text, ...] = field(default=())


def drawn(draw: Callable[[int], str], caption: Text = ()) -> Figure:
    """A picture that is drawn twice: for a page and for a telephone.

    Args:
        draw: From a width in px to an SVG.
        caption: How it is read, or nothing.

    Example:
        >>> drawn(lambda width: f"<svg width='{width}'/>").narrow
        "<svg width='340'/>"
    """
    return Figure(draw(WIDE), draw(NARROW), caption)


def cell(value: object, share: float | None = None) -> Cell:
    """A cell of a text, a marked number, or pieces of both; None is a dash.

    Example:
        >>> cell(None).text, cell(Mark("3")).text
        (('–',), (Mark(text='3', where={}),))
    """
    return Cell(pieces(value), share)


def pieces(value: object) -> Text:
    """Anything as the pieces of a sentence."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, Mark):
        return (value,)
    return ("–",) if value is None else (str(value),)


def joined(text: Text) -> str:
    """The pieces as one plain string.

    Example:
        >>> joined(("skill ", Mark("0.5")))
        'skill 0.5'
    """
    return "".join(str(piece) for piece in text)
