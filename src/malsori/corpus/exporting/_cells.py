"""Cells as other programs read them: plain text in CSV, JSON values in JSON lines."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from malsori.corpus.columns import RATERS, SOFT
from malsori.corpus.exporting._selection import Selection

# What splits a cell of several classes when it is read again.
_BETWEEN = (";", "|")


def plain(selection: Selection) -> pl.DataFrame:
    """The chosen columns by their names in the export, as JSON has them.

    Soft labels become one record of class and share, so that they need no order of classes.
    """
    columns = []
    for column, name in selection.names.items():
        values = selection.rows[column]
        if column.startswith(SOFT):
            values = _shares(values, selection.corpus.tasks[column.removeprefix(SOFT)].classes)
        if values.dtype == pl.Float64:
            values = values.fill_nan(None)  # JSON knows no NaN
        columns.append(values.alias(name))
    return pl.DataFrame(columns)


def flat(selection: Selection) -> pl.DataFrame:
    """The same as text and numbers: several classes joined with ``;``, the rest as JSON."""
    frame = plain(selection)
    done = []
    for column, name in selection.names.items():
        values = frame[name]
        if isinstance(values.dtype, pl.List | pl.Struct):
            several = not column.startswith((SOFT, RATERS))
            cells = [_joined(v) if several else _json(v) for v in _values(values)]
            values = pl.Series(name, cells, dtype=pl.String)
        done.append(values)
    return pl.DataFrame(done)


def csv_text(frame: pl.DataFrame) -> str:
    r"""A table as CSV, every text in quotes: a cell is what it was, whatever it begins with.

    Example:
        >>> csv_text(pl.DataFrame({"id": ["=1+1"], "end": [0.5]}))
        '"id","end"\n"=1+1",0.5\n'
    """
    return frame.write_csv(quote_style="non_numeric")


def json_lines(frame: pl.DataFrame) -> str:
    r"""A table as JSON lines, one object a row, with every key in each.

    Example:
        >>> json_lines(pl.DataFrame({"id": ["a"], "text": [None]}))
        '{"id": "a", "text": null}\n'
    """
    rows = frame.iter_rows(named=True)
    return "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)


def _shares(values: pl.Series, classes: tuple[str, ...]) -> pl.Series:
    dtype = pl.Struct(dict.fromkeys(classes, pl.Float64))
    found = [None if v is None else dict(zip(classes, v, strict=True)) for v in values.to_list()]
    return pl.Series(values.name, found, dtype=dtype)


def _values(values: pl.Series) -> list[Any]:
    """Python values; a record that is null stays null."""
    return [v if there else None for v, there in zip(values, values.is_not_null(), strict=True)]


def _joined(members: pl.Series | None) -> str | None:
    """Several classes in one cell, such that reading gives the same ones again."""
    if members is None:
        return None
    words = members.to_list()
    if not words or any(b in word for word in words for b in _BETWEEN) or words[0].startswith("["):
        return json.dumps(words, ensure_ascii=False)
    return ";".join(words)


def _json(value: Any) -> str | None:
    plain_value = value.to_list() if isinstance(value, pl.Series) else value
    return None if value is None else json.dumps(plain_value, ensure_ascii=False, allow_nan=False)
