"""What adapters share: naming rows, and saying where they came from."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl

from malsori.corpus.schema_inference import Meaning
from malsori.errors import MalsoriError
from malsori.io import sha256_file


def provenance(source: Path, files: list[Path], meaning: Meaning) -> dict[str, object]:
    """Where rows came from: the source, its tables' checksums, and which column became which."""
    return {
        "source": str(source.resolve()),
        "sha256": {os.path.relpath(file, source.parent): sha256_file(file) for file in files},
        "columns": dict(meaning.columns),
    }


def audio_folder(given: str | None, beside: Path) -> Path:
    """What audio paths are relative to: the folder that was named, or that of the table."""
    root = beside if given is None else Path(given)
    if given is not None and not root.is_dir():
        raise MalsoriError(
            f"audio_root {root} is not a folder", hint="name an existing one with --audio-root"
        )
    return root.resolve()


def name_rows(frame: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    """Give rows an id if the table has no column for it: from the audio's path, else the line."""
    if "id" in frame.columns:
        return frame
    line = pl.format("row-{}", pl.col("row"))
    if "audio" not in frame.columns:
        notes.append("there is no column for ids: they are made from row numbers")
        return frame.insert_column(1, frame.select(line.alias("id")).to_series())
    name = pl.col("audio").str.replace(r"\.[A-Za-z0-9]{1,5}$", "")
    if "start" in frame.columns:
        name = pl.concat_str(name, pl.col("start").fill_null("0"), separator="@")
    notes.append("there is no column for ids: they are made from the audio's paths")
    return frame.insert_column(1, frame.select(pl.coalesce(name, line).alias("id")).to_series())
