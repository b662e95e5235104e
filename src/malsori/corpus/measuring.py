"""Audio of a source is measured: each file is opened once, and what it holds is noted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from malsori.archives import divided
from malsori.corpus.audio_files import below
from malsori.corpus.audio_paths import AudioPaths
from malsori.corpus.journal import Journal, Measured
from malsori.corpus.screening import Faults
from malsori.corpus.sounds import Sound, sound_of, sounds_table
from malsori.errors import MalsoriError
from malsori.parallel import parallel_map
from malsori.reporting import ProgressLine, say
from malsori.signals.audio import AudioError, AudioFile, audio_hash

CUT: Final = "end past the recording, cut to it"

Span = tuple[float | None, float | None]
"""Seconds at which a span of a file starts and ends; None = from the start, to the end."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A file, or a member of an archive, with the spans that are wanted of it."""

    file: str
    spans: tuple[Span, ...]  # what is wanted
    min_seconds: float  # a shorter span is ``too-short``
    clip_ends: bool = False  # a span that ends past the recording ends with it


def measure_recording(recording: Recording) -> list[Measured]:
    """Open a file once and decode each span of it.

    Returns:
        For each span what it holds, or the reason why not: ``missing``, ``undecodable``,
        ``empty``, ``truncated``, ``unreadable-archive`` or ``too-short``.
    """
    try:
        with AudioFile(recording.file) as file:
            return [_measure(recording, file, span) for span in recording.spans]
    except (MalsoriError, OSError) as error:
        return [_refused(error)] * len(recording.spans)


def _measure(recording: Recording, file: AudioFile, span: Span) -> Measured:
    start, end = span
    past = end is not None and round(end * file.sample_rate) > file.frames > 0
    cut = file.duration if past and recording.clip_ends else None
    try:
        audio = file.read(start, end if cut is None else cut)
    except (MalsoriError, OSError) as error:
        return _refused(error)
    if audio.duration < recording.min_seconds:
        detail = f"{audio.duration:.3f} s is shorter than {recording.min_seconds:g} s"
        return Measured("too-short", detail)
    known = (audio.sample_rate, audio.duration, audio_hash(audio), cut)
    return Measured(None, None, *known, sound_of(audio))


def _refused(error: MalsoriError | OSError) -> Measured:
    if isinstance(error, AudioError):
        return Measured(error.reason, error.message.rstrip("."))
    return Measured("undecodable", str(error))


@dataclass
class Measurements:
    """What became of the audio of all rows."""

    # With path on disk, ``end`` where it was cut, sample rate (Hz), duration (s) and content
    # hash, null where broken, and in ``written`` the path as the source has it
    rows: pl.DataFrame
    broken: dict[int, tuple[str, str]]  # position of a row → (reason, detail) of its broken audio
    repaired: dict[str, int]  # what was mended → rows
    _journal: Journal
    _places: Sequence[_Placed]

    def sounds(self, kept: Sequence[int]) -> pl.DataFrame:
        """How the rows at some positions sound, in the order of the rows.

        Returns:
            The table of ``sounds.parquet``; rows without audio are not in it.
        """
        wanted = np.zeros(self.rows.height, bool)
        wanted[list(kept)] = True
        table = sounds_table(self._found(wanted, self.rows["id"]))
        position = {key: i for i, key in enumerate(self.rows["id"]) if wanted[i]}
        order = table["id"].replace_strict(position, return_dtype=pl.Int64)
        return table if order.is_sorted() else table[order.arg_sort()]

    def _found(
        self, wanted: np.ndarray[Any, np.dtype[np.bool_]], ids: pl.Series
    ) -> Iterator[tuple[str, Sound]]:
        """The sounds, nearly in the order of the rows."""
        for placed in sorted(self._places, key=lambda placed: placed.positions):
            if placed.key not in self._journal or not any(wanted[i] for i in placed.positions):
                continue
            for i, measured in zip(placed.positions, self._journal.get(placed.key), strict=True):
                if wanted[i] and measured.sound is not None:
                    yield ids[i], measured.sound


