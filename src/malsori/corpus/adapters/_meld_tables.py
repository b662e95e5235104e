"""The tables of MELD: which CSV is which split, and what is mended in its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from malsori.archives import Entry, Tree
from malsori.corpus.adapters._published import choose_columns
from malsori.corpus.decoding import odd_lines
from malsori.corpus.tables import RawTable, read_table
from malsori.errors import MalsoriError

COLUMNS: Final[dict[str, str]] = {
    "text": "Utterance",
    "speaker": "Speaker",
    "emotion": "Emotion",
    "sentiment": "Sentiment",
    "dialogue": "Dialogue_ID",
    "utterance": "Utterance_ID",
}
"""Our name → the publisher's, of the columns that are needed."""
FURTHER: Final[dict[str, str]] = {
    "season": "Season",
    "episode": "Episode",
    "start": "StartTime",
    "end": "EndTime",
}

_TABLE = re.compile(r"(train|dev|test)_sent_emo\.csv", re.IGNORECASE)
_FORGOTTEN = (".tar", ".gz", ".tgz")
_CP1252 = {c: bytes([c]).decode("cp1252", errors="ignore") or None for c in range(0x80, 0xA0)}


@dataclass(frozen=True)
class SplitTable:
    """The table of one split."""

    split: str
    entry: Entry


def find_tables(tree: Tree, notes: list[str]) -> list[SplitTable]:
    """The tables below a source, train before dev before test.

    Of several copies of one table the one nearest to the top is taken, with a note.
    """
    found: dict[str, list[Entry]] = {"train": [], "dev": [], "test": []}
    for entry in tree.having(".csv"):
        match = _TABLE.fullmatch(entry.name)
        if match:
            found[match[1].lower()].append(entry)
    missing = [f"no {split}_sent_emo.csv" for split, entries in found.items() if not entries]
    if len(missing) == len(found):
        packed = [e.reference for e in tree.having(*_FORGOTTEN)]
        unpack = f"unpack {', '.join(packed[:4])} first, with tar -xf" if packed else None
        raise MalsoriError(
            f"{tree.source} holds no table of MELD: {', '.join(missing)}",
            hint=unpack or "give the folder with train_sent_emo.csv, or one of the tables",
        )
    if missing:
        notes.append(f"{' and '.join(missing)}: a part of MELD")
    tables = []
    for split, entries in found.items():
        entries.sort(key=lambda entry: (len(entry.parts), entry.parts))
        tables += [SplitTable(split, entry) for entry in entries[:1]]
        notes += [f"{e.reference} is left out for {entries[0].reference}" for e in entries[1:]]
    return tables


def read_split(table: SplitTable, encoding: str | None) -> RawTable:
    """One table with our names of the columns; those of ``FURTHER`` may be missing."""
    entry = table.entry
    # A few odd lines of a table in UTF-8 are broken rows; they do not make it another encoding.
    western = encoding is None and odd_lines(entry.read(), "utf-8") is None
    raw = read_table(entry.root / entry.reference, encoding="cp1252" if western else encoding)
    frame = choose_columns(raw, COLUMNS, FURTHER, "give the table as its publisher has it")
    notes = [f"{entry.name} is not UTF-8; read as cp1252"] if western else raw.notes
    return RawTable(raw.path, frame, raw.rows, raw.broken, notes)


def mend(text: str) -> str:
    r"""Characters of cp1252 that a wrong decoding made control characters; outer white space off.

    Example:
        >>> mend("It\x92s\x85 ")
        'It’s…'
    """
    return text.translate(_CP1252).strip()


def seconds(time: str | None) -> float | None:
    """Seconds of an episode from `HH:MM:SS,mmm`; None if it is no such time.

    Example:
        >>> seconds("00:16:16,059"), seconds("0:12:43.012"), seconds("soon")
        (976.059, 763.012, None)
    """
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2}):(\d{2})(?:[,.](\d{1,3}))?\s*", time or "")
    if match is None:
        return None
    hours, minutes, whole = (int(match[i]) for i in (1, 2, 3))
    return round(3600 * hours + 60 * minutes + whole + float(f"0.{match[4] or 0}"), 3)


def number_of(written: str | None) -> int | None:
    """A whole number from 0 on as a table has it, None otherwise.

    Example:
        >>> number_of("7"), number_of("7.0"), number_of("x")
        (7, 7, None)
    """
    match = re.fullmatch(r"\s*(\d{1,9})(?:\.0+)?\s*", written or "")
    return int(match[1]) if match else None
