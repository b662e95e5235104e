"""Folders that a living process works in, told from those that a killed one left."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform != "win32":  # there are no such locks, and what was left stays
    import fcntl


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder as long as this process lives; the system lets go when it is killed.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> with held(folder):
        ...     is_held(folder)
        True
    """
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def is_held(folder: Path) -> bool:
    """Whether a living process holds a folder; yes where that cannot be known.

    Example:
        >>> import tempfile
        >>> is_held(Path(tempfile.mkdtemp()))
        False
    """
    if sys.platform == "win32":
        return True
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
