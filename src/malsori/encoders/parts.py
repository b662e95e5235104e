"""Files that are written beside others at work, and swept away if their writer was killed."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

if sys.platform != "win32":  # there are no such locks; age decides what is swept
    import fcntl

_OLD: Final = 3600.0  # seconds; other files are written whole within moments


def write_sealed(place: Path, pieces: Iterable[bytes | memoryview], suffix: str) -> Path:
    """Writes a file whose name is the checksum of its bytes, whole or not at all.

    While it is written, its temporary name is locked by this process: so that others, who sweep
    the folder, see that its writer lives.

    Args:
        place: The folder; made if it is missing.
        pieces: The content.
        suffix: Such as ``.shard``.

    Returns:
        The file: 32 hex digits of its SHA-256, and the suffix.

    Example:
        >>> import tempfile
        >>> write_sealed(Path(tempfile.mkdtemp()), [b"a", b"b"], ".shard").name
        'fb8e20fc2e4c3f248c60c39bd652f3c1.shard'
    """
    place.mkdir(parents=True, exist_ok=True)
    handle, temporary = _locked(place)
    digest = hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as stream:  # closing it lets the lock go
            for piece in pieces:
                digest.update(piece)
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
            final = place / f"{digest.hexdigest()[:32]}{suffix}"
            temporary.replace(final)
        _sync(place)
    finally:
        temporary.unlink(missing_ok=True)
    return final


def _locked(place: Path) -> tuple[int, Path]:
    """A new temporary file that this process holds."""
    while True:
        name = f".{os.getpid()}-{time.monotonic_ns():x}.part"
        temporary = place / name
        try:
            handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666)
        except FileExistsError:
            continue
        if _hold(handle) and temporary.exists():
            return handle, temporary
        os.close(handle)  # swept in the moment before it was locked


def _hold(handle: int) -> bool:
    """Locks a file for as long as it is open; False if another process has it."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: age decides there
    return True


def sweep(place: Path) -> int:
    """Removes the temporary files of processes that were killed, and leaves those of living ones.

    Returns:
        How many were removed.

    Example:
        >>> import tempfile
        >>> place = Path(tempfile.mkdtemp())
        >>> (place / ".77-1.part").touch()
        >>> sweep(place), sweep(place)
        (1, 0)
    """
    count = 0
    for part in place.glob(".*.part"):
        if _left(part):
            part.unlink(missing_ok=True)
            count += 1
    return count


def _left(part: Path) -> bool:
    """Whether nobody writes to it any more."""
    try:
        age = time.time() - part.stat().st_mtime
        ours = part.name[1].isdecimal()  # the others are not locked while they are written
        if sys.platform == "win32" or not ours:
            return age > _OLD
        handle = os.open(part, os.O_RDWR)
    except OSError:
        return False  # gone meanwhile, or not ours to remove
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return age > _OLD
    finally:
        os.close(handle)
    return True


def _sync(place: Path) -> None:
    """Makes a new name durable."""
    if os.name == "nt":
        return  # Windows cannot open a folder to sync it
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