def measure_audio(
    rows: pl.DataFrame,
    root: Path,
    faults: Faults,
    journal: Journal,
    *,
    min_seconds: float = 0.1,
    clip_ends: bool = False,
    workers: int | None = None,
) -> Measurements:
    """Decode the audio of the rows that are whole so far, each file in one process.

    What the journal knows already is not measured again.
    """
    broken: dict[int, tuple[str, str]] = {}
    paths = AudioPaths(root)
    placed = _placed(rows, paths, faults, broken)
    known = sum(p.key in journal for p in placed)
    if known:
        say(f"continuing: {known:,} of {len(placed):,} files were heard before")
    results = _Results(rows, root, broken)
    for p in placed:
        if p.key in journal:
            results.take(p, journal.get(p.key))
    new = [p for p in placed if p.key not in journal]
    line = ProgressLine("listening", len(placed), unit="file", done=known)
    items = [Recording(p.file, p.spans, min_seconds, clip_ends) for p in new]
    try:
        for outcome in parallel_map(measure_recording, items, workers=workers):
            p = new[outcome.index]
            if outcome.value is None:  # no fault of the file's, so it is not noted for good
                why = outcome.error or "it cannot be read"
                results.take(p, [Measured("undecodable", why)] * len(p.spans))
            else:
                journal.add(p.key, outcome.value)
                results.take(p, outcome.value)
            line.advance()
    finally:
        line.close()
    repaired = ({CUT: results.cuts} if results.cuts else {}) | paths.mended
    return Measurements(results.table(), broken, repaired, journal, placed)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A recording, its key in the journal, and the position of the row of each span."""

    key: str
    file: str
    spans: tuple[Span, ...]
    positions: tuple[int, ...]


def _placed(
    rows: pl.DataFrame, paths: AudioPaths, faults: Faults, broken: dict[int, tuple[str, str]]
) -> list[_Placed]:
    """Files with their spans, those of one archive together; files that are not there are broken.

    Otherwise they come in the order of the rows.
    """
    found: dict[str, list[tuple[int, Span]]] = {}
    nothing = [None] * rows.height
    starts, ends = (rows[c] if c in rows.columns else nothing for c in ("start", "end"))
    for i, (written, start, end) in enumerate(zip(rows["audio"], starts, ends, strict=True)):
        if written is None or i in faults.found:
            continue
        path = paths.find(written)
        if isinstance(path, str):
            broken[i] = ("missing", path)
        else:
            found.setdefault(str(path), []).append((i, (start, end)))
    return _by_container(found)


def _by_container(found: dict[str, list[tuple[int, Span]]]) -> list[_Placed]:
    """The recordings, those of one archive together, each with its key in the journal."""
    containers: dict[str, int] = {}
    stamps: dict[Path, tuple[int, int]] = {}
    order: list[tuple[int, _Placed]] = []
    for file, wanted in found.items():
        container, member = divided(file)
        rank = containers.setdefault(str(container), len(containers))
        if member is None or container not in stamps:
            now = container.stat()
            stamps[container] = (now.st_size, now.st_mtime_ns)
        spans = tuple(span for _, span in wanted)
        key = hashlib.sha256(repr((file, stamps[container], spans)).encode()).hexdigest()[:32]
        order.append((rank, _Placed(key, file, spans, tuple(i for i, _ in wanted))))
    return [placed for _, placed in sorted(order, key=lambda pair: pair[0])]


class _Results:
    """What was measured, in columns: millions of rows must not be millions of objects."""

    def __init__(self, rows: pl.DataFrame, root: Path, broken: dict[int, tuple[str, str]]) -> None:
        self.rows, self.root, self.broken = rows, root, broken
        self.files: list[str | None] = [None] * rows.height
        self.rates = np.zeros(rows.height, np.int64)
        self.durations = np.zeros(rows.height)
        self.hashes = np.zeros(rows.height, "S64")
        self.ends = np.full(rows.height, np.nan)

    @property
    def cuts(self) -> int:
        """Rows whose end was cut."""
        return int(np.isfinite(self.ends).sum())

    def take(self, placed: _Placed, measured: Sequence[Measured]) -> None:
        """Note what became of each span of a recording."""
        file = below(Path(placed.file), self.root)
        for i, found in zip(placed.positions, measured, strict=True):
            if found.reason is not None:
                self.broken[i] = (found.reason, found.detail or "")
                continue
            self.files[i] = file
            self.rates[i], self.durations[i] = found.sample_rate, found.duration
            self.hashes[i] = found.audio_hash.encode()
            self.ends[i] = np.nan if found.cut is None else found.cut

    def table(self) -> pl.DataFrame:
        """The rows with what was measured, null where nothing was."""
        heard = pl.Series(self.rates > 0)
        known = {
            "sample_rate": pl.Series(self.rates, dtype=pl.Int64),
            "duration": pl.Series(self.durations, dtype=pl.Float64),
            "audio_hash": pl.Series(self.hashes.tolist(), dtype=pl.Binary).cast(pl.String),
        }
        columns: dict[str, pl.Expr] = {
            name: pl.when(heard).then(values) for name, values in known.items()
        }
        columns["written"] = pl.col("audio")  # for the quarantine: as the source says it
        if self.cuts:
            ends = pl.Series(self.ends).fill_nan(None)
            columns["end"] = pl.coalesce(ends, pl.col("end"))
        rows = self.rows.with_columns(**columns)
        return rows.with_columns(audio=pl.Series(self.files, dtype=pl.String))
