"""Lock files: what a living process holds, told from what a killed one left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from malsori.errors import MalsoriError

SUFFIX = ".lock"


@contextmanager
def locked(path: Path, refusal: str) -> Iterator[None]:
    """Holds a lock file as long as this process lives; the system lets go when it is killed.

    Args:
        path: The lock file; its folder is made if it is missing. It stays when it is let go.
        refusal: What is said if another process holds it.

    Raises:
        MalsoriError: Another process holds it.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / ".lock"
        >>> with locked(path, "somebody is at it"), locked(path, "somebody is at it"):
        ...     pass
        Traceback (most recent call last):
        malsori.errors.MalsoriError: somebody is at it
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()  # where that cannot be, the lock would wait for ever
    try:
        lock = FileLock(path, timeout=0).acquire()
    except Timeout as error:
        raise MalsoriError(refusal) from error
    with lock:
        yield


@contextmanager
def in_work(path: Path) -> Iterator[None]:
    """Marks a file or folder of a name of its own as being written, before it is made.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / ".half"
        >>> with in_work(path):
        ...     is_left(path)
        False
        >>> is_left(path)
        True
    """
    _beside(path).touch()  # as in `locked`
    with FileLock(_beside(path)):  # waits, if somebody just looks whether it is held
        try:
            yield
        finally:
            _remove(path)


def is_left(path: Path) -> bool:
    """Whether no living process has a file or folder in work."""
    lock = _beside(path)
    if not lock.exists():
        return True
    try:
        with FileLock(lock, timeout=0):
            _remove(path)
    except OSError:  # held, or not ours to look at
        return False
    return True


def _beside(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def _remove(path: Path) -> None:
    with suppress(PermissionError):  # Windows, which removes it when it is let go
        _beside(path).unlink(missing_ok=True)
