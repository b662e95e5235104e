"""Counts as a sentence says them."""

from __future__ import annotations


def counted(count: int, one: str, several: str | None = None) -> str:
    """A count with its noun, and the verb if one follows.

    Example:
        >>> counted(1, "row"), counted(1200, "row"), counted(2, "row has", "rows have")
        ('1 row', '1,200 rows', '2 rows have')
    """
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"
