"""Audio by its path: tables that refer to recordings where they lie."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal

import polars as pl

from malsori.corpus.exporting._selection import Selection

Paths = Literal["absolute", "relative"]

ARCHIVED: Final = ".zip::"


def with_paths(selection: Selection, destination: Path, paths: Paths) -> Selection:
    """The selection with each audio path such that it is found from the exported table."""
    if "audio" not in selection.names:
        return selection
    corpus = selection.corpus
    root = os.path.abspath(corpus.path / (corpus.spec.audio_root or ""))  # noqa: PTH100 - links stay
    folder = destination.parent.resolve()
    found = {}
    for audio in selection.rows["audio"].drop_nulls().unique():
        path = os.path.normpath(os.path.join(root, audio))  # noqa: PTH118 - a member is no path
        found[audio] = os.path.relpath(path, folder) if paths == "relative" else path
    placed = selection.rows["audio"].replace(found)
    return Selection(corpus, selection.rows.with_columns(placed), selection.names, selection.split)


def archive_notes(selection: Selection) -> list[str]:
    """What to know where recordings lie in archives."""
    audio = selection.rows["audio"]
    archived = int(audio.str.contains(ARCHIVED, literal=True).fill_null(False).sum())
    if "audio" not in selection.names or not archived:
        return []
    note = f"{archived:,} utterances lie in archives, written ARCHIVE.zip::MEMBER"
    return [f"{note}; audiofolder copies them out"]


def none_of(selection: Selection) -> pl.Series:
    """Rows that are in no part of the chosen split."""
    if selection.split is None:
        return pl.repeat(False, selection.rows.height, dtype=pl.Boolean, eager=True)
    return selection.rows["split"].is_null()
