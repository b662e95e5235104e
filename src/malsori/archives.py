"""Files of a source as they lie on disk: folders, and zip archives read without unpacking.

A file in an archive is written ``archive.zip::member`` wherever a path is expected. Nothing is
ever unpacked to disk, and an archive that tries something (a member outside of it, a link, a
bomb) is refused before any member is read.
"""

from __future__ import annotations

import os
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Final

from malsori.errors import MalsoriError

SEPARATOR: Final = "::"

MAX_MEMBER: Final = 4 * 2**30
"""Bytes of one member; the longest recording of a call corpus is a thousandth of that."""
MAX_RATIO: Final = 1_100
"""Deflate cannot shrink by more than 1,032, so more is a forged directory."""
_SUSPICIOUS: Final = (256 * 2**20, 100)  # bytes, and ratio: a bomb is both, silence is not so long

_SIDE_NAMES: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_ARCHIVES: Final = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz")
_UTF8_NAME: Final = 0x800
_ENCRYPTED: Final = 0x1


def nfc(text: str) -> str:
    """Composed Hangul: how names are compared, since copies from macOS hold decomposed ones.

    Example:
        >>> nfc(unicodedata.normalize("NFD", "서울")) == "서울"
        True
    """
    return unicodedata.normalize("NFC", text)


def side_file(name: str) -> bool:
    """Whether a path is one that macOS or Windows leaves beside the data.

    Example:
        >>> side_file("TS/._a.wav"), side_file("__MACOSX/a.wav"), side_file("a.wav")
        (True, True, False)
    """
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or any(p.startswith("._") or p in _SIDE_NAMES for p in parts)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a tree.

    Attributes:
        root: folder that the reference is relative to.
        reference: ``wav/a.wav``, or ``TS.zip::a.wav`` for a member, as it is called on disk.
        parts: the same in NFC, an archive (without ``.zip``) counting as a folder, so that
            both of an archive and its unpacked copy look alike.
        size: in bytes.

    Example:
        >>> Entry(Path("."), "TS.zip::a.wav", ("TS", "a.wav"), 44).stem
        'a'
    """

    root: Path
    reference: str
    parts: tuple[str, ...]
    size: int

    @property
    def name(self) -> str:
        """The file's own name, NFC."""
        return self.parts[-1]

    @property
    def stem(self) -> str:
        """The file's own name without suffix, NFC."""
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        """The suffix in small letters, such as ``.wav``."""
        return PurePosixPath(self.name).suffix.lower()

    def read(self) -> bytes:
        """The whole content.

        Raises:
            MalsoriError: it is gone or damaged.
        """
        return read_bytes(self.root / self.reference)


@dataclass
class Tree:
    """All files below a folder or in an archive, archives looked into as if they were folders.

    Files that macOS and Windows leave are skipped. An archive that cannot be opened at all (a
    download that was cut off) is told of in ``broken``, and the others are read.

    Args:
        source: a folder, a ``.zip``, or a single file.

    Attributes:
        root: folder that the entries' references are relative to.
        entries: all files, sorted by their parts.
        skipped: side files that were left out.
        broken: reference of an archive that cannot be opened → why.

    Raises:
        MalsoriError: there is no such source, or an archive is refused.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with zipfile.ZipFile(Path(folder) / "TL.zip", "w") as archive:
        ...         archive.writestr("/a.json", "{}")
        ...     [(e.reference, e.parts, e.read()) for e in Tree(Path(folder)).entries]
        [('TL.zip::a.json', ('TL', 'a.json'), b'{}')]
    """

    source: Path
    root: Path = field(init=False)
    entries: list[Entry] = field(init=False)
    skipped: int = field(init=False, default=0)
    broken: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if not self.source.exists():
            raise MalsoriError(f"{self.source} does not exist", hint="check the path of the source")
        single = not self.source.is_dir()
        self.root = self.source.parent if single else self.source
        files = [self.source] if single else list(_walk(self.source))
        found: list[Entry] = []
        for path in files:
            found.extend(self._entries(path))
        self.entries = sorted(found, key=lambda entry: entry.parts)

    def having(self, *suffixes: str) -> list[Entry]:
        """The entries with one of some suffixes, such as ``.wav``; any case."""
        return [entry for entry in self.entries if entry.suffix in suffixes]

    def _entries(self, path: Path) -> Iterator[Entry]:
        reference = path.relative_to(self.root).as_posix()
        if side_file(reference):
            self.skipped += 1
            return
        parts = tuple(nfc(part) for part in PurePosixPath(reference).parts)
        if path.suffix.lower() != ".zip":
            yield Entry(self.root, reference, parts, path.stat().st_size)
            return
        try:
            archive = open_archive(path)
        except _Unreadable as error:
            self.broken[reference] = error.message
            return
        self.skipped += archive.skipped
        inside = (*parts[:-1], PurePosixPath(parts[-1]).stem)
        for name, info in archive.members.items():
            place = (*inside, *PurePosixPath(nfc(name)).parts)
            yield Entry(self.root, f"{reference}{SEPARATOR}{name}", place, info.file_size)


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below a folder; linked folders are followed, loops are not."""
    seen: set[str] = set()
    for place, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        yield from (Path(place) / name for name in sorted(files) if _is_file(Path(place) / name))


def _is_file(path: Path) -> bool:
    return path.is_file()


class _Unreadable(MalsoriError):  # noqa: N818 - reads better where it is caught
    """An archive that cannot even be listed."""


class Archive:
    """An opened zip archive whose members were all found harmless.

    Args:
        path: of the archive.

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
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
            raise _Unreadable(
                f"{path} is not a whole zip archive: {error}",
                hint="download it again; parts (.part0, .z01 …) must be joined first",
            ) from error
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        self._check_overlap(infos)
        self.members: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            name = _readable(info)
            if side_file(name):
                self.skipped += 1
                continue
            self._check(info, name)
            self.members[name.removeprefix("/")] = info

    def read(self, name: str) -> bytes:
        """A member's content.

        Raises:
            MalsoriError: there is no such member, or it is damaged.
        """
        info = self.members.get(name) or self.members.get(self._in_nfc().get(nfc(name), ""))
        if info is None:
            raise MalsoriError(f"{self.path} has no member {name}")
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, OSError, NotImplementedError, EOFError, ValueError) as error:
            raise MalsoriError(
                f"{self.path}{SEPARATOR}{name} cannot be read: {error}",
                hint="download the archive again, or unpack it with 7z",
            ) from error
        except Exception as error:  # zlib and lzma have errors of their own
            raise MalsoriError(f"{self.path}{SEPARATOR}{name} is damaged: {error}") from error

    def has(self, name: str) -> bool:
        """Whether there is a member of this name, in any form of its Hangul."""
        return name in self.members or nfc(name) in self._in_nfc()

    def _in_nfc(self) -> dict[str, str]:
        if not hasattr(self, "_composed"):
            self._composed = {nfc(name): name for name in self.members}
        return self._composed

    def _check(self, info: zipfile.ZipInfo, name: str) -> None:
        """Refuse what no data set needs."""
        if why := _outside(name):
            self._refuse(name, why)
        if stat.S_ISLNK(info.external_attr >> 16):
            self._refuse(name, "is a symbolic link")
        if info.flag_bits & _ENCRYPTED:
            self._refuse(name, "is encrypted")
        if PurePosixPath(name).suffix.lower() in _ARCHIVES:
            self._refuse(name, "is an archive inside the archive; unpack the outer one first")
        ratio = info.file_size / max(info.compress_size, 1)
        most, most_ratio = _SUSPICIOUS
        if info.file_size > MAX_MEMBER or ratio > MAX_RATIO:
            self._refuse(name, f"claims {info.file_size:,} bytes in {info.compress_size:,}")
        if info.file_size > most and ratio > most_ratio:
            self._refuse(name, f"swells {ratio:,.0f} times to {info.file_size:,} bytes")

    def _check_overlap(self, infos: list[zipfile.ZipInfo]) -> None:
        """Members that share their bytes are how a small file becomes petabytes."""
        last = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset < last:
                self._refuse(_readable(info), "shares its bytes with another member")
            last = info.header_offset + info.compress_size

    def _refuse(self, name: str, why: str) -> None:
        raise MalsoriError(
            f"{self.path} is refused: its member {name!r} {why}",
            hint="get the archive from its publisher again; nothing was read from it",
        )


