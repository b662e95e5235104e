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
    """One picture, which takes its colours from the page and holds its own description."""

    svg: str  # as it is shown
    narrow: str = ""  # instead of it on a telephone, or nothing
    caption: Text = ()  # how it is read, or nothing; stands below
    title: str = ""  # what it is, or nothing; stands above


@dataclass(frozen=True)
class Figures:
    """Pictures side by side where there is room."""

    items: tuple[Figure, ...]


@dataclass(frozen=True)
class Cell:
    """One cell of a table."""

    text: Text  # what it says
    share: float | None = None  # in [0, 1]: a bar behind the text, or None
    svg: str = ""  # a small picture instead of the text, or nothing


@dataclass(frozen=True)
class Head:
    """A column's heading; numbers stand right."""

    name: str
    right: bool = True


@dataclass(frozen=True)
class Table:
    """A table; one that only backs a figure up is folded away."""

    title: str  # what it says
    heads: tuple[Head, ...]  # headings of the columns
    rows: tuple[tuple[Cell, ...], ...]  # cells; the first of each row names the row
    note: Text = ()  # a line below, or nothing
    folded: bool = False  # whether it opens on a click; in print it is open
    below: tuple[Cell, ...] = ()  # what stands under each row, as wide as the table
    below_head: str = ""  # what that is


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
    """One part of the page."""

    key: str  # its anchor, the same in every language
    title: str  # its heading
    blocks: tuple[Block, ...]  # what it holds


@dataclass(frozen=True)
class Page:
    """A whole report."""

    lang: str  # `en` or `ko`
    title: str  # of the page
    subtitle: Text  # run, corpus and seed
    sections: tuple[Section, ...]  # the answer first
    foot: tuple[Text, ...] = field(default=())  # how the numbers are to be read


def drawn(draw: Callable[[int], str], caption: Text = ()) -> Figure:
    """A picture that is drawn twice: for a page and for a telephone.

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
