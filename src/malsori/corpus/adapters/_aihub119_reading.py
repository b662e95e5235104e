"""Records become rows: each call or utterance is kept, quarantined or counted."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Final, Literal

import polars as pl

from malsori.archives import Entry
from malsori.corpus.adapters._aihub119_layout import place_of
from malsori.corpus.adapters._aihub119_record import (
    CALLER,
    DISPATCHER,
    OTHER,
    Record,
    Utterance,
    called_on,
    parse_record,
)
from malsori.corpus.adapters._aihub119_tables import CALL, UTTERANCE, Rows, of_calls, of_utterances
from malsori.corpus.counting import counted
from malsori.corpus.tables import Broken
from malsori.errors import MalsoriError
from malsori.schema import group_name

Unit = Literal["call", "utterance"]
Speakers = Literal["caller", "dispatcher", "both"]

_ROLES: Final[dict[Speakers, tuple[str, ...]]] = {
    "caller": (CALLER,),
    "dispatcher": (DISPATCHER,),
    "both": (CALLER, DISPATCHER, OTHER),
}


class Reading:
    """Takes records one after the other, and keeps no object of any.

    Attributes:
        broken: rows that are no rows, numbered among the others.
        counts: what was met, for the notes.
    """

    def __init__(self, unit: Unit, speakers: Speakers, min_ms: int) -> None:
        self.unit, self.speakers, self.min_ms = unit, speakers, min_ms
        self.broken: list[Broken] = []
        self.counts: Counter[str] = Counter()
        self._row = 0
        self._calls = Rows(CALL)
        self._utterances = Rows(UTTERANCE)
        self._digests: list[bytes] = []

    def take(self, entry: Entry, recording: Entry | None) -> None:
        """Read one record, whose recording may not be there."""
        try:
            data = entry.read()
            record = parse_record(data)
        except ValueError as error:
            self.reject(entry.stem, entry.reference, "bad-row", str(error))
            return
        except MalsoriError as error:
            self.reject(entry.stem, entry.reference, "bad-row", error.message)
            return
        self._digests.append(hashlib.sha256(data).digest())
        self._count(record)
        audio = recording.reference if recording else f"{entry.stem}.wav"
        if self.unit == "call":
            self._row += 1
            self._add_call(entry, record, audio, self._text(record))
        else:
            self._add_utterances(entry, record, audio)

    def reject(self, key: str | None, file: str, reason: str, detail: str) -> None:
        """Count a row that is none."""
        self._row += 1
        self.broken.append(Broken(self._row, key, file, reason, detail))

    def calls(self) -> pl.DataFrame:
        """The calls that are rows, or that have some."""
        return self._calls.frame()

    def rows(self, calls: pl.DataFrame) -> pl.DataFrame:
        """The rows of the source, of these calls, with the columns that hold anything."""
        if self.unit == "call":
            return of_calls(calls)
        return of_utterances(calls, self._utterances.frame())

    def sha256(self) -> str:
        """One checksum of all records, wherever they lie and in whatever order."""
        return hashlib.sha256(b"".join(sorted(self._digests))).hexdigest()

    def _add_call(self, entry: Entry, record: Record, audio: str, text: str | None) -> None:
        part, region = place_of(entry)
        self._calls.add(
            self._row,
            entry.stem,
            group_name(record.record_id or entry.stem),  # speakers are called after it too
            self.speakers,
            part,
            audio,
            text,
            *record.labels.values(),
            record.symptoms,
            region,
            record.media,
            str(len(record.utterances)),
            called_on(entry.stem),
            record.annotated,
        )

    def _text(self, record: Record) -> str | None:
        roles = _ROLES[self.speakers]
        return " ".join(u.text for u in record.utterances if u.text and u.role in roles) or None

    def _add_utterances(self, entry: Entry, record: Record, audio: str) -> None:
        """Add the utterances of the wanted speakers; the call itself if any is whole."""
        roles = _ROLES[self.speakers]
        of = self._calls.height
        whole = False
        for turn, utterance in enumerate(record.utterances, start=1):
            if utterance.role not in roles:
                continue
            if fault := self._fault(utterance):
                self.reject(f"{entry.stem}/{turn:03}", audio, *fault)
                continue
            self._row += 1
            whole = True
            start, end, text, role = utterance
            self._utterances.add(self._row, of, role, turn, start, end, text or None)
        for _ in range(record.strange):
            self.reject(entry.stem, entry.reference, "bad-row", "an utterance is not an object")
        if whole:
            self._add_call(entry, record, audio, None)

    def _fault(self, utterance: Utterance) -> tuple[str, str] | None:
        """Why an utterance cannot be a row, as (reason, detail)."""
        start, end = utterance.start, utterance.end
        if start is None or end is None:
            return "bad-row", f"its {'start' if start is None else 'end'} is no time"
        if end <= start:
            return "reversed", f"it ends at {end} ms and starts at {start} ms"
        if end - start < self.min_ms:
            return "too-short", f"{end - start} ms is shorter than {self.min_ms} ms"
        return None

    def _count(self, record: Record) -> None:
        said = record.utterances
        self.counts.update(
            calls=1,
            silent=not said,
            strange=record.strange,
            utterances=len(said),
            wordless=sum(not u.text for u in said),
            reversed=sum(u.reversed for u in said),
            other=sum(u.role == OTHER for u in said),
            unwanted=sum(u.role not in _ROLES[self.speakers] for u in said),
            overlapping=overlapping(said),
        )


def overlapping(utterances: list[Utterance]) -> int:
    """How many utterances, in the order of time, overlap one of another speaker.

    Example:
        >>> said = [(0, 900, "caller"), (500, 800, "dispatcher"), (850, 990, "caller")]
        >>> overlapping([Utterance(start, end, "", role) for start, end, role in said])
        2
    """
    timed = [(u.start, u.end, u.role) for u in utterances if u.start is not None and u.end]
    found: set[int] = set()
    for i, (_, end, role) in enumerate(timed):
        for j in range(i + 1, len(timed)):
            if timed[j][0] >= end:
                break
            if timed[j][2] != role and timed[j][1] > timed[j][0]:
                found.update((i, j))
    return len(found)


def tell(counts: Counter[str], unit: Unit, speakers: Speakers) -> list[str]:
    """What was met in the utterances, a sentence each."""
    notes = []
    if counts["overlapping"]:
        share = 100 * counts["overlapping"] / counts["utterances"]
        all_of_them = counted(counts["utterances"], "utterance")
        notes.append(f"{share:.1f} % of {all_of_them} overlap one of another speaker")
    if counts["silent"]:
        row = " and so no row" if unit == "utterance" else ""
        notes.append(f"{counted(counts['silent'], 'call has', 'calls have')} no utterance{row}")
    if counts["other"]:
        said = counted(counts["other"], "utterance is", "utterances are")
        notes.append(f"{said} by neither caller nor dispatcher (role other)")
    if counts["wordless"]:
        said = counted(counts["wordless"], "utterance has", "utterances have")
        notes.append(f"{said} no text")
    if unit == "call" and counts["reversed"]:
        said = counted(counts["reversed"], "utterance ends", "utterances end")
        notes.append(f"{said} where it starts or before; its text is kept in its place")
    if unit == "call" and counts["strange"]:
        said = counted(counts["strange"], "utterance is", "utterances are")
        notes.append(f"{said} no JSON object and left out")
    return [*notes, *_on_selection(counts["unwanted"], unit, speakers)]


def _on_selection(unwanted: int, unit: Unit, speakers: Speakers) -> list[str]:
    """Whose utterances are taken, and what that means for a row."""
    others = f"{counted(unwanted, 'utterance')} of others than the {speakers}"
    if unit == "utterance":
        left_out = [f"{others} left out"] if speakers != "both" else []
        return [*left_out, "each utterance has the labels of its call: split by call"]
    if speakers == "both":
        return []
    audio = "the audio is the whole call, whoever speaks"
    return [f"the text is without {others}; {audio}"]
