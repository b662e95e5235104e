"""How much room text needs, guessed without a font: the reader's browser has its own."""

from __future__ import annotations

import unicodedata
from typing import Final

_NARROW: Final = frozenset("ijlftrI.,:;'|!()[]{}·/\\\"` ")
_BROAD: Final = frozenset("mwMW@%—…ⓜ×→←")
_ELLIPSIS: Final = "…"


def plain(text: str) -> str:
    r"""Text on one line that XML can hold: control characters become spaces.

    Example:
        >>> plain(" 매우\n 급함\x00 ")
        '매우 급함'
    """
    kept = (" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text)
    legal = (c for c in kept if c not in "\ufffe\uffff")
    return " ".join("".join(legal).split())


def width_of(text: str, size: float) -> float:
    """How wide text is at a size, both in px: a little more rather than a little less.

    Example:
        >>> width_of("급함", 12), width_of("ill", 10) < width_of("mmm", 10)
        (24.0, True)
    """
    return sum(_ems(c) for c in text) * size


def _ems(c: str) -> float:
    if unicodedata.combining(c):
        return 0.0
    if unicodedata.east_asian_width(c) in "WF":
        return 1.0
    if c in _NARROW:
        return 0.34
    if c in _BROAD:
        return 0.92
    return 0.68 if c.isupper() else 0.58


def shorten(text: str, size: float, room: float) -> str:
    """The text, or as much of its beginning and end as there is room for.

    The end is kept too because long names of one corpus often differ only there.

    Example:
        >>> shorten("급함", 12, 100), shorten("아주 아주 매우 급한 상황 2", 12, 100)
        ('급함', '아주 아주 매… 2')
    """
    if width_of(text, size) <= room:
        return text
    for kept in range(len(text) - 1, 0, -1):
        tail = kept // 4
        short = text[: kept - tail].rstrip() + _ELLIPSIS + (text[-tail:] if tail else "")
        if width_of(short, size) <= room:
            return short
    return _ELLIPSIS


def wrap(text: str, size: float, room: float, lines: int) -> list[str]:
    """The text on at most so many lines, broken after spaces and slashes where it can be.

    Example:
        >>> wrap("불안/걱정 있음", 10, 50, 2), wrap("불안/걱정", 10, 32, 2)
        (['불안/걱정', '있음'], ['불안/', '걱정'])
    """
    found: list[str] = []
    rest = text
    while rest and len(found) < lines - 1 and width_of(rest, size) > room:
        head = _fitting(rest, size, room)
        found.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return [*found, shorten(rest, size, room)] if rest else found


def _fitting(text: str, size: float, room: float) -> str:
    """The longest beginning that fits, at least one character; whole words if they do."""
    end = next((n for n in range(len(text), 1, -1) if width_of(text[:n], size) <= room), 1)
    breaks = [n for n in range(1, end + 1) if text[n - 1] in " /·_-,"]
    return text[: breaks[-1]] if breaks and breaks[-1] > end // 3 else text[:end]
