"""Checksums of large files, computed again only when a file has changed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from malsori.io import sha256_file


def file_hash(path: Path) -> str:
    """SHA-256 hex of a file; a process that lives long sees when the file is written anew."""
    state = path.stat()
    return _hashed(path.resolve(), state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=64)
def _hashed(path: Path, _size: int, _changed: int) -> str:
    return sha256_file(path)
