"""A table before anything is decided about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class Broken:
    """A row that cannot be part of the corpus, as ``quarantine.parquet`` tells it."""

    row: int
    id: str | None
    file: str | None
    reason: str
    detail: str


@dataclass(frozen=True)
class RawTable:
    """A table before anything is decided about it."""

    path: Path
    frame: pl.DataFrame  # string columns as the header names them; empty cells are null
    rows: list[int]  # line number of each row in the file (of a Parquet file: 1, 2, …)
    # Rows that have not the header's number of fields, or are no JSON object
    broken: list[Broken] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what was guessed (encoding, delimiter)


def bad_row(row: int, detail: str) -> Broken:
    """A row that is none; the detail may quote what no encoding can write."""
    return Broken(row, None, None, "bad-row", detail.encode("utf-8", "replace").decode())
