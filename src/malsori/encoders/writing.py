"""Adding features to a store: shard by shard, so that a kill loses little."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Final, Self, cast

import numpy as np

from malsori.encoders.base import Features
from malsori.encoders.shards import check_row, write_shard

MAX_BYTES: Final = 64 * 2**20
MAX_ROWS: Final = 2048
MAX_SECONDS: Final = 20.0


class Writer:
    """Adds features to a store; a shard is written when it is full or old, and at the end.

    A kill loses the open shard only: at most 64 MB, 2,048 rows or 20 seconds' work. An exception
    loses nothing. Several writers may add to one place, also the same signals.

    Args:
        place: The folder of one encoder.
        max_rows: Signals in a shard; None for 2,048.
        max_bytes: Of features after which a shard is full; None for 64 MB.
        max_seconds: After which the open shard is written as it is; None for 20.

    Attributes:
        written: The shards that it has written.
    """

    def __init__(
        self,
        place: Path,
        max_rows: int | None = None,
        max_bytes: int | None = None,
        max_seconds: float | None = None,
    ) -> None:
        self.place = place
        self.max_rows = MAX_ROWS if max_rows is None else max_rows
        self.max_bytes = MAX_BYTES if max_bytes is None else max_bytes
        self.max_seconds = MAX_SECONDS if max_seconds is None else max_seconds
        self.written: set[Path] = set()
        self._rows: list[tuple[str, Features | None]] = []
        self._bytes = 0
        self._begun = 0.0

    def add(self, key: str, features: Features | None) -> None:
        """Takes features ``[T, F]``, T ≥ 1, float32 (finite or NaN) or int32.

        Args:
            key: Content hash of the signal.
            features: None where the signal has nothing to encode, which is worth knowing too.

        Raises:
            MalsoriError: If they are anything else.
        """
        self.add_all([(key, features)])

    def add_all(self, rows: Iterable[tuple[str, Features | None]]) -> None:
        """Takes what was computed together; it comes into one shard."""
        for key, features in rows:
            check_row(key, features)
            if not self._rows:
                self._begun = monotonic()
            self._rows.append((key, None if features is None else _kept(features)))
            self._bytes += 0 if features is None else features.nbytes
        full = self._bytes >= self.max_bytes or len(self._rows) >= self.max_rows
        if full or (self._rows and monotonic() - self._begun >= self.max_seconds):
            self.flush()

    def flush(self) -> None:
        """Writes what is held as a shard."""
        if self._rows:
            self.written.add(write_shard(self.place, self._rows))
            self._rows, self._bytes = [], 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.flush()  # after an error too: what is finished is finished


def _kept(features: Features) -> Features:
    """In one piece."""
    return cast(Features, np.ascontiguousarray(features))
