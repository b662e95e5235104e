"""The work of filling a store: signals are read in several processes; networks compute here."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
import torch

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder, Features
from malsori.errors import MalsoriError
from malsori.parallel import Outcome, parallel_map
from malsori.signals.audio import Audio, audio_hash

_TOGETHER: Final = 512  # signals that a network gets at once …
_BYTES: Final = 8 * 2**20  # … or as many as this holds: two minutes of audio at 16 kHz
_FASTER: Final = 8  # times as much where there is a GPU
_AHEAD: Final = 8 * 2**20  # of what travels from a worker at once

Job = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Prepared:
    """What became of one signal."""

    key: str  # its content hash
    features: Features | None  # ``[T, F]``; None: an error, or nothing to encode
    error: str | None = None  # why it cannot be encoded, or None
    seconds: float = 0.0  # of audio


def prepared(
    corpus: Corpus, modality: str, encoder: Encoder, jobs: Sequence[Job], workers: int | None
) -> Generator[list[Prepared], None, None]:
    """Prepares signals, and yields them in groups that were computed together.

    The groups follow from the jobs alone: who is killed and continues behind a group gets the
    same groups, and so the same bits.
    """
    # The work travels with every chunk of jobs, and Polars must not work in a forked process: so
    # the corpus goes without its tables.
    light = Corpus(corpus.path, corpus.spec, pl.DataFrame(), pl.DataFrame())
    if encoder.batched:
        if encoder.signal == "audio":
            _ = encoder.rate  # so that what `ready` needs is loaded once, before processes part
        elif encoder.signal == "text":
            workers = 1  # tokenisers have threads of their own, and are fast
    outcomes = parallel_map(
        _Work(light, modality, encoder), jobs, workers=workers, chunk=_chunk(encoder, jobs)
    )
    if encoder.batched:
        yield from _computed(encoder, jobs, outcomes)
        return
    for outcome in outcomes:
        key, found = jobs[outcome.index][0], outcome.value
        if found is None:
            yield [Prepared(key, None, str(outcome.error))]
        else:
            yield [Prepared(key, found.content, None, found.seconds)]


def _chunk(encoder: Encoder, jobs: Sequence[Job]) -> int:
    """How many jobs travel together: fewer where recordings are long, for memory."""
    lengths = [row.get("duration") or 0.0 for _, row in jobs]
    if not encoder.batched or not any(lengths):
        return 16
    size = 4 * (encoder.rate or 16000) * sum(lengths) / len(lengths)
    return int(np.clip(_AHEAD / max(size, 1), 1, 16))


@dataclass(frozen=True)
class _Read:
    content: Any
    seconds: float


@dataclass(frozen=True)
class _Work:
    """Reads one signal, in a worker, and prepares it as far as needs no network."""

    corpus: Corpus
    modality: str
    encoder: Encoder

    def __call__(self, job: Job) -> _Read:
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
        if self.encoder.batched:
            return _Read(self.encoder.ready(signal), seconds)
        return _Read(self.encoder.prepare(signal), seconds)


def _computed(
    encoder: Encoder, jobs: Sequence[Job], outcomes: Iterator[Outcome[_Read]]
) -> Iterator[list[Prepared]]:
    """What a network makes of signals that are ready; the workers read ahead meanwhile."""
    failed: list[Prepared] = []
    group: list[tuple[str, _Read]] = []
    size, loaded, most, many = 0, False, _BYTES, _TOGETHER
    for outcome in outcomes:
        key = jobs[outcome.index][0]
        if outcome.value is None:
            failed.append(Prepared(key, None, str(outcome.error)))
            continue
        if not loaded:
            # Only now: the processes that read were forked before the network has threads. And
            # a model that cannot be loaded is no fault of a row.
            list(encoder.prepare_many([]))
            loaded = True
            if torch.cuda.is_available():
                most, many = _FASTER * most, _FASTER * many
        added = _size(outcome.value.content)
        if group and (size + added > most or len(group) >= many):
            yield [*_group(encoder, group), *failed]
            group, failed, size = [], [], 0
        group.append((key, outcome.value))
        size += added
    last = [*_group(encoder, group), *failed]
    if last:
        yield last


def _group(encoder: Encoder, group: list[tuple[str, _Read]]) -> Iterator[Prepared]:
    """Computes a group; if that fails, its signals one by one, to find the one that fails."""
    signals = [read.content for _, read in group]
    found: dict[int, Features | None] = {}
    try:
        found.update(encoder.prepare_many(signals))
    except Exception:  # of any library; below it is told by its row
        found.clear()
    for i, (key, read) in enumerate(group):
        if i in found:
            yield Prepared(key, found[i], None, read.seconds)
        else:
            yield _alone(encoder, key, read)


def _alone(encoder: Encoder, key: str, read: _Read) -> Prepared:
    try:
        ((_, features),) = encoder.prepare_many([read.content])
    except Exception as error:  # a failure belongs to its row
        return Prepared(key, None, f"{type(error).__name__}: {error}")
    return Prepared(key, features, None, read.seconds)


def _size(content: Any) -> int:
    """Bytes that a ready signal takes, about."""
    if hasattr(content, "nbytes"):
        return int(content.nbytes)
    return 32 * len(content) if hasattr(content, "__len__") else 64
