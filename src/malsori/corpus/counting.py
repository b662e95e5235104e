"""Counts, and how a sentence says them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl


def counted(count: int, one: str, several: str | None = None) -> str:
    """A count with its noun, and the verb if one follows.

    Example:
        >>> counted(1, "row"), counted(1200, "row"), counted(2, "row has", "rows have")
        ('1 row', '1,200 rows', '2 rows have')
    """
    return f"{count:,} {one if count == 1 else several or f'{one}s'}"


def with_point(written: str) -> str:
    """What to add where something is no number for its decimal comma.

    Example:
        >>> with_point("0,5"), with_point("half")
        (' (write 0.5)', '')
    """
    decimal = re.fullmatch(r"\s*([-+]?\d*),(\d+)\s*", written)
    return f" (write {decimal[1]}.{decimal[2]})" if decimal else ""


def few(names: Sequence[str], most: int = 8) -> str:
    """Names in a row; of many only the first ones, and how many more there are.

    Example:
        >>> few(["a", "b"]), few(["a", "b", "c", "d"], most=3)
        ('a, b', 'a, b and 2 more')
    """
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1:,} more"


def with_rows(counts: Mapping[str, int]) -> list[str]:
    """Values as they are written with their rows, the most frequent first.

    Example:
        >>> with_rows({"09": 1, "": 1200})
        ["'' (1,200 rows)", "'09' (1 row)"]
    """
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return [f"{value!r} ({counted(n, 'row')})" for value, n in ordered]


def value_counts(values: pl.Series) -> dict[Any, int]:
    """Value → rows, most first."""
    found = values.drop_nulls().value_counts().sort("count", values.name, descending=[True, False])
    return dict(found.iter_rows())
