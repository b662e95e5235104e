"""What adapters of corpora share whose publisher gives tables and, beside them, recordings."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from malsori.archives import Entry, Tree
from malsori.corpus.adapters._rows import audio_folder
from malsori.corpus.tables import Broken, RawTable
from malsori.errors import MalsoriError


def choose_columns(
    table: RawTable, needed: Mapping[str, str], further: Mapping[str, str], hint: str
) -> pl.DataFrame:
    """The columns of a table under our names.

    Args:
        table: as its publisher has it.
        needed: our name → the publisher's; spaces, ``_`` and case do not count.
        further: the same of columns that may be missing.
        hint: what to do about a table that lacks some.
    """
    headers = {_folded(name): name for name in table.frame.columns}
    missing = [theirs for theirs in needed.values() if _folded(theirs) not in headers]
    if missing:
        there = ", ".join(table.frame.columns)
        message = f"{table.path} lacks {', '.join(missing)}; its columns are {there}"
        raise MalsoriError(message, hint=hint)
    return table.frame.select(
        pl.col(headers[_folded(theirs)]).alias(ours)
        for ours, theirs in {**needed, **further}.items()
        if _folded(theirs) in headers
    )


def _folded(name: str) -> str:
    return re.sub(r"[\s_]+", "", name).casefold()


def row_numbers(table: RawTable, first: int) -> dict[int, int]:
    """Line of a table → number of the row, where several tables are numbered as one."""
    lines = sorted([*table.rows, *(broken.row for broken in table.broken)])
    return {line: first + i for i, line in enumerate(lines)}


def find_sounds(source: Path, tree: Tree, audio_root: str | None) -> Tree:
    """Where the recordings lie: with the tables, unless told otherwise."""
    if audio_root is not None:
        return Tree(audio_folder(audio_root, tree.root))
    single = source.is_file() and source.suffix.lower() != ".zip"
    return Tree(tree.root) if single else tree


def unread(sounds: Tree, lost: Sequence[Entry], why: str, first: int) -> list[Broken]:
    """Archives that cannot be opened, and recordings that no row tells of, as broken rows."""
    archives = [
        (None, file, "unreadable-archive", reason) for file, reason in sounds.broken.items()
    ]
    records = [(entry.stem, entry.reference, "no-record", why) for entry in lost]
    return [Broken(first + i, *values) for i, values in enumerate([*archives, *records])]


def checksums(entries: Iterable[Entry]) -> dict[str, str]:
    """SHA-256 hex of files by their references, for the provenance."""
    return {entry.reference: hashlib.sha256(entry.read()).hexdigest() for entry in entries}


def lacking(tree: Tree, what: str, hint: str) -> MalsoriError:
    """A source that is something else, or whose archives cannot be opened."""
    if tree.broken:
        hint += "; cannot be opened: " + "; ".join(tree.broken.values())
    return MalsoriError(f"{tree.source} holds {what}", hint=hint)
