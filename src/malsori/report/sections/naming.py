"""Ids and names of classes as a page may show them."""

from __future__ import annotations

from typing import Final

from malsori.report.facts.privacy import last_part

LONGEST: Final = 40
"""Characters of a class's name in the table of mistakes."""


def shown_id(name: str) -> str:
    """An id as it may be shown: of one that is a path, only the last part.

    Example:
        >>> shown_id("C0042"), shown_id("/home/kim/calls/7.wav")
        ('C0042', '7.wav')
    """
    return last_part(name)


def shortened(name: str) -> str:
    """A class's name where it stands many times; the table of classes has all of it.

    Example:
        >>> shortened("calm"), len(shortened("very " * 40))
        ('calm', 40)
    """
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
