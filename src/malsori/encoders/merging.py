"""Writing shards anew: without what is not needed, or many small ones as few."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from malsori.encoders.reading import Reader
from malsori.encoders.writing import MAX_BYTES, MAX_ROWS, Writer

_SMALL: Final = 4  # a shard below a fourth of a full one, and …
_MANY: Final = 8  # … as many of them are worth merging


def rewrite(reader: Reader, chosen: Sequence[tuple[Path, npt.NDArray[np.int64]]]) -> None:
    """Writes what shall stay of some shards into new ones, and only then removes them.

    A kill in the middle leaves signals twice, which is harmless. Readers that have the old ones
    open keep them, or look again.
    """
    before = {shard for shard, _ in chosen}
    # Named before anything is read: a reader that looks again has other rows.
    staying = [key.decode() for _, rows in chosen for key in reader.keys[rows]]
    with Writer(reader.place) as writer:
        for key in staying:
            writer.add(key, reader.get(key))
    for shard in before - writer.written:  # the same content has the same name
        shard.unlink(missing_ok=True)


def merge(place: Path) -> int:
    """Merges small shards, which slow encoders and kills leave, if there are many; says how many.

    Example:
        >>> import tempfile
        >>> place = Path(tempfile.mkdtemp())
        >>> for i in range(10):
        ...     with Writer(place) as writer:
        ...         writer.add(f"{i:02x}", np.ones((1, 2), np.float32))
        >>> merge(place), len(list(place.glob("*.shard"))), len(Reader(place))
        (10, 1, 10)
    """
    reader = Reader(place)
    small: list[tuple[Path, npt.NDArray[Any]]] = []
    for shard, count, rows in reader.shards():
        if count < MAX_ROWS // _SMALL and reader.sizes[rows].sum() < MAX_BYTES // _SMALL:
            small.append((shard, rows))
    if len(small) < _MANY:
        return 0
    rewrite(reader, small)
    return len(small)
