"""What a table may be in which no column is known."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from malsori.schema import normal

# From the least likely to be within a name to the most.
_SEPARATORS: Final = ("\x01", "|", "~", "^", "\t", ";", ",", ":", "  ", " ")
_DATA: Final = re.compile(r"[-+]?[\d.,:]+|.*\.(?:wav|flac|mp3|ogg|m4a)", re.IGNORECASE)
_ROWS: Final = 1_000
_QUOTES: Final = "'`´"


def unclear(frame: pl.DataFrame) -> tuple[str, str]:
    """What to say of the columns of a table, as the end of a sentence about them, and what to do.

    Example:
        >>> unclear(pl.DataFrame({"id~text": ["1~네", "2~응"]}))[0]
        "its only column is 'id~text', which looks like several separated by '~'"
    """
    if not frame.width:
        return "it has none at all", "no line of it could be read: see that it is the right file"
    names = ", ".join(frame.columns)
    if not frame.height:
        mend = "the line that names the columns has to be the first: delete what stands above it"
        return f"its first line is {names!r}", mend
    if all(len(name) > 1 and name[0] == name[-1] and name[0] in _QUOTES for name in frame.columns):
        said = f'the names of its columns stand in quotes of another kind than ": {names}'
        return said, 'write it with " or without quotes'
    if frame.width == 1:
        column = frame.to_series().head(_ROWS).drop_nulls()
        for separator in _SEPARATORS:
            times = frame.columns[0].count(separator)
            if times and (column.str.count_matches(separator, literal=True) == times).all():
                said = f"its only column is {names!r}, which looks like several separated by "
                return said + repr(separator), "write it with commas or tabs between the columns"
    if _looks_like_row(frame):
        said = f"its first line ({names}) looks like a row, so there may be no header"
        return said, "write a line above it that names the columns, such as id,text,label"
    mend = "say which they are, as in --map audio=COLUMN --map text=COLUMN"
    return f"its columns are {names}", mend


def _looks_like_row(frame: pl.DataFrame) -> bool:
    """Whether the header may be a row: its names are numbers, paths, or values of their column."""
    some = frame.head(_ROWS)
    return any(
        _DATA.fullmatch(name)
        or any(normal(value) == name for value in some[name].drop_nulls().unique())
        for name in frame.columns
    )
