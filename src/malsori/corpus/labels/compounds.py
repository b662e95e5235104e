"""A compound label of two classes, one of them neutral, as the other one (training rows only)."""

from __future__ import annotations

from collections.abc import Sequence


def other_than(compound: Sequence[str] | None, neutral: str) -> str | None:
    """The other class of a compound label of exactly two, one of them ``neutral``; else None.

    Example:
        >>> other_than(["neutral", "happy"], "neutral")
        'happy'
        >>> other_than(["sad", "happy"], "neutral") is None
        True
    """
    members = list(dict.fromkeys(compound or ()))
    if len(members) != 2 or neutral not in members:
        return None
    return next(c for c in members if c != neutral)
