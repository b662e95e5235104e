"""Files found by paths whose Hangul may be composed (NFC) or decomposed (NFD)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path, PurePosixPath

from malsori.archives.names import SEPARATOR, divided, nfc


def locate(path: str | Path) -> Path | None:
    """The file or ``archive.zip::member`` that a path means, as it is called on disk, or None.

    Copies that went through macOS hold NFD names, tables mostly NFC ones, so each part of a path
    is compared in NFC where the path itself does not exist. Only the archive is looked for here:
    its member is found in either form when it is read.
    """
    file, member = divided(path)
    found = file if _is_file(file) else _compared(file)
    if found is None or member is None:
        return found
    return Path(f"{found}{SEPARATOR}{member}")


def _compared(path: Path) -> Path | None:
    parts = PurePosixPath(str(path).replace("\\", "/")).parts
    absolute = bool(parts) and parts[0] == "/"
    found = Path("/") if absolute else Path()
    for part in parts[1:] if absolute else parts:
        name = part if part == ".." else _names(found).get(nfc(part))
        if name is None:
            return None
        found = found / name
    return found if _is_file(found) else None


def _is_file(path: Path) -> bool:
    """Whether there is a file that may be read: none has too long a name, or a zero in it."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _names(folder: Path) -> dict[str, str]:
    """NFC name → name on disk of what is in a folder, listed once while it stays the same."""
    try:
        return _listed(folder, folder.stat().st_mtime_ns)
    except OSError:
        return {}


@lru_cache(maxsize=64)
def _listed(folder: Path, _mtime: int) -> dict[str, str]:
    return {nfc(name): name for name in sorted(path.name for path in folder.iterdir())}
