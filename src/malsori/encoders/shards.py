"""Shards: many small arrays in one file, which is written at once and never changed.

A shard's name is the checksum of its bytes. Its first 64 bytes hold a mark, the number of rows,
the file's size, and the checksum of all that stands before the data; then comes the index, and
then the data. Each row's data has a checksum of its own in the index.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from malsori.encoders.base import Features
from malsori.encoders.whole_files import write_named
from malsori.errors import MalsoriError

SUFFIX: Final = ".shard"
TYPES: Final = ("float32", "int32")

ROW: Final = np.dtype(
    [
        ("key", "S64"),
        ("offset", "<u8"),
        ("steps", "<u4"),
        ("width", "<u4"),
        ("check", "<u4"),
        ("type", "<u4"),
    ]
)
"""A row of the index: where in the file the features `[steps, width]` of a signal begin, their
CRC-32, and their type's place in `TYPES`. No steps: the signal has nothing to encode."""

Index = npt.NDArray[np.void]

_MARK: Final = b"malsori2"
_HEAD: Final = 64
_NAME: Final = re.compile(r"[0-9a-f]{32}\.shard")


class DamagedShardError(Exception):
    """A shard is not what was written; the message says in what way."""


def check_row(key: str, features: Features | None) -> None:
    """Refuses what a shard cannot hold.

    Raises:
        MalsoriError: The features are not finite or NaN float32 or int32 ``[T, F]``, T ≥ 1; or
            the key is not one to 64 ASCII characters.
    """
    if not 1 <= len(key) <= 64 or not key.isascii():
        raise MalsoriError(f"a signal's key is one to 64 ASCII characters, not {key!r}.")
    if features is None:
        return
    if features.ndim != 2 or 0 in features.shape or features.dtype.name not in TYPES:
        raise MalsoriError(
            f"an encoder gave {features.dtype} {features.shape}, not float32 or int32 [T, F]"
            f" for signal {key}."
        )
    if features.dtype.kind == "f" and np.isinf(features).any():
        raise MalsoriError(f"an encoder gave infinite values for signal {key}.")


def write_shard(place: Path, rows: Sequence[tuple[str, Features | None]]) -> Path:
    """Writes rows that were checked as one shard."""
    return write_named(place, _pieces(rows), SUFFIX)


def _pieces(rows: Sequence[tuple[str, Features | None]]) -> Iterator[bytes]:
    index = np.zeros(len(rows), ROW)
    offset = _HEAD + index.nbytes
    for entry, (key, features) in zip(index, rows, strict=True):
        entry["key"], entry["offset"] = key.encode(), offset
        if features is not None:
            entry["steps"], entry["width"] = features.shape
            entry["type"] = TYPES.index(features.dtype.name)
            entry["check"] = zlib.crc32(_bytes(features))
            offset += features.nbytes
    head = _MARK + len(rows).to_bytes(8, "little") + offset.to_bytes(8, "little")
    names = index.tobytes()
    yield head + hashlib.sha256(head + names).digest() + bytes(_HEAD - len(head) - 32)
    yield names
    yield from (_bytes(features) for _, features in rows if features is not None)


def _bytes(features: npt.NDArray[Any]) -> bytes:
    return features.astype(features.dtype.newbyteorder("<"), copy=False).tobytes()


def is_shard(file: Path) -> bool:
    """Whether a file has a shard's name; others in the folder are left alone."""
    return _NAME.fullmatch(file.name) is not None


def read_index(shard: Path) -> Index:
    """The index of a shard, checked; of the data nothing is read.

    Raises:
        DamagedShardError: It is cut or grown, of another format, or its index is not what was
            written.
        FileNotFoundError: It is not there any more.
    """
    with shard.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(0)
        head = stream.read(_HEAD)
        if len(head) < _HEAD or head[:8] != _MARK:
            raise DamagedShardError(
                f"{size:,} bytes that are no shard" if size else "an empty file"
            )
        rows, wanted = (int.from_bytes(head[i : i + 8], "little") for i in (8, 16))
        if size != wanted:
            raise DamagedShardError(f"{size:,} bytes instead of {wanted:,}")
        names = stream.read(min(rows * ROW.itemsize, size))
    if hashlib.sha256(head[:24] + names).digest() != head[24:56]:
        raise DamagedShardError("its index is not what was written")
    index = np.frombuffer(names, ROW)
    ends = index["offset"] + 4 * index["steps"].astype("<u8") * index["width"]
    if len(index) and (index["offset"].min() < _HEAD + len(names) or ends.max() > size):
        raise DamagedShardError("its index points beyond its data")
    return index
