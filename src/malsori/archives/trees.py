"""All files of a source: those of its folders and those in its archives look alike."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from malsori.archives.names import SEPARATOR, nfc, side_file
from malsori.archives.zips import UnreadableArchive, open_archive, read_bytes
from malsori.errors import MalsoriError


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a tree."""

    root: Path  # folder that the reference is relative to
    reference: str  # ``wav/a.wav``, or ``TS.zip::a.wav`` for a member, as it is called on disk
    # The same in NFC, an archive (without ``.zip``) counting as a folder, so that both of an
    # archive and its unpacked copy look alike
    parts: tuple[str, ...]
    size: int  # in bytes

    @property
    def name(self) -> str:
        """The file's own name, NFC."""
        return self.parts[-1]

    @property
    def stem(self) -> str:
        """The file's own name without suffix, NFC."""
        return self.name.removesuffix(_suffix(self.name))

    @property
    def suffix(self) -> str:
        """The suffix in small letters, such as ``.wav``."""
        return _suffix(self.name).lower()

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

    Raises:
        MalsoriError: there is no such source, or an archive is refused.

    Example:
        >>> import tempfile, zipfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with zipfile.ZipFile(Path(folder) / "TL.zip", "w") as archive:
        ...         archive.writestr("/a.json", "{}")
        ...     [(e.reference, e.parts, e.read()) for e in Tree(Path(folder)).entries]
        [('TL.zip::a.json', ('TL', 'a.json'), b'{}')]
    """

    source: Path
    root: Path = field(init=False)  # folder that the entries' references are relative to
    entries: list[Entry] = field(init=False)  # all files, sorted by their parts
    skipped: int = field(init=False, default=0)  # side files that were left out
    # Reference of an archive that cannot be opened → why
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
        wanted = {suffix.lower() for suffix in suffixes}
        return [entry for entry in self.entries if entry.suffix in wanted]

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
        except UnreadableArchive as error:
            self.broken[reference] = error.message
            return
        self.skipped += archive.skipped
        inside = (*parts[:-1], parts[-1].removesuffix(_suffix(parts[-1])))
        for name, info in archive.members.items():
            place = (*inside, *nfc(name).split("/"))
            yield Entry(self.root, f"{reference}{SEPARATOR}{name}", place, info.file_size)


def _suffix(name: str) -> str:
    """``.wav`` of ``a.wav``; a path object for each of 100,000 names would take seconds."""
    stem, dot, suffix = name.rpartition(".")
    return dot + suffix if stem and suffix else ""


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
        paths = (Path(place) / name for name in sorted(files))
        yield from (path for path in paths if path.is_file())
