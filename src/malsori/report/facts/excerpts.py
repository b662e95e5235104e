"""Text and sound of the mistakes, from the corpus; only where somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.errors import MalsoriError

POINTS = 240
"""So many peaks draw a waveform."""


@dataclass(frozen=True)
class Excerpt:
    """What was said in one utterance.

    Attributes:
        text: The transcript, or None.
        peaks: Loudest sample in each of up to 240 equal pieces, in [0, 1]; None without sound.
        seconds: Length of the sound, or None.
    """

    text: str | None
    peaks: tuple[float, ...] | None
    seconds: float | None


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


def peaks_of(samples: np.ndarray[Any, Any]) -> tuple[float, ...]:
    """The outline of a waveform.

    Args:
        samples: `[T]`, T ≥ 1.

    Example:
        >>> peaks_of(np.array([0.0, -0.5, 1.0]))
        (0.0, 0.5, 1.0)
    """
    pieces = np.array_split(np.abs(samples), min(POINTS, len(samples)))
    return tuple(round(float(piece.max()), 3) for piece in pieces)


def _excerpt(corpus: Corpus, row: Mapping[str, Any]) -> Excerpt:
    sound = corpus.signal(row, "audio", "speech") if row.get("audio") else None
    if sound is None or not len(sound.samples):  # type: ignore[union-attr]
        return Excerpt(row.get("text"), None, None)
    return Excerpt(row.get("text"), peaks_of(sound.samples), sound.duration)  # type: ignore[union-attr]