def _readable(info: zipfile.ZipInfo) -> str:
    """The member's name; without the UTF-8 flag Korean tools write CP949 (or UTF-8 all the same).

    Python reads such a name as CP437, which loses nothing.
    """
    name = info.filename.replace("\\", "/")
    if info.flag_bits & _UTF8_NAME or name.isascii():
        return name
    for encoding in ("utf-8", "cp949"):
        try:
            return name.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return name


def _outside(name: str) -> str | None:
    """Why a name leads out of the archive. ``/a.wav`` does not: AI Hub's archives are so."""
    path = PurePosixPath(name)
    if ".." in path.parts:
        return "leads out of the archive"
    if name.startswith("//") or (name.startswith("/") and len(path.parts) > 2):
        return "has an absolute path"
    if len(name) > 1 and name[1] == ":":
        return "has the path of a drive"
    return "has no name" if not path.name or "\0" in name else None


def open_archive(path: Path) -> Archive:
    """An archive, opened once a process for as long as the file stays the same.

    Raises:
        MalsoriError: it is no whole zip archive, or a member is refused.

    Example:
        >>> open_archive(Path("/nowhere.zip"))
        Traceback (most recent call last):
        malsori.errors.MalsoriError: there is no archive /nowhere.zip
    """
    try:
        now = path.stat()
    except OSError as error:
        raise MalsoriError(f"there is no archive {path}") from error
    # A forked process must not share the position in the file with its parent.
    return _opened(path, now.st_mtime_ns, now.st_size, os.getpid())


@lru_cache(maxsize=4)
def _opened(path: Path, _mtime: int, _size: int, _pid: int) -> Archive:
    return Archive(path)


def divided(path: str | Path) -> tuple[Path, str | None]:
    """The file on disk and the member that a path means; None where it is no member.

    Example:
        >>> divided("data/TS.zip::a.wav")
        (PosixPath('data/TS.zip'), 'a.wav')
        >>> divided("a.wav")[1] is None
        True
    """
    text = str(path)
    head, found, member = text.partition(f".zip{SEPARATOR}")
    if not found:
        head, found, member = text.partition(f".ZIP{SEPARATOR}")
    if not found:
        return Path(text), None
    return Path(head + found.removesuffix(SEPARATOR)), member


def read_bytes(path: str | Path) -> bytes:
    """The content of a file, or of ``archive.zip::member``.

    Raises:
        MalsoriError: there is no such file or member, or it cannot be read.

    Example:
        >>> read_bytes("/nowhere.zip::a.wav")
        Traceback (most recent call last):
        malsori.errors.MalsoriError: there is no archive /nowhere.zip
    """
    file, member = divided(path)
    if member is not None:
        return open_archive(file).read(member)
    try:
        return file.read_bytes()
    except OSError as error:
        raise MalsoriError(f"{file} cannot be read: {error.strerror}") from error
