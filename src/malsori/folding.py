"""Cells of a table in a terminal that is too narrow for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

# What a line may end with: a path or an id is read on from there.
_PIECES: Final = re.compile(r"/?[^\s/_:;,]+(?:[/_:;,]+\s*|\s+)?|[\s/_:;,]")
CUT: Final = "…"
"""What stands for a middle that is left out."""
_LEAST: Final = 6  # columns of a cell that is folded


def width(text: str) -> int:
    """Columns that a text takes in a terminal: wide characters count two.

    Example:
        >>> width("말 ok")
        5
    """
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(unicodedata.combining(c) > 0 for c in text)


def fold(text: str, most: int) -> str:
    r"""A text in lines of at most `most` columns, broken at spaces and after ``/ _ : ; ,``.

    What is longer without any of them loses its middle.

    Example:
        >>> fold("TS.zip::seoul/a_01.wav", 12)
        'TS.zip::\nseoul/a_\n01.wav'
        >>> fold("64d96e860000000000000006", 11)
        '64d96…00006'
    """
    return "\n".join(_fold(line, most) for line in text.split("\n"))


def _fold(text: str, most: int) -> str:
    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1] and width((lines[-1] + piece).rstrip()) > most:
            lines.append("")
        lines[-1] += _shortened(piece, most)
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _shortened(piece: str, most: int) -> str:
    """A piece without its middle, if it is too long."""
    word = piece.rstrip()
    if width(word) <= most:
        return piece
    head = tail = ""
    for first, last in zip(word, reversed(word), strict=True):
        if width(head + first + CUT + tail) > most:
            break
        head += first
        if width(head + CUT + last + tail) > most:
            break
        tail = last + tail
    return head + CUT + tail + piece[len(word) :]


def widths(lines: Sequence[Sequence[str]], fixed: Sequence[bool], room: int) -> list[int]:
    """How wide each column of a table may be, so that all of them fit.

    Columns of numbers keep their width. The others get what their heading needs, then what their
    longest piece does, as far as there is room for all of them, then what their longest line does.

    Args:
        lines: Cells ``[rows][columns]``, the headings first.
        fixed: Which columns keep their width.
        room: Columns of the terminal that all cells of a row have together.

    Returns:
        The widths; together more than the room, where it is not enough for the least of them.

    Example:
        >>> widths([["row", "detail"], ["12", "there is no file a.wav"]], [True, False], 15)
        [3, 12]
    """
    columns = list(zip(*lines, strict=True))
    whole = [max(_longest(cell.split("\n")) for cell in column) for column in columns]
    least = [max(_longest(_PIECES.findall(cell)) for cell in column) for column in columns]
    heads = [max(width(head), min(w, _LEAST)) for head, w in zip(lines[0], whole, strict=True)]
    chosen = [w if f else h for w, h, f in zip(whole, heads, fixed, strict=True)]
    return _filled(_filled(chosen, least, room), whole, room)


def _longest(texts: Sequence[str]) -> int:
    return max((width(text.rstrip()) for text in texts), default=0)


def _filled(chosen: list[int], wanted: list[int], room: int) -> list[int]:
    """Widens the narrowest column, again and again, while there is room."""
    chosen = list(chosen)
    while sum(chosen) < room:
        short = [i for i, (c, w) in enumerate(zip(chosen, wanted, strict=True)) if c < w]
        if not short:
            break
        chosen[min(short, key=chosen.__getitem__)] += 1
    return chosen
