"""The tables of AI Hub 263: which CSV is which release, and what its columns are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from malsori.archives import Entry, Tree, nfc
from malsori.corpus.adapters._published import choose_columns, row_numbers
from malsori.corpus.counting import few
from malsori.corpus.tables import Broken, RawTable, read_table
from malsori.errors import MalsoriError
from malsori.schema import nearest

RATERS: Final = ("1", "2", "3", "4", "5")
COLUMNS: Final[dict[str, str]] = {
    "id": "wav_id",
    "text": "발화문",
    "situation": "상황",
    **{
        f"{ours}{r}": f"{r}번{theirs}"
        for r in RATERS
        for ours, theirs in (("label", "감정"), ("intensity", "감정세기"))
    },
    "age": "나이",
    "gender": "성별",
}
"""Our name → the publisher's without white space, which is put into headers in several ways."""

_SUFFIXES: Final = (".csv", ".tsv", ".txt")
_KEY: Final = b"wav_id"


@dataclass(frozen=True)
class Release:
    """One of the publisher's tables."""

    name: str
    entry: Entry


def release_of(name: str) -> str | None:
    """The release that a file or folder belongs to, by any of the names it was given.

    Example:
        >>> release_of("4차_14606"), release_of("5차년도_2차_19374"), release_of("emotion_data1")
        ('4차년도', '5차년도_2차', None)
    """
    match = re.match(r"(\d)차(?:년도)?(?:[\s_-]*(\d)차)?", nfc(name))
    if match is None:
        return None
    return f"{match[1]}차년도" + (f"_{match[2]}차" if match[2] else "")


def find_releases(tree: Tree, wanted: Sequence[str] | None, notes: list[str]) -> list[Release]:
    """The tables below a source, one a release."""
    tables: list[Entry] = []
    others: list[Entry] = []
    for entry in tree.having(*_SUFFIXES):
        header = entry.read().partition(b"\n")[0].replace(b"\0", b"")  # UTF-16 has zeros between
        (tables if _KEY in header.lower() else others).append(entry)
    if not tables:
        there = f"; no column wav_id in {_listed(others)}" if others else ""
        raise MalsoriError(
            f"{tree.source} holds no table of AI Hub 263{there}",
            hint="give the folder with 4차년도.csv, 5차년도.csv or 5차년도_2차.csv, or one of them",
        )
    named = [e for e in others if release_of(e.stem)]
    if named:
        notes.append(f"not read, because without column wav_id: {_listed(named)}")
    found = [Release(release_of(e.stem) or e.stem, e) for e in tables]
    chosen = _chosen(found, wanted)
    for name in {r.name for r in chosen}:
        same = [r.entry for r in chosen if r.name == name]
        if len(same) > 1:
            raise MalsoriError(
                f"{tree.source} holds {len(same)} tables of {name}: {_listed(same)}",
                hint="name the table itself, or move the other away",
            )
    return chosen


def _listed(entries: Sequence[Entry]) -> str:
    return few([entry.reference for entry in entries], 5)


def _chosen(found: list[Release], wanted: Sequence[str] | None) -> list[Release]:
    if wanted is None:
        return found
    names = [release_of(name) or nfc(name) for name in wanted]
    there = list(dict.fromkeys(r.name for r in found))
    for name in names:
        if name not in there:
            raise MalsoriError(f"there is no table of release {name}", hint=nearest(name, there))
    return [r for r in found if r.name in names]


def read_release(release: Release, encoding: str | None, first: int) -> RawTable:
    """One table with our names of the columns, its rows numbered from ``first``."""
    entry = release.entry
    table = read_table(entry.root / entry.reference, encoding=encoding)
    hint = "give the table as its publisher has it, in UTF-8 or CP949"
    frame = choose_columns(table, COLUMNS, {}, hint)
    number = row_numbers(table, first)
    broken = [
        Broken(number[b.row], None, None, b.reason, f"{entry.reference}, line {b.row}: {b.detail}")
        for b in table.broken
    ]
    return RawTable(table.path, frame, [number[i] for i in table.rows], broken, table.notes)
