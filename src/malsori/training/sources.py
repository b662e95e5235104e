"""Where a row's features come from: the store, or its signal each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder, Features
from malsori.encoders.reading import Reader
from malsori.encoders.store import Store

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Stored:
    """Reads what was encoded once."""

    reader: Reader  # of the encoder's folder
    keys: Sequence[str | None]  # of the signal of each row, None where it is absent

    def __call__(self, row: int) -> Features | None:
        """The features `[T, F]` of a row; None where it has none."""
        key = self.keys[row]
        return None if key is None else self.reader.get(key)


@dataclass(frozen=True)
class OnTheFly:
    """Prepares a row each time it is asked for: for encoders that are not worth a cache."""

    corpus: Corpus
    modality: str
    encoder: Encoder
    rows: Rows

    def __call__(self, row: int) -> Features | None:
        """The features `[T, F]` of a row; None where it has none."""
        signal = self.corpus.signal(self.rows[row], self.encoder.signal, self.modality)
        return None if signal is None else self.encoder.prepare(signal)


def stored(corpus: Corpus, store: Store, modality: str, encoder: Encoder, rows: Rows) -> Stored:
    """What the store has of some rows, which the source counts from 0."""
    keys = [corpus.signal_hash(row, encoder.signal, modality) for row in rows]
    return Stored(store.reader(encoder), keys)


def source_of(
    corpus: Corpus, store: Store, modality: str, encoder: Encoder, rows: Rows
) -> Stored | OnTheFly:
    """The source of one modality."""
    if encoder.cacheable:
        return stored(corpus, store, modality, encoder, rows)
    return OnTheFly(corpus, modality, encoder, rows)
