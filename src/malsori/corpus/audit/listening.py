"""Measures the recordings of a corpus that was imported without."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from malsori.corpus.audit.case import MEASURES
from malsori.corpus.corpus import Corpus
from malsori.parallel import parallel_map
from malsori.reporting import progress
from malsori.signals.audio import read_audio
from malsori.signals.quality import measure

Span = tuple[Path, float | None, float | None]


def listen(corpus: Corpus, *, workers: int | None = None) -> tuple[pl.DataFrame, dict[str, str]]:
    """Opens each recording once, in parallel.

    Returns:
        Columns ``id`` and ``MEASURES`` of what could be heard, and id → why of what could not.
    """
    rows = [row for row in corpus.utterances.iter_rows(named=True) if row["audio"] is not None]
    spans = [(_path(corpus, row), row["start"], row["end"]) for row in rows]
    found, unreadable = [], {}
    outcomes = parallel_map(_measure, spans, workers=workers)
    for outcome in progress(outcomes, label="listen", total=len(spans), unit="recording"):
        name = rows[outcome.index]["id"]
        if outcome.value is None:
            unreadable[name] = str(outcome.error)
        else:
            found.append({"id": name, **outcome.value})
    schema = {"id": pl.String(), **{m: pl.Float64() for m in MEASURES}}
    return pl.DataFrame(found, schema=schema), unreadable


def _path(corpus: Corpus, row: dict[str, object]) -> Path:
    path = corpus.audio_path(row)
    assert path is not None
    return path


def _measure(span: Span) -> dict[str, float]:
    return measure(read_audio(*span)).data()
