"""The columns of a corpus' tables: their names, types and order."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from malsori.errors import MalsoriError

LABEL: Final = "label."
SOFT: Final = "soft."
"""Column ``soft.<task>``: probability of each class in the task's order, or null."""
COMPOUND: Final = "compound."
"""Column ``compound.<task>``: the classes that a compound label names, or null for a single one."""
RATERS: Final = "raters."
"""Column ``raters.<task>``: who said what, as a list of ``RATING``, or null."""
FEATURES: Final = "features."
META: Final = "meta."

UTTERANCES: Final[dict[str, pl.DataType]] = {
    "id": pl.String(),
    "call": pl.String(),
    "speaker": pl.String(),
    "role": pl.String(),
    "dialogue": pl.String(),
    "turn": pl.Int64(),
    "split": pl.String(),
    "audio": pl.String(),
    "start": pl.Float64(),
    "end": pl.Float64(),
    "sample_rate": pl.Int64(),
    "duration": pl.Float64(),
    "audio_hash": pl.String(),
    "text": pl.String(),
}
"""Columns that every corpus has (null where the source says nothing), in order."""

CHANNEL: Final = "channel"
"""Column of a corpus in which rows hear one channel of their file (from 0; null: the average)."""

QUARANTINE: Final[dict[str, pl.DataType]] = {
    "row": pl.Int64(),
    "id": pl.String(),
    "file": pl.String(),
    "reason": pl.String(),
    "detail": pl.String(),
}
"""Columns of ``quarantine.parquet``: where the row stood, and why it is not in the corpus."""

SOUNDS: Final[dict[str, pl.DataType]] = {
    "id": pl.String(),
    "peak": pl.Float64(),
    "level": pl.Float64(),
    "clipped": pl.Float64(),
    "silence": pl.Float64(),
    "bandwidth": pl.Float64(),
    "words": pl.List(pl.UInt32()),
    "at": pl.List(pl.UInt32()),
    "channels": pl.Int64(),
    "mixed": pl.Float64(),
    "dead": pl.Int64(),
    "alike": pl.Float64(),
}
"""Columns of ``sounds.parquet``: what ``signals.quality`` and ``signals.fingerprint`` found, how
many channels the file has, and, where they were averaged, what ``signals.channels`` found."""


def complete_sounds(table: pl.DataFrame) -> pl.DataFrame:
    """Bring a table of sounds to the columns of ``SOUNDS``; null what nobody measured."""
    return table.select(
        pl.col(name).cast(kind) if name in table.columns else pl.lit(None, kind).alias(name)
        for name, kind in SOUNDS.items()
    )


RATING: Final = pl.Struct({"rater": pl.String(), "label": pl.String(), "intensity": pl.Float64()})
"""One rater's label; a number as text for a regression task; intensity null where not asked."""

_FAMILIES: Final = (LABEL, SOFT, COMPOUND, RATERS, FEATURES, META)
_TYPES: Final[dict[str, pl.DataType]] = {
    SOFT: pl.List(pl.Float64()),
    COMPOUND: pl.List(pl.String()),
    RATERS: pl.List(RATING),
}

_NAME = re.compile(r"[^\W.][\w-]*")


def check_name(name: str, what: str) -> str:
    """Return a task's or modality's name if it can be part of a column and a file name."""
    if not _NAME.fullmatch(name):
        raise MalsoriError(
            f"{what} name {name!r} is not usable",
            hint="use letters, digits, '_' and '-' only, and begin with a letter or digit",
        )
    return name


def complete(frame: pl.DataFrame) -> pl.DataFrame:
    """Bring a table of utterances to the corpus' columns, types and order.

    Missing columns become nulls, empty strings become null, ``channel`` is kept where any row has
    one, and ``label.*``, ``soft.*``,
    ``compound.*``, ``raters.*``, ``features.*`` and ``meta.*`` follow in the order they came:
    labels as lists of strings (multilabel), numbers (regression) or strings, ``features.*`` and
    ``meta.*`` as strings.

    Raises:
        MalsoriError: a column is not one of the corpus, or a value is not of its type.

    Example:
        >>> complete(pl.DataFrame({"id": ["a"], "label.mood": ["good"]})).columns[-2:]
        ['text', 'label.mood']
    """
    own = dict(UTTERANCES)
    if CHANNEL in frame.columns and frame[CHANNEL].null_count() < frame.height:
        own[CHANNEL] = pl.Int64()
    extra = [c for c in frame.columns if c not in own and c != CHANNEL]
    for column in extra:
        if not column.startswith(_FAMILIES):
            families = ", ".join(f"{family}*" for family in _FAMILIES)
            raise MalsoriError(
                f"column {column!r} is not one of a corpus",
                hint=f"use {', '.join(UTTERANCES)}, {families}",
            )
    ordered = [*own, *sorted(extra, key=_family)]
    exprs = []
    for column in ordered:
        dtype = own.get(column) or _type_of(column, frame.schema[column])
        expr = pl.col(column).cast(dtype) if column in frame.columns else pl.lit(None, dtype)
        if dtype == pl.String():
            expr = pl.when(expr != "").then(expr)
        exprs.append(expr.alias(column))
    try:
        return frame.select(exprs) if frame.width else pl.DataFrame(schema=dict(UTTERANCES))
    except pl.exceptions.PolarsError as error:
        raise MalsoriError(f"the table does not fit the corpus' columns: {error}") from error


def _type_of(column: str, given: pl.DataType) -> pl.DataType:
    """The type of a column of a family; a label's is that of its task's kind."""
    if column.startswith(LABEL):
        if isinstance(given, pl.List):
            return pl.List(pl.String())
        return pl.Float64() if given.is_numeric() else pl.String()
    return next((t for family, t in _TYPES.items() if column.startswith(family)), pl.String())


def _family(column: str) -> int:
    """Order labels before features before meta; the sort is stable within a family."""
    return next(i for i, p in enumerate(_FAMILIES) if column.startswith(p))
