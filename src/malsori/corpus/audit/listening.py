"""Measures the recordings of a corpus that was imported without."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from malsori.corpus.audit.case import MEASURES, OF_CHANNELS
from malsori.corpus.columns import CHANNEL, SOUNDS
from malsori.corpus.corpus import Corpus
from malsori.parallel import parallel_map
from malsori.reporting import progress
from malsori.signals.audio import AudioFile
from malsori.signals.channels import compare
from malsori.signals.quality import measure

Span = tuple[Path, float | None, float | None, int | None]


def listen(corpus: Corpus, *, workers: int | None = None) -> tuple[pl.DataFrame, dict[str, str]]:
    """Opens each recording once, in parallel.

    Returns:
        Columns ``id`` and ``MEASURES`` of what could be heard, and id → why of what could not.
    """
    rows = [row for row in corpus.utterances.iter_rows(named=True) if row["audio"] is not None]
    spans = [(_path(corpus, row), row["start"], row["end"], row.get(CHANNEL)) for row in rows]
    found, unreadable = [], {}
    outcomes = parallel_map(_measure, spans, workers=workers)
    for outcome in progress(outcomes, label="listen", total=len(spans), unit="recording"):
        name = rows[outcome.index]["id"]
        if outcome.value is None:
            unreadable[name] = str(outcome.error)
        else:
            found.append({"id": name, **outcome.value})
    kinds = {name: SOUNDS[name] for name in ("id", *MEASURES, *OF_CHANNELS)}
    return pl.DataFrame(found, schema=kinds), unreadable


def _path(corpus: Corpus, row: dict[str, object]) -> Path:
    path = corpus.audio_path(row)
    assert path is not None
    return path


def _measure(span: Span) -> dict[str, float]:
    path, start, end, channel = span
    with AudioFile(path) as file:
        frames = file.decode(start, end)
        found = measure(file.heard(frames, channel)).data() | {"channels": file.channels}
        if channel is None and file.channels > 1:
            several = compare(frames)
            found |= {"mixed": several.change, "dead": several.dead, "alike": several.alike}
        return found
