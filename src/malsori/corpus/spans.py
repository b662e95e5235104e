"""Parts of recordings: where they end if a table says how long they are, and which overlap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from malsori.corpus.columns import META
from malsori.corpus.counting import counted, few
from malsori.corpus.screening import Faults

_AGREE: Final = 0.05
"""Seconds by which a table's times may differ, as they are rounded."""
_UNIT: Final = 0.02
_CLOCK: Final = re.compile(
    r"(?:(\d{1,5}) days?,? +)?(\d{1,3}):([0-5]?\d):([0-5]?\d(?:[.,]\d+)?)", re.IGNORECASE
)
_SIDES: Final = ("channel", f"{META}channel")
_NEEDED: Final = ("id", "audio", "start", "end", "duration", *_SIDES, f"{META}duration")
_TIMES: Final = ("start", "end", "duration")


def read_clocks(rows: pl.DataFrame) -> pl.DataFrame:
    """Times such as ``0 days 00:00:01.5``, which data frames write into a CSV, as seconds."""
    for name in _TIMES:
        if name in rows.columns and rows[name].str.contains(":", literal=True).any():
            times = [None if cell is None else seconds(cell) for cell in rows[name]]
            rows = rows.with_columns(pl.Series(name, times, dtype=pl.String))
    return rows


def seconds(written: str) -> str:
    """The seconds of a time of the clock; what is none stays.

    Example:
        >>> seconds("0 days 00:01:02.500000"), seconds("1:00:00"), seconds("12:30")
        ('62.5', '3600.0', '12:30')
    """
    match = _CLOCK.fullmatch(written.strip())
    if match is None:
        return written
    days, hours, minutes = (int(match[i] or 0) for i in (1, 2, 3))
    rest = float(match[4].replace(",", "."))
    return str(round(86400 * days + 3600 * hours + 60 * minutes + rest, 9))


def ends_from_lengths(rows: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """``end`` = ``start`` + ``duration``; where a row has both, they have to agree."""
    if "duration" not in rows.columns:
        return rows
    none = pl.lit(None, pl.Float64)
    start = pl.col("start") if "start" in rows.columns else none
    end = pl.col("end") if "end" in rows.columns else none
    made = (start.fill_null(0.0) + pl.col("duration")).round(9)
    both = rows.select(end=end, made=made, length=pl.col("duration"))
    for i in ((both["end"] - both["made"]).abs() > _AGREE).fill_null(False).arg_true():
        detail = f"end {both['end'][i]:g} and duration {both['length'][i]:g} do not agree"
        faults.add(i, "bad-row", detail)
    for i in (both["length"] == 0).fill_null(False).arg_true():
        faults.add(i, "bad-row", "duration 0 leaves nothing to hear")
    return rows.with_columns(end=pl.coalesce(end, made)).drop("duration")


def span_notes(rows: pl.DataFrame, kept: Sequence[int]) -> list[str]:
    """What to say of the kept rows: parts that overlap, and a length that is not what is heard."""
    if "audio" not in rows.columns or "duration" not in rows.columns:
        return []
    names = [name for name in _NEEDED if name in rows.columns]
    rows = rows.select(names)[kept].filter(pl.col("audio").is_not_null())
    return [*_overlaps(rows), *_other_lengths(rows)]


def _overlaps(rows: pl.DataFrame) -> list[str]:
    there = [name for name in ("start", "end") if name in rows.columns]
    if not there:
        return []
    part = pl.any_horizontal(pl.col(name).is_not_null() for name in there)
    start = pl.col("start").fill_null(0.0) if "start" in there else pl.lit(0.0)
    sides = [c for c in _SIDES if c in rows.columns]
    one = ["audio", *sides]
    parts = (
        rows.filter(part.any().over("audio"))
        .select(*one, "id", start=start, end=start + pl.col("duration"))
        .sort(*one, "start", maintain_order=True)
        .with_columns(
            before=pl.col("end").cum_max().shift(1).over(one), other=pl.col("id").shift(1).over(one)
        )
        .filter(pl.col("before") - pl.col("start") > _AGREE)
    )
    if not parts.height:
        return []
    pairs = few([f"{a} and {b}" for a, b in parts.select("other", "id").iter_rows()], 3)
    rows_of = f"{counted(parts.height, 'row')} of {counted(parts['audio'].n_unique(), 'file')}"
    return [f"parts of one recording overlap: {rows_of} hold sound of another ({pairs})"]


def _other_lengths(rows: pl.DataFrame) -> list[str]:
    name = f"{META}duration"
    if name not in rows.columns or rows[name].dtype != pl.String:
        return []
    said = rows[name].str.strip_chars().cast(pl.Float64, strict=False)
    both = pl.DataFrame({"id": rows["id"], "said": said, "heard": rows["duration"]}).drop_nulls()
    both = both.filter(pl.col("said").is_finite() & (pl.col("said") > 0))
    other = both.filter((pl.col("said") - pl.col("heard")).abs() > 0.1 + 0.02 * pl.col("heard"))
    ratio = both["said"] / both["heard"]
    # In milliseconds or frames it says the same.
    if not other.height or (ratio.max() / ratio.min() < 1 + _UNIT):  # type: ignore[operator]
        return []
    key, told, heard = other.row(0)
    differs = f"{counted(other.height, 'row')} ({key}: {told:g} s, {heard:.2f} s heard)"
    mend = "if it is the length of a part, say --map start=COLUMN --map duration=duration"
    return [f"column 'duration' says another length than what is heard in {differs}; {mend}"]
