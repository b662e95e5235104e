"""Zip archives, read without unpacking; one that tries something is refused beforehand."""

from __future__ import annotations

import os
import stat
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Final

from malsori.archives.names import (
    SEPARATOR,
    divided,
    leads_outside,
    member_name,
    nfc,
    plain,
    side_file,
)
from malsori.errors import MalsoriError

MAX_MEMBER: Final = 4 * 2**30
"""Bytes of one member; the longest recording of a call corpus is a thousandth of that."""
MAX_RATIO: Final = 1_100
"""Deflate cannot shrink by more than 1,032, so more is a forged directory."""
_SUSPICIOUS: Final = (256 * 2**20, 100)  # bytes, and ratio: a bomb is both, silence is not so long

_ARCHIVES: Final = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz")
_ENCRYPTED: Final = 0x1
_LOCAL_HEADER: Final = 30
_KEPT: Final = 64 * 2**20
"""Bytes up to which the member that was read last is kept, for the parts of one recording."""


class UnreadableArchive(MalsoriError):  # noqa: N818 - reads better where it is caught
    """An archive that cannot even be listed, as a download that was cut off."""


class Archive:
    """An opened zip archive whose members were all found harmless.

    Attributes:
        members: name → what the archive's directory says; Korean names that were stored as
            CP949 are readable, a leading ``/`` is gone, side files and folders are left out.
        skipped: side files that were left out.

    Raises:
        MalsoriError: it is no whole zip archive, or a member is refused.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.skipped = 0
        self._composed: dict[str, str] | None = None
        self._last: tuple[str, bytes] = ("", b"")
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            raise UnreadableArchive(
                f"{path} is not a whole zip archive: {error}",
                hint="download it again; parts (.part0, .z01 …) must be joined first",
            ) from error
        self.members: dict[str, zipfile.ZipInfo] = {}
        try:
            self._take_members()
        except MalsoriError:
            self._zip.close()
            raise

    def _take_members(self) -> None:
        named = [(member_name(info), info) for info in self._zip.infolist()]
        named = [(name, info) for name, info in named if not name.endswith("/")]
        self._check_overlap([info for _, info in named])
        for name, info in named:
            if side_file(name):
                self.skipped += 1
                continue
            self._check(info, name)
            self.members[plain(name)] = info

    def read(self, name: str) -> bytes:
        """A member's content."""
        key = self.find(name)
        if key is None:
            raise MalsoriError(f"{self.path} has no member {name}")
        if self._last[0] != key:
            content = self._read(key)
            self._last = (key, content) if len(content) <= _KEPT else ("", b"")
            return content
        return self._last[1]

    def find(self, name: str) -> str | None:
        """The key of a member whose name may be composed (NFC) or decomposed (NFD), or None."""
        name = plain(name)
        if name in self.members:
            return name
        if self._composed is None:
            self._composed = {nfc(key): key for key in self.members}
        return self._composed.get(nfc(name))

    def _read(self, key: str) -> bytes:
        try:
            return self._zip.read(self.members[key])
        except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError, ValueError) as error:
            raise MalsoriError(
                f"{self.path}{SEPARATOR}{key} cannot be read: {error}",
                hint="download the archive again, or unpack it with 7z",
            ) from error
        except Exception as error:  # zlib and lzma have errors of their own
            raise MalsoriError(
                f"{self.path}{SEPARATOR}{key} is damaged: {error}",
                hint="download the archive again",
            ) from error

    def _check(self, info: zipfile.ZipInfo, name: str) -> None:
        """Refuse what no data set needs."""
        if why := leads_outside(name):
            self._refuse(name, why)
        if stat.S_ISLNK(info.external_attr >> 16):
            self._refuse(name, "is a symbolic link")
        if info.flag_bits & _ENCRYPTED:
            self._refuse(name, "is encrypted", "unpack it with its password, and name the folder")
        if name.lower().endswith(_ARCHIVES):
            self._refuse(
                name,
                "is an archive inside the archive",
                "unpack the outer one, and name its folder",
            )
        ratio = info.file_size / max(info.compress_size, 1)
        most, most_ratio = _SUSPICIOUS
        if info.file_size > MAX_MEMBER or ratio > MAX_RATIO:
            self._refuse(name, f"claims {info.file_size:,} bytes in {info.compress_size:,}")
        if info.file_size > most and ratio > most_ratio:
            self._refuse(name, f"swells {ratio:,.0f} times to {info.file_size:,} bytes")

    def _check_overlap(self, infos: list[zipfile.ZipInfo]) -> None:
        """Members that share their bytes are how a small file becomes petabytes."""
        end = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset < end:
                self._refuse(member_name(info), "shares its bytes with another member")
            end = info.header_offset + _LOCAL_HEADER + info.compress_size
        if end > self._zip.start_dir:
            self._refuse(member_name(info), "reaches into the archive's directory")

    def _refuse(self, name: str, why: str, hint: str | None = None) -> None:
        raise MalsoriError(
            f"{self.path} is refused: its member {name!r} {why}",
            hint=f"{hint or 'get the archive from its publisher again'}; nothing was read from it",
        )


def open_archive(path: Path) -> Archive:
    """An archive, opened once a process for as long as the file stays the same."""
    try:
        now = path.stat()
    except OSError as error:
        raise MalsoriError(f"there is no archive {path}") from error
    # A forked process must not share the position in the file with its parent.
    return _opened(path, now.st_mtime_ns, now.st_size, os.getpid())


@lru_cache(maxsize=8)
def _opened(path: Path, _mtime: int, _size: int, _pid: int) -> Archive:
    return Archive(path)


def close_archives() -> None:
    """Close what ``open_archive`` has open, whose lists of members take memory."""
    _opened.cache_clear()


def read_bytes(path: str | Path) -> bytes:
    """The content of a file, or of ``archive.zip::member``.

    Raises:
        MalsoriError: there is no such file or member, or it cannot be read.
    """
    file, member = divided(path)
    if member is not None:
        return open_archive(file).read(member)
    try:
        return file.read_bytes()
    except OSError as error:
        raise MalsoriError(f"{file} cannot be read: {error.strerror}") from error
