"""Reading features from memory-mapped shards: only bytes whose checksum was compared."""

from __future__ import annotations

import mmap
import zlib
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from malsori.encoders.base import Features
from malsori.encoders.compared import Compared
from malsori.encoders.shards import SUFFIX, TYPES, DamagedShardError, Index, is_shard, read_index
from malsori.errors import MalsoriError
from malsori.io import sha256_file
from malsori.reporting import progress

_OPEN: Final = 128  # maps at once: each holds a file open, and systems allow some 1,000


Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Damage:
    """A shard that is not what was written, and in what way."""

    shard: Path
    reason: str


class Reader:
    """Features of one encoder, by signal.

    When it opens, it compares the index of each shard with its checksum, and the data of each
    that is new or was changed since it was last compared. When features are read for the first
    time in this process, they are compared with their own checksum: so no byte is given out that
    is not what was written.

    Args:
        place: The folder of one encoder; may not exist yet.
        thorough: Compares the data of every shard now.

    Attributes:
        damaged: Shards that are not what was written; nothing is read from them.
    """

    def __init__(self, place: Path, *, thorough: bool = False) -> None:
        self.place = place
        self._load(thorough)

    def __reduce__(self) -> tuple[type[Reader], tuple[Path]]:
        return Reader, (self.place,)  # another process maps the files itself

    def _load(self, thorough: bool) -> None:
        """Reads the indexes."""
        self.damaged: list[Damage] = []
        self._shards: list[Path] = []
        self._maps: OrderedDict[int, mmap.mmap] = OrderedDict()
        found = self._open(thorough)
        keys = np.concatenate([i["key"] for i in found] or [np.zeros(0, "S64")])
        # A signal that was written twice counts once.
        self._keys, first = np.unique(keys, return_index=True)
        shards = np.repeat(np.arange(len(found), dtype=np.int32), [len(i) for i in found])
        self._shard = shards[first]
        self._counts = [len(index) for index in found]
        self._rows = _columns(found, first)
        self._compared = np.zeros(len(first), bool)

    def _open(self, thorough: bool) -> list[Index]:
        """The indexes of the shards that are whole."""
        compared, indexes = Compared(self.place), []
        shards = [s for s in sorted(self.place.glob(f"*{SUFFIX}")) if is_shard(s)]
        told = progress(shards, label=f"comparing {self.place.name}", unit="shards")
        for shard in told:
            try:
                index = read_index(shard)
                whole = (compared.known(shard) and not thorough) or compared.compare(shard)
            except FileNotFoundError:
                continue  # another process has pruned or rebuilt it
            except (DamagedShardError, OSError) as error:
                self.damaged.append(Damage(shard, str(error)))
                continue
            if whole:
                self._shards.append(shard)
                indexes.append(index)
            else:
                self.damaged.append(Damage(shard, "its data are not what was written"))
        compared.save({shard.name for shard in shards})
        return indexes

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return (key.decode() for key in self._keys)

    @property
    def nbytes(self) -> int:
        """Memory that the index takes, in bytes."""
        parts = (self._keys, self._shard, self._compared, *self._rows.values())
        return sum(part.nbytes for part in parts)

    @property
    def keys(self) -> npt.NDArray[np.bytes_]:
        """The signals' keys, sorted ``[N]``."""
        return self._keys

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Bytes of each signal's features ``[N]``, in the order of the keys."""
        steps, width = (self._rows[name].astype(np.int64) for name in ("steps", "width"))
        sizes: npt.NDArray[np.int64] = 4 * steps * width
        return sizes

    def shards(self) -> Iterator[tuple[Path, int, npt.NDArray[np.int64]]]:
        """Each shard, how many rows it holds, and which of the keys are read from it."""
        for number, shard in enumerate(self._shards):
            yield shard, self._counts[number], np.flatnonzero(self._shard == number)

    def has(self, key: str) -> bool:
        """Whether a signal was prepared: its features are here, or it has nothing to encode."""
        return self._find(key) is not None

    def among(self, keys: Sequence[str]) -> tuple[Bools, Bools]:
        """Which of many signals were prepared ``[N]``, and which of them have features ``[N]``."""
        wanted = np.array(keys, "S64") if len(keys) else np.zeros(0, "S64")
        at = np.searchsorted(self._keys, wanted)
        there = at < len(self._keys)
        there[there] = self._keys[at[there]] == wanted[there]
        full = there.copy()
        full[there] = self._rows["steps"][at[there]] > 0
        return there, full

    def get(self, key: str) -> Features | None:
        """Features ``[T, F]`` of a signal, read-only and memory-mapped; None if it has none.

        Raises:
            MalsoriError: If they are not here, or are not what was written.
        """
        try:
            return self._get(key)
        except FileNotFoundError:
            # Another process has merged or pruned shards: look again, once.
            self._load(False)
        try:
            return self._get(key)
        except FileNotFoundError as error:
            raise MalsoriError(
                f"{error.filename} has gone while it was read.",
                hint="does another process delete files of this store?",
            ) from error

    def _get(self, key: str) -> Features | None:
        at = self._find(key)
        if at is None:
            raise MalsoriError(
                f"{self.place} holds no features of signal {key}.",
                hint="run `malsori embed` with this recipe",
            )
        steps, width = int(self._rows["steps"][at]), int(self._rows["width"][at])
        if not steps:
            return None
        number = int(self._shard[at])
        kind = np.dtype(TYPES[self._rows["type"][at]]).newbyteorder("<")
        flat = np.frombuffer(
            self._mapped(number), kind, steps * width, int(self._rows["offset"][at])
        )
        if not self._compared[at]:
            if zlib.crc32(flat.data) != self._rows["check"][at]:
                raise self._rotten(number, key)
            self._compared[at] = True
        return flat.reshape(steps, width)

    def remove_damaged(self) -> int:
        """Deletes damaged shards, so that their signals are prepared again; says how many.

        What another process has mended meanwhile is left alone.
        """
        count = 0
        for damage in self.damaged:
            if not _is_whole(damage.shard):
                damage.shard.unlink(missing_ok=True)
                count += 1
        self.damaged = []
        return count

    def _find(self, key: str) -> int | None:
        wanted = key.encode()
        at = bisect_left(self._keys, wanted)  # for one key a tenth of `np.searchsorted`
        return at if at < len(self._keys) and self._keys[at] == wanted else None

    def _mapped(self, number: int) -> mmap.mmap:
        """A shard's bytes; the maps that were used last stay open."""
        mapped = self._maps.pop(number, None)
        if mapped is None:
            with self._shards[number].open("rb") as stream:
                mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            if len(self._maps) >= _OPEN:
                self._maps.popitem(last=False)  # it closes when the last features are let go
        self._maps[number] = mapped
        return mapped

    def _rotten(self, number: int, key: str) -> MalsoriError:
        shard = self._shards[number]
        compared = Compared(self.place)
        compared.forget(shard)  # so that the next command compares it, and makes it again
        compared.save()
        return MalsoriError(
            f"{shard}: the features of signal {key} are not what was written.",
            hint="`malsori embed RECIPE` makes them again; does this disk or memory have faults?",
        )


def _is_whole(shard: Path) -> bool:
    try:
        read_index(shard)
    except (DamagedShardError, OSError):
        return False
    return sha256_file(shard)[:32] == shard.stem


def _columns(found: list[Index], rows: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
    """What is needed of the indexes, column by column."""
    names = ("offset", "steps", "width", "check", "type")
    empty = np.zeros(0, np.int64)
    return {n: np.concatenate([i[n] for i in found] or [empty])[rows] for n in names}
