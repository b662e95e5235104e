"""Filling the embedding store: every signal of a corpus is prepared once, in parallel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import compress
from time import perf_counter
from typing import Any, Final

import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder
from malsori.encoders.inputs import look_at_inputs
from malsori.encoders.jobs import Job, Prepared, prepared
from malsori.encoders.noting import digest_of, note_findings, noted_findings
from malsori.encoders.reading import Reader
from malsori.encoders.writing import Writer
from malsori.errors import MalsoriError
from malsori.findings import Finding, Say, sort_findings
from malsori.notes import Note
from malsori.reporting import ProgressLine
from malsori.vectors import VectorSummary, examine

Row = dict[str, Any]

_FIRST_LOOK: Final = 64  # signals; then at twice as many, and so on


@dataclass(frozen=True)
class Failure:
    """A row whose signal could not be prepared, and why."""

    id: str
    reason: str


@dataclass
class FillReport:
    """What `Store.fill` did."""

    done: int = 0  # signals prepared now
    cached: int = 0  # signals that were there already
    absent: int = 0  # rows without this modality (or nothing in it, as a text of dots)
    shared: int = 0  # rows whose signal is that of another row, stored once
    failed: list[Failure] = field(default_factory=list)  # rows that could not be prepared
    rebuilt: int = 0  # damaged shards that were removed; their signals are among `done`
    damage: list[str] = field(default_factory=list)  # what was wrong with them, or other files
    seconds_audio: float = 0.0  # of the audio prepared now
    seconds: float = 0.0  # that it took
    findings: list[Finding] = field(default_factory=list)  # in the features, the worst first
    stopped: bool = False  # because of them

    @property
    def times_real_time(self) -> float | None:
        """Seconds of audio per second; None if no audio was prepared.

        Example:
            >>> FillReport(done=1, seconds_audio=60, seconds=0.5).times_real_time
            120.0
        """
        return self.seconds_audio / self.seconds if self.seconds_audio and self.seconds else None

    def serious(self, allow: Sequence[str] = ()) -> list[Finding]:
        """The findings that training should not begin with, but for those of allowed checks.

        Example:
            >>> from malsori.findings import found
            >>> nan = found("features.nan.made", "serious", "speech", numbers={})
            >>> report = FillReport(findings=[nan])
            >>> len(report.serious()), len(report.serious(["nan"]))
            (1, 0)
        """
        return [f for f in self.findings if f.severity == "serious" and f.check not in allow]

    def data(self, say: Say = Note.data) -> dict[str, Any]:
        """As JSON can hold it; `say` makes sentences of what was found."""
        return {**asdict(self), "findings": [finding.data(say) for finding in self.findings]}


def fill(
    corpus: Corpus,
    modality: str,
    encoder: Encoder,
    reader: Reader,
    writer: Writer,
    rows: pl.DataFrame | None = None,
    workers: int | None = None,
    allow: Sequence[str] = (),
) -> FillReport:
    """Prepares what a store's reader does not have and gives it to the writer.

    See `Store.fill`, which calls this.
    """
    if not encoder.cacheable:
        kind = encoder.fingerprint()["kind"]
        raise MalsoriError(f"encoder {kind} prepares on the fly; it stores nothing.")
    begin, report = perf_counter(), FillReport()
    report.damage = [f"{d.shard.name}: {d.reason}" for d in reader.damaged]
    report.rebuilt = reader.remove_damaged()
    table = corpus.utterances if rows is None else rows
    wanted = _wanted(corpus, modality, encoder, table, report)
    there, full = reader.among(list(wanted))
    missing = dict(compress(wanted.items(), ~there))
    stored = dict(compress(wanted.items(), full))
    report.absent += sum(map(len, compress(wanted.values(), there & ~full)))
    report.cached = len(stored)
    seen = VectorSummary(modality, network=encoder.batched)
    if missing:
        _Work(encoder, writer, seen, report, allow, missing).run(corpus, modality, workers)
    digest = digest_of(wanted, modality)
    noted = None if missing else noted_findings(reader.place, digest)
    if noted is None and not report.stopped:
        for key, found in stored.items():  # the others were seen when they were made
            features = reader.get(key)
            if features is not None:
                seen.add(str(found[0]["id"]), features)
        noted = [*examine(seen), *look_at_inputs(corpus, encoder, table)]
        note_findings(reader.place, digest, len(seen), noted)
    if noted is not None:
        report.findings = sort_findings(noted)
    report.seconds = perf_counter() - begin
    return report


def _wanted(
    corpus: Corpus, modality: str, encoder: Encoder, table: pl.DataFrame, report: FillReport
) -> dict[str, list[Row]]:
    """The rows of each distinct signal, by its hash."""
    needed = {"id", "audio", "audio_hash", "start", "end", "channel", "duration", "text"}
    needed.add(f"features.{modality}")
    wanted: dict[str, list[Row]] = {}
    for row in table.select(c for c in table.columns if c in needed).iter_rows(named=True):
        key = corpus.signal_hash(row, encoder.signal, modality)
        if key is None:
            report.absent += 1
        else:
            report.shared += key in wanted
            wanted.setdefault(key, []).append(row)
    return wanted


@dataclass
class _Work:
    """Prepares what is missing; stops where it is plain that nothing good comes of it."""

    encoder: Encoder
    writer: Writer
    seen: VectorSummary
    report: FillReport
    allow: Sequence[str]
    missing: Mapping[str, list[Row]]
    look: int = _FIRST_LOOK

    def run(self, corpus: Corpus, modality: str, workers: int | None) -> None:
        """All of it, with progress."""
        jobs: list[Job] = [(key, rows[0]) for key, rows in self.missing.items()]
        label = f"{modality}: {self.encoder.fingerprint()['kind']}"
        line, begin = ProgressLine(label, len(jobs), unit="signals"), perf_counter()
        groups = prepared(corpus, modality, self.encoder, jobs, workers)
        try:
            for group in groups:
                self.take(group)
                speed = self.report.seconds_audio / max(perf_counter() - begin, 1e-9)
                line.advance(len(group), note=f"{speed:,.0f} x real time" if speed else None)
                if self.hopeless():
                    left = len(jobs) - self.report.done - len(self.report.failed)
                    self.report.stopped = left > 0
                    break
        finally:
            groups.close()
            line.close()

    def take(self, group: Sequence[Prepared]) -> None:
        """Counts, looks at and stores what was computed together."""
        for one in group:
            rows = self.missing[one.key]
            if one.error is not None:
                self.report.failed += [Failure(str(row["id"]), one.error) for row in rows]
            elif one.features is None:
                self.report.absent += len(rows)
            else:
                self.report.done += 1
                self.report.seconds_audio += one.seconds
                self.seen.add(str(rows[0]["id"]), one.features)
        self.writer.add_all((one.key, one.features) for one in group if one.error is None)

    def hopeless(self) -> bool:
        """Looks at what was seen so far, at 64 signals, 128, and so on."""
        if len(self.seen) < self.look:
            return False
        self.look = 2 * len(self.seen)
        self.report.findings = examine(self.seen)
        return bool(self.report.serious(self.allow))
