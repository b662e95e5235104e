"""Files that are written beside others at work, and swept away if their writer was killed."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from malsori.io import naming, sync
from malsori.locks import SUFFIX, in_work, is_left

_OLD: Final = 3600.0  # seconds; small files are written whole within moments, and hold no lock


def write_named(place: Path, pieces: Iterable[bytes | memoryview], suffix: str) -> Path:
    """Writes a file named by the first 32 hex digits of its SHA-256, whole or not at all.

    While it is written, its temporary name is locked by this process: so that others, who sweep
    the folder, see that its writer lives.

    Example:
        >>> import tempfile
        >>> write_named(Path(tempfile.mkdtemp()), [b"a", b"b"], ".shard").name
        'fb8e20fc2e4c3f248c60c39bd652f3c1.shard'
    """
    place.mkdir(parents=True, exist_ok=True)
    temporary = place / f".{os.getpid()}-{time.monotonic_ns():x}.part"
    digest = hashlib.sha256()
    with naming(temporary), in_work(temporary):
        try:
            with temporary.open("xb") as stream:
                for piece in pieces:
                    digest.update(piece)
                    stream.write(piece)
                stream.flush()
                os.fsync(stream.fileno())
            final = place / f"{digest.hexdigest()[:32]}{suffix}"
            temporary.replace(final)
            sync(place)
        finally:
            temporary.unlink(missing_ok=True)
    return final


def sweep(place: Path) -> int:
    """Removes the temporary files of killed processes, not of living ones; says how many.

    Example:
        >>> import tempfile
        >>> place = Path(tempfile.mkdtemp())
        >>> (place / ".77-1.part").touch()
        >>> sweep(place), sweep(place)
        (1, 0)
    """
    # A kill may have left the lock alone.
    parts = {part.with_name(part.name.removesuffix(SUFFIX)) for part in place.glob(".*.part*")}
    left = [part for part in parts if _is_left(part)]
    for part in left:
        part.unlink(missing_ok=True)
    return len(left)


def _is_left(part: Path) -> bool:
    """Whether nobody writes to it any more."""
    if part.name[1].isdecimal():
        return is_left(part)
    try:
        return time.time() - part.stat().st_mtime > _OLD
    except OSError:
        return False  # gone meanwhile
