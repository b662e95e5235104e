"""Text and sound of the mistakes, from the corpus; only where somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.errors import MalsoriError
from malsori.signals.audio import Audio


@dataclass(frozen=True)
class Excerpt:
    """What was said in one utterance."""

    text: str | None  # the transcript
    sound: Audio | None  # the waveform, or None; not in the JSON twin


def open_corpus(path: Path, digest: str) -> Corpus:
    """Opens the corpus that a run was trained on.

    Raises:
        MalsoriError: It is not there, or its content is another one than the run's.
    """
    try:
        corpus = Corpus.open(path)
    except MalsoriError as error:
        raise MalsoriError(
            f"--include-text needs the corpus: {error.message}",
            hint="say where it is with --corpus FOLDER",
        ) from error
    if corpus.digest != digest:
        raise MalsoriError(
            f"{path}: is another corpus than the run was trained on, or has changed since",
            hint="leave --include-text out, or say where the right one is with --corpus FOLDER",
        )
    return corpus


def excerpts_of(corpus: Corpus, ids: Iterable[str]) -> dict[str, Excerpt]:
    """Id → what was said, for the utterances of these ids."""
    chosen = corpus.utterances.filter(pl.col("id").is_in(sorted(set(ids))))
    return {row["id"]: _excerpt(corpus, row) for row in chosen.iter_rows(named=True)}


def _excerpt(corpus: Corpus, row: Mapping[str, Any]) -> Excerpt:
    sound = corpus.signal(row, "audio", "speech") if row.get("audio") else None
    return Excerpt(row.get("text"), sound if isinstance(sound, Audio) else None)
