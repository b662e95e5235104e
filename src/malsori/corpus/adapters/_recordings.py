"""The recordings of a source: which file is which, wherever it lies."""

from __future__ import annotations

import io
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

import soundfile

from malsori.archives import SEPARATOR, Entry
from malsori.errors import MalsoriError

SUFFIXES: Final = (".wav", ".flac")
"""What recordings of data sets end in and libsndfile reads."""

K = TypeVar("K", bound=Hashable)


@dataclass
class Recordings(Generic[K]):
    """Recordings by a key; of several with one key, an unpacked one before one in an archive."""

    found: dict[K, Entry] = field(default_factory=dict)  # key → the recording
    twice: int = 0  # recordings that are there again under a key that was found already

    @classmethod
    def index(cls, entries: Iterable[tuple[K, Entry]]) -> Recordings[K]:
        """Gather recordings by their keys."""
        recordings = cls()
        for key, entry in entries:
            other = recordings.found.get(key)
            recordings.twice += other is not None
            if other is None or (_archived(other) and not _archived(entry)):
                recordings.found[key] = entry
        return recordings


def _archived(entry: Entry) -> bool:
    return SEPARATOR in entry.reference


def sample_rate(entry: Entry) -> int | None:
    """The sample rate in Hz that a recording's header tells; None if it cannot be read."""
    try:
        return int(soundfile.info(io.BytesIO(entry.read())).samplerate)
    except (MalsoriError, soundfile.LibsndfileError, RuntimeError):
        return None
