"""What KEMDy19 and KEMDy20 share: annotation files, and recordings with transcripts beside them."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import ClassVar, Final, NamedTuple

import polars as pl

from malsori.archives import Entry, Tree
from malsori.corpus.adapters._kemdy_labels import PUBLISHED, TASKS, Tally, label_columns
from malsori.corpus.adapters._kemdy_sheet import Line, read_sheet
from malsori.corpus.adapters._kemdy_text import Transcripts, decode_transcript, transcript
from malsori.corpus.adapters._published import checksums, lacking
from malsori.corpus.adapters._recordings import Recordings
from malsori.corpus.adapters.base import Adapter, Source
from malsori.corpus.counting import counted
from malsori.corpus.decoding import decoded_lines
from malsori.corpus.labels import parse_rule
from malsori.corpus.tables import Broken
from malsori.errors import MalsoriError

_COLUMNS: Final = (
    *("id", "turn", "audio", "text", "call", "speaker", "dialogue"),
    *("meta.session", "meta.script", "meta.gender"),
)
_CALLED: Final = re.compile(r"sess\d+_.*", re.IGNORECASE)  # some copies put wav_ before it
_FOLDER: Final = re.compile(r"session(?P<session>\d+)", re.IGNORECASE)


class Segment(NamedTuple):
    """What a Segment ID says."""

    session: str
    script: str
    speaker: str
    gender: str

    @property
    def dialogue(self) -> str:
        """The script as one session played it."""
        return f"{self.session}_{self.script}"


class _Row(NamedTuple):
    """A line with its number as a row, what its id says, and where its recording should be."""

    number: int
    line: Line
    segment: Segment | None
    turn: int | None
    place: str


@dataclass
class _Read:
    """Rows of all annotation files, and what was met."""

    rows: list[_Row] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    repaired: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    others: int = 0
    last: int = 0

    def next(self) -> int:
        """The number of the next row, whatever becomes of it."""
        self.last += 1
        return self.last


class Kemdy(Adapter):
    """One of ETRI's corpora KEMDy; see the two kinds."""

    sheets: ClassVar[re.Pattern[str]]
    """Name of an annotation file: groups ``session`` (its number), and ``sex`` of the speaker."""
    biosignals: ClassVar[tuple[str, ...]]
    """Folders of what is there and not read."""

    def __init__(
        self, source: Path, *, transcripts: Transcripts = "clean", rule: str = PUBLISHED
    ) -> None:
        super().__init__(source)
        self.transcripts = transcripts
        self.rule = rule
        if rule != PUBLISHED and parse_rule(rule).kind not in {"majority", "soft"}:
            raise MalsoriError(
                f"rule {rule!r} needs intensities or a scripted intent, and {self.title} has none",
                hint="write published, majority, majority(N) or soft",
            )

    @property
    def title(self) -> str:
        """The corpus' name."""
        return self.kind.replace("kemdy", "KEMDy")

    @abstractmethod
    def segment(self, key: str) -> Segment | None:
        """What a Segment ID says, or None if it is of another form."""

    @abstractmethod
    def wav(self, key: str, segment: Segment | None) -> str:
        """Where the recording of a Segment ID is published, below the corpus' folder."""

    def read(self) -> Source:
        """Read all annotation files, and find the recordings and transcripts of their lines.

        Raises:
            MalsoriError: the source is not there or holds no annotation or no recording of this
                corpus, or an annotation file is none.
        """
        tree = Tree(self.source)
        sheets = Recordings.index(
            ((m["session"], m.groupdict().get("sex", "").upper()), entry)
            for entry in tree.having(".csv")
            if (m := self.sheets.fullmatch(entry.name))
        )
        wavs = Recordings.index((_key(entry), entry) for entry in tree.having(".wav"))
        if not (sheets.found and wavs.found):
            lacks = "no .wav" if sheets.found else f"no annotation of {self.title}"
            where = "annotation and wav in it, or with their archives"
            raise lacking(tree, lacks, f"give the folder {self.title} with {where}")
        read = _Read()
        for (session, sex), entry in sorted(sheets.found.items()):
            self._read_sheet(entry, session, sex, read)
        rows = self._rows(read, wavs, tree)
        self._unrecorded(read, wavs, tree)
        _note_files(read, sheets.twice, wavs.twice, _bio(tree, self.biosignals))
        provenance = {
            "source": str(self.source.resolve()),
            "sha256": checksums(entry for _, entry in sorted(sheets.found.items())),
            "transcripts": self.transcripts,
            "rule": self.rule,
        }
        return Source(
            rows,
            list(TASKS),
            read.notes,
            read.broken,
            repaired=dict(+read.repaired),
            audio_root=tree.root.resolve(),
            provenance=provenance,
        )

    def _read_sheet(self, entry: Entry, session: str, sex: str, read: _Read) -> None:
        """Add the lines of one annotation file; turns count every line of a dialogue."""
        text, notes = decoded_lines(entry.root / entry.reference, entry.read())
        sheet = read_sheet(text, entry.reference)
        read.notes += notes
        turns: Counter[str] = Counter()
        for line in sheet.lines:
            key = _of_session(line.id, session)
            segment = self.segment(key)
            if segment:
                turns[segment.dialogue] += 1
                if sex and segment.gender != sex:
                    read.others += 1
                    continue
            read.repaired["Segment ID with another session's prefix"] += key != line.id
            turn = turns[segment.dialogue] if segment else None
            # Where the recording should be, as seen from its annotation file.
            place = str(PurePosixPath(entry.reference).parent.parent / self.wav(key, segment))
            read.rows.append(_Row(read.next(), replace(line, id=key), segment, turn, place))
        for _, why in sheet.broken:
            read.broken.append(Broken(read.next(), None, entry.reference, "bad-row", why))

    def _rows(self, read: _Read, wavs: Recordings[str], tree: Tree) -> pl.DataFrame:
        """The rows with their labels, recordings and transcripts."""
        texts = Recordings.index((_key(entry), entry) for entry in tree.having(".txt"))
        met: Counter[str] = Counter()
        columns: dict[str, list[str | None]] = {name: [] for name in _COLUMNS}
        for _, line, segment, turn, place in read.rows:
            wav = wavs.found.get(line.id.casefold())
            audio = wav.reference if wav else place if line.id else None
            text = self._text(texts.found.get(line.id.casefold()), met)
            values = (line.id or None, str(turn) if turn else None, audio, text, *_about(segment))
            for column, value in zip(columns.values(), values, strict=True):
                column.append(value)
        tally = Tally()
        labels = label_columns([row.line for row in read.rows], self.rule, tally)
        read.notes += tally.notes(len(read.rows), self.rule)
        read.notes += [f"{what}: {counted(n, 'row')}" for what, n in met.items()]
        read.repaired["emotion 'disqust' read as disgust"] += tally.typos
        numbers = pl.Series("row", [row.number for row in read.rows], dtype=pl.Int64)
        written = [pl.Series(name, values, dtype=pl.String) for name, values in columns.items()]
        return pl.DataFrame([numbers, *written, *labels])

    def _text(self, entry: Entry | None, met: Counter[str]) -> str | None:
        """A transcript, None (and counted) where there is none."""
        if entry is None:
            met["no transcript (.txt)"] += 1
            return None
        try:
            raw = decode_transcript(entry.read())
        except MalsoriError:
            raw = None
        if raw is None:
            met["transcript that cannot be read"] += 1
            return None
        text = transcript(raw, self.transcripts)
        if not text:
            met["transcript with nothing but markers"] += 1
        return text or None

    def _unrecorded(self, read: _Read, wavs: Recordings[str], tree: Tree) -> None:
        """Recordings without a line, and archives that cannot be opened, are rows as well."""
        known = {row.line.id.casefold() for row in read.rows}
        for key, entry in wavs.found.items():
            if key not in known:
                why = f"no annotation file has a line of {entry.stem}"
                broken = Broken(read.next(), entry.stem, entry.reference, "no-record", why)
                read.broken.append(broken)
        for reference, why in tree.broken.items():
            broken = Broken(read.next(), None, reference, "unreadable-archive", why)
            read.broken.append(broken)


