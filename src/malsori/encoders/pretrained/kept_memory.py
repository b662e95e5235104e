"""Memory that is freed between layers stays with the process while a model computes."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

_TRIM, _MMAP = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h
_MEGABYTE: Final = 1 << 20
_KEPT = 1024 * _MEGABYTE
# Where glibc arrives by itself in a process that has freed large blocks; it takes no larger _MMAP.
_USUAL_MMAP, _USUAL_TRIM = 32 * _MEGABYTE, 64 * _MEGABYTE


@contextmanager
def kept_memory() -> Iterator[None]:
    """Asks the allocator not to hand freed memory back for a while; then hands it back.

    A speech model frees tens of megabytes after each of its first layers and needs them for the
    next. Given back to the system in between, every page is fetched and cleared again, which cost
    a tenth of the time on a virtual machine. Only glibc is asked; elsewhere nothing happens.

    Example:
        >>> with kept_memory():
        ...     sum(bytes([1, 2]))
        3
    """
    library = _glibc()
    if library is None:
        yield
        return
    library.mallopt(_MMAP, _USUAL_MMAP)
    library.mallopt(_TRIM, _KEPT)
    try:
        yield
    finally:
        library.mallopt(_TRIM, _USUAL_TRIM)
        library.malloc_trim(0)


@cache
def _glibc() -> Any:
    """The C library of this process, if it is glibc."""
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):  # Windows
        return None
    return library if hasattr(library, "gnu_get_libc_version") else None  # macOS, musl: None
