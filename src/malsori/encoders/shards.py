"""Shards: many small arrays in one file, which is written at once and never changed.

A shard's name is the checksum of its bytes, so a damaged one is known by its name.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from malsori.encoders.base import Features
from malsori.errors import MalsoriError
from malsori.io import atomic_write, sha256, sha256_file

MAX_BYTES = 64 * 2**20
MAX_ROWS = 2048

_MAGIC = b"malsori1"
_ALIGN = 64  # bytes; where data begins
_TYPES = ("float32", "int32")


class Writer:
    """Adds features to a store; a shard is written when it is full and at the end.

    A kill loses the open shard only (64 MB or 2,048 rows); an exception loses nothing.

    Args:
        place: the folder of one encoder.
        max_rows: signals in a shard.
        max_bytes: of features after which a shard is full.

    Example:
        >>> import tempfile
        >>> place = Path(tempfile.mkdtemp())
        >>> with Writer(place) as writer:
        ...     writer.add("00ff", np.zeros((3, 2), np.float32))
        >>> len(Reader(place))
        1
    """

    def __init__(self, place: Path, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> None:
        self.place = place
        self.max_rows = max_rows
        self.max_bytes = max_bytes
        self._rows: list[tuple[str, npt.NDArray[Any]]] = []
        self._bytes = 0

    def add(self, key: str, features: Features) -> None:
        """Takes features `[T, F]`, T ≥ 1, float32 (finite or NaN) or int32.

        Raises:
            MalsoriError: if they are anything else.
        """
        if features.ndim != 2 or 0 in features.shape or features.dtype.name not in _TYPES:
            raise MalsoriError(
                f"an encoder gave {features.dtype} {features.shape}, not float32 or int32 [T, F]"
                f" for signal {key}."
            )
        if features.dtype.kind == "f" and np.isinf(features).any():
            raise MalsoriError(f"an encoder gave infinite values for signal {key}.")
        self._rows.append((key, np.ascontiguousarray(features)))
        self._bytes += features.nbytes
        if self._bytes >= self.max_bytes or len(self._rows) >= self.max_rows:
            self.flush()

    def flush(self) -> None:
        """Writes what is held as a shard."""
        if self._rows:
            content = _pack(self._rows)
            atomic_write(self.place / f"{sha256(content)[:32]}.shard", content)
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


def _pack(rows: list[tuple[str, npt.NDArray[Any]]]) -> bytes:
    """Magic, length of the index, index as JSON, zeros up to a multiple of 64, data."""
    index, offset = [], 0
    for key, features in rows:
        index.append([key, features.dtype.name, *features.shape, offset])
        offset += features.nbytes
    head = json.dumps(index).encode()
    start = _MAGIC + len(head).to_bytes(8, "little") + head
    data = [features.astype(features.dtype.newbyteorder("<")).tobytes() for _, features in rows]
    return b"".join([start, bytes(-len(start) % _ALIGN), *data])


@dataclass(frozen=True)
class _Where:
    """Where features lie: the shard's bytes, and what to make of them."""

    data: npt.NDArray[np.uint8]
    dtype: str
    shape: tuple[int, int]
    offset: int


class Reader:
    """Reads features from memory-mapped shards whose checksums are right.

    Args:
        place: the folder of one encoder; may not exist yet.

    Attributes:
        damaged: shards whose content is not what was written; nothing is read from them.

    Example:
        >>> Reader(Path("nowhere/yet")).has("00ff")
        False
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.damaged: list[Path] = []
        self._where: dict[str, _Where] = {}
        for shard in sorted(place.glob("*.shard")):
            if sha256_file(shard)[:32] == shard.stem:
                self._where.update(_open(shard))
            else:
                self.damaged.append(shard)

    def __len__(self) -> int:
        return len(self._where)

    def __iter__(self) -> Iterator[str]:
        return iter(self._where)

    def has(self, key: str) -> bool:
        """Whether features of a signal are here."""
        return key in self._where

    def get(self, key: str) -> Features:
        """Features `[T, F]` of a signal, read-only and memory-mapped.

        Raises:
            MalsoriError: if they are not here.
        """
        where = self._where.get(key)
        if where is None:
            raise MalsoriError(
                f"{self.place} holds no features of signal {key}.",
                hint="run `malsori embed` with this recipe",
            )
        count = where.shape[0] * where.shape[1]
        flat = np.frombuffer(
            where.data, np.dtype(where.dtype).newbyteorder("<"), count, where.offset
        )
        return flat.reshape(where.shape)

    def remove_damaged(self) -> int:
        """Deletes damaged shards, so that their signals are prepared again; says how many."""
        for shard in self.damaged:
            shard.unlink(missing_ok=True)
        count = len(self.damaged)
        self.damaged = []
        return count


def _open(shard: Path) -> Iterator[tuple[str, _Where]]:
    """The entries of a shard that is whole."""
    data = np.memmap(shard, np.uint8, "r")
    end = 16 + int.from_bytes(data[8:16].tobytes(), "little")
    begin = end + -end % _ALIGN
    for key, dtype, steps, size, offset in json.loads(data[16:end].tobytes()):
        yield key, _Where(data, dtype, (steps, size), begin + offset)