def _key(entry: Entry) -> str:
    """How a file is found: its Segment ID, with the session of the folder that it lies in."""
    called = _CALLED.search(entry.stem)
    name = called.group() if called else entry.stem
    for part in entry.parts[-3:-1]:
        if found := _FOLDER.fullmatch(part):
            name = _of_session(name, found["session"])
    return name.casefold()


def _of_session(key: str, session: str) -> str:
    """A Segment ID with the prefix of a session; one that is right stays as it is."""
    found = re.match(r"sess(\d{1,9})(?=_)", key, re.IGNORECASE)
    if found is None or int(found.group(1)) == int(session):
        return key
    return f"Sess{session}{key[found.end() :]}"


def _about(segment: Segment | None) -> tuple[str | None, ...]:
    """Call, speaker, dialogue, and what is kept as ``meta.*``."""
    if segment is None:
        return (None,) * 6
    session, script, speaker, gender = segment
    return session, speaker, segment.dialogue, session, script, gender


def _bio(tree: Tree, folders: Iterable[str]) -> dict[str, int]:
    """Files in the folders of bio-signals."""
    counts = Counter(part for e in tree.having(".csv") for part in {*e.parts[:-1]})
    return {name: counts[name] for name in folders if counts[name]}


def _note_files(read: _Read, sheets: int, wavs: int, bio: dict[str, int]) -> None:
    """Say which files were left alone."""
    if read.others:
        lines = counted(read.others, "line is", "lines are")
        read.notes.append(
            f"{lines} of the other speaker than the annotation file's: no rows, "
            "since the other file of the session has them"
        )
    if sheets or wavs:
        files = counted(sheets + wavs, "file is", "files are")
        read.notes.append(f"{files} there twice (unpacked and in an archive): read once")
    if bio:
        named = ", ".join(f"{name} {n:,}" for name, n in bio.items())
        read.notes.append(f"bio-signals are there and are not read: {named} files")
