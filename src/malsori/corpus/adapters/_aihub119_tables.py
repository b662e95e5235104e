"""Columns that grow call by call, so that 600,000 utterances need no object each."""

from __future__ import annotations

from typing import Final

import polars as pl

from malsori.corpus.adapters._aihub119_record import CALLER, DISPATCHER, LABELS
from malsori.corpus.columns import LABEL, META

_BLOCK: Final = 4_096  # rows that wait as Python objects

CALL: Final[dict[str, pl.DataType]] = {
    "row": pl.Int64(),
    **dict.fromkeys(("id", "call", "role", "split", "audio", "text"), pl.String()),
    **{f"{LABEL}{task}": pl.String() for task in LABELS},
    f"{LABEL}symptom": pl.List(pl.String()),
    **{META + n: pl.String() for n in ("region", "media", "utterances", "date", "annotated")},
}
"""Columns of a call."""

UTTERANCE: Final[dict[str, pl.DataType]] = {
    "row": pl.Int64(),
    "of": pl.UInt32(),
    "role": pl.String(),
    "turn": pl.Int32(),
    "start": pl.Int64(),
    "end": pl.Int64(),
    "text": pl.String(),
}
"""Columns of an utterance: its call by position, times in milliseconds."""


class Rows:
    """A table that is filled row by row and kept in columns."""

    def __init__(self, schema: dict[str, pl.DataType]) -> None:
        self.schema = schema
        self.height = 0
        self._waiting: list[tuple[object, ...]] = []
        self._blocks: list[pl.DataFrame] = []

    def add(self, *values: object) -> None:
        """Add a row: a value for each column."""
        self._waiting.append(values)
        self.height += 1
        if len(self._waiting) == _BLOCK:
            self._flush()

    def frame(self) -> pl.DataFrame:
        """All rows so far."""
        self._flush()
        return (
            pl.concat(self._blocks, rechunk=True)
            if self._blocks
            else pl.DataFrame(schema=self.schema)
        )

    def _flush(self) -> None:
        if self._waiting:
            values = zip(*self._waiting, strict=True)
            self._blocks.append(pl.DataFrame(list(values), schema=self.schema, orient="col"))
            self._waiting = []


def of_calls(calls: pl.DataFrame) -> pl.DataFrame:
    """Calls as rows of a source: whoever speaks alone in the text is the speaker."""
    return _without_empty(calls.with_columns(speaker=_speaker()))


def of_utterances(calls: pl.DataFrame, utterances: pl.DataFrame) -> pl.DataFrame:
    """Utterances as rows of a source, each with the labels of its call."""
    shared = calls.drop([c for c in calls.columns if c in UTTERANCE])
    rows = pl.concat([utterances.drop("of"), shared[utterances["of"]]], how="horizontal")
    number = pl.col("turn").cast(pl.String)
    rows = rows.with_columns(
        *(_seconds(time).alias(time) for time in ("start", "end")),
        id=pl.concat_str("id", number.str.zfill(3), separator="/"),
        speaker=_speaker(),
        dialogue=pl.col("id"),
        turn=number,
    )
    return _without_empty(rows)


def _seconds(milliseconds: str) -> pl.Expr:
    """Exactly, as text: a quotient of floats would be 1.4000000000000001."""
    whole, rest = pl.col(milliseconds) // 1000, pl.col(milliseconds) % 1000
    return pl.concat_str(whole, rest.cast(pl.String).str.zfill(3), separator=".")


def _speaker() -> pl.Expr:
    """Nobody knows who calls or answers, but within a call each is one person."""
    person = pl.concat_str("call", "role", separator="/")
    return pl.when(pl.col("role").is_in([CALLER, DISPATCHER])).then(person)


def _without_empty(rows: pl.DataFrame) -> pl.DataFrame:
    """Without columns that say nothing of any row, in the corpus' order."""
    said = [c for c in rows.columns if rows[c].null_count() < rows.height]
    kept = said or ["row", "id"]
    first = ["row", "id", "call", "speaker", "role", "dialogue", "turn", "split", "audio"]
    order = [c for c in (*first, "start", "end", "text") if c in kept]
    return rows.select(*order, *[c for c in kept if c not in order])
