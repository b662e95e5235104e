"""The evaluations of all dialogues of IEMOCAP as rows, and what was met on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath
from typing import NamedTuple

from malsori.archives import Entry
from malsori.corpus.adapters._iemocap import (
    NOBODY,
    Evaluated,
    Transcription,
    Utterance,
    id_in,
    read_evaluation,
    utterance_of,
)
from malsori.corpus.counting import counted
from malsori.corpus.tables import Broken


class Row(NamedTuple):
    """An utterance: its number as a row, what its id says, and where its recording should be."""

    number: int
    utterance: Evaluated
    about: Utterance
    place: str


@dataclass
class Reading:
    """What was read."""

    rows: list[Row] = field(default_factory=list)  # in the order of the files
    # Id → place among the utterances of its dialogue by start time, from 1
    turns: dict[str, int] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)  # what is no whole row
    met: Counter[str] = field(default_factory=Counter)  # oddities, in a few words → how often
    # Code → rows that have no label for it
    unlabelled: Counter[str] = field(default_factory=Counter)
    last: int = 0

    def add(self, entry: Entry) -> None:
        """Add the evaluations of one dialogue, the file of which is given."""
        found, broken = read_evaluation(text_of(entry))
        session = PurePosixPath(entry.reference).parent.parent.parent
        mine = []
        for utterance in found:
            about = utterance_of(utterance.id)
            if NOBODY in utterance.id:
                self.met[f"evaluations of {NOBODY}, who is no speaker: skipped"] += 1
            elif about is None:
                why = f"{entry.reference}: {utterance.id!r} is no id of an utterance"
                self._lost(utterance.id, entry.reference, "bad-row", why)
            else:
                place = session / "sentences" / "wav" / about.dialogue / f"{utterance.id}.wav"
                self.rows.append(Row(self._next(), utterance, about, str(place)))
                mine.append(utterance)
        for number, line in broken:
            why = f"{entry.reference}:{number}: {line[:80]!r} is no evaluation of an utterance"
            self._lost(id_in(line), entry.reference, "bad-row", why)
        self._order(mine)

    def _order(self, utterances: list[Evaluated]) -> None:
        ordered = sorted(utterances, key=lambda u: u.start)
        for turn, utterance in enumerate(ordered, start=1):
            self.turns.setdefault(utterance.id, turn)
        ends = sum(u.end < u.start for u in ordered)
        self.met["utterances that end before they start (times only order the turns)"] += ends
        overlap = sum(b.start < a.end for a, b in pairwise(ordered))
        self.met["utterances that begin before the one before has ended"] += overlap

    def leave(self, wavs: Mapping[str, Entry], unreadable: Mapping[str, str]) -> None:
        """Make recordings without evaluation, and archives that cannot be opened, broken rows."""
        known = {row.utterance.id for row in self.rows} | {row.id for row in self.broken}
        for key, entry in wavs.items():
            if NOBODY in key:
                self.met[f"recordings of {NOBODY}, who is no speaker: skipped"] += 1
            elif key not in known:
                why = f"no file in EmoEvaluation has a line of {key}"
                self._lost(key, entry.reference, "no-record", why)
        for reference, why in unreadable.items():
            self._lost(None, reference, "unreadable-archive", why)

    def notes(self, said: Transcription, classes: Iterable[str], twice: int) -> list[str]:
        """What was met, one sentence each."""
        labelled = len(self.rows) - self.unlabelled.total()
        rows = counted(len(self.rows), "row has", "rows have")
        notes = [f"emotion: {labelled:,} of {rows} one of {', '.join(classes)}"]
        if self.unlabelled:
            codes = ", ".join(f"{code} {n:,}" for code, n in self.unlabelled.most_common())
            notes[0] += f"; no label: {codes}"
        met = {f"lines of transcriptions {what}": n for what, n in said.met.items()} | self.met
        notes += [f"{what}: {n:,}" for what, n in met.items() if n]
        if twice:
            notes.append(f"{counted(twice, 'file is', 'files are')} there twice: read once")
        return notes

    def _next(self) -> int:
        self.last += 1
        return self.last

    def _lost(self, key: str | None, file: str, reason: str, why: str) -> None:
        self.broken.append(Broken(self._next(), key, file, reason, why))


def text_of(entry: Entry) -> str:
    """A text file of IEMOCAP: ASCII but for a few comments, in whatever encoding."""
    data = entry.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
