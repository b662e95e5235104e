"""Filling the embedding store: every signal of a corpus is prepared once, in parallel."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import polars as pl

from malsori.console import progress
from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder, Features
from malsori.encoders.shards import Reader, Writer
from malsori.errors import MalsoriError
from malsori.parallel import Outcome, parallel_map
from malsori.signals.audio import Audio, audio_hash

Row = dict[str, Any]


@dataclass(frozen=True)
class Failure:
    """A row whose signal could not be prepared, and why.

    Example:
        >>> Failure("call-7", "AudioError: 7.wav holds no samples.").id
        'call-7'
    """

    id: str
    reason: str


@dataclass
class FillReport:
    """What `Store.fill` did.

    Attributes:
        done: signals prepared now.
        cached: signals that were there already.
        absent: rows that do not have this modality (or nothing in it, as a text of dots).
        shared: rows whose signal is the same as another row's, stored once.
        failed: rows that could not be prepared; they are not in the store.
        rebuilt: damaged shards that were removed; their signals are among `done`.
        seconds_audio: of the audio prepared now.
        seconds: that it took.
    """

    done: int = 0
    cached: int = 0
    absent: int = 0
    shared: int = 0
    failed: list[Failure] = field(default_factory=list)
    rebuilt: int = 0
    seconds_audio: float = 0.0
    seconds: float = 0.0

    @property
    def times_real_time(self) -> float | None:
        """Seconds of audio per second; None if no audio was prepared.

        Example:
            >>> FillReport(done=1, seconds_audio=60, seconds=0.5).times_real_time
            120.0
        """
        return self.seconds_audio / self.seconds if self.seconds_audio and self.seconds else None


def fill(
    corpus: Corpus,
    modality: str,
    encoder: Encoder,
    reader: Reader,
    writer: Writer,
    rows: pl.DataFrame | None = None,
    workers: int | None = None,
) -> FillReport:
    """Prepares what a store's reader does not have and gives it to the writer.

    See `Store.fill`, which calls this.
    """
    if not encoder.cacheable:
        kind = encoder.fingerprint()["kind"]
        raise MalsoriError(f"encoder {kind} prepares on the fly; it stores nothing.")
    begin, report = perf_counter(), FillReport()
    report.rebuilt = reader.remove_damaged()
    wanted = _wanted(corpus, modality, encoder, rows, report)
    missing = {key: found for key, found in wanted.items() if not reader.has(key)}
    report.cached = len(wanted) - len(missing)
    for key, outcome in _prepared(corpus, modality, encoder, missing, workers):
        if outcome.value is None:
            reason = str(outcome.error)
            report.failed += [Failure(str(row["id"]), reason) for row in missing[key]]
        elif outcome.value.features is None:
            report.absent += len(missing[key])
        else:
            writer.add(key, outcome.value.features)
            report.done += 1
            report.seconds_audio += outcome.value.seconds
    report.seconds = perf_counter() - begin
    return report


def _wanted(
    corpus: Corpus,
    modality: str,
    encoder: Encoder,
    rows: pl.DataFrame | None,
    report: FillReport,
) -> dict[str, list[Row]]:
    """The rows of each distinct signal, by its hash."""
    table = corpus.utterances if rows is None else rows
    needed = {"id", "audio", "audio_hash", "start", "end", "text", f"features.{modality}"}
    wanted: dict[str, list[Row]] = {}
    for row in table.select(c for c in table.columns if c in needed).iter_rows(named=True):
        key = corpus.signal_hash(row, encoder.signal, modality)
        if key is None:
            report.absent += 1
        else:
            report.shared += key in wanted
            wanted.setdefault(key, []).append(row)
    return wanted


@dataclass(frozen=True)
class _Prepared:
    features: Features | None
    seconds: float


def _prepared(
    corpus: Corpus,
    modality: str,
    encoder: Encoder,
    missing: dict[str, list[Row]],
    workers: int | None,
) -> Iterator[tuple[str, Outcome[_Prepared]]]:
    """What became of each missing signal, in order."""
    # The work travels with every chunk of jobs, so the corpus goes without its rows.
    light = Corpus(corpus.path, corpus.spec, corpus.utterances.clear(), corpus.quarantine.clear())
    jobs = [(key, rows[0]) for key, rows in missing.items()]
    if not jobs:
        return
    outcomes = parallel_map(_Prepare(light, modality, encoder), jobs, workers=workers)
    label = f"{modality}: {encoder.fingerprint()['kind']}"
    for outcome in progress(outcomes, label=label, total=len(jobs), unit="signals"):
        yield jobs[outcome.index][0], outcome


@dataclass(frozen=True)
class _Prepare:
    """Reads one signal and prepares it, in a worker."""

    corpus: Corpus
    modality: str
    encoder: Encoder

    def __call__(self, job: tuple[str, Mapping[str, Any]]) -> _Prepared:
        key, row = job
        signal = self.corpus.signal(row, self.encoder.signal, self.modality)
        seconds = 0.0
        if isinstance(signal, Audio):
            seconds = signal.duration
            if audio_hash(signal) != key:
                raise MalsoriError(
                    f"{row['audio']} is not what was imported: its content has changed.",
                    hint="import the corpus again, or put the former file back",
                )
        return _Prepared(self.encoder.prepare(signal), seconds)
