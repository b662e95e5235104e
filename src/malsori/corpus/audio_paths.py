"""Audio files by paths as tables have them, which are not always those on the disk."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote

from malsori.archives import divided, locate, nfc
from malsori.corpus.counting import few
from malsori.schema import seen

THERE: Final = "; there is "
"""What the detail of a missing file goes on with if something like it lies there."""

AUDIO: Final = frozenset(
    {".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".au", ".sph"}
)
_BLANKS: Final = "blanks or quotes around the audio's path, left out"
_URL: Final = "audio's path written as a URL, read as a path"
_SUFFIX: Final = "audio's path without its suffix, which is taken from the disk"
_CASE: Final = "audio's path in other letter case than on the disk"
_ELSEWHERE: Final = "audio's path of another machine, whose end lies below the audio root"

_ABSOLUTE: Final = re.compile(r"(?:[A-Za-z]:)?/")
_TRIES: Final = 1_000
"""Missing files after which nothing is tried any more if it never helped."""
_INDEXED: Final = 50_000


@dataclass
class AudioPaths:
    """Finds files below a root: as written, or as what was surely meant, which is counted.

    Nothing is guessed: where two files may be meant, none is taken, and both are named.
    """

    root: Path
    mended: Counter[str] = field(default_factory=Counter)  # what was mended → rows
    _found: dict[str, tuple[Path | None, str]] = field(default_factory=dict)
    _missing: int = 0

    def find(self, written: str) -> Path | str:
        """The file (or member of an archive) on disk, or what is wrong."""
        if written not in self._found:
            self._found[written] = self._look(written)
        path, said = self._found[written]
        if path is None:
            return said
        if said:
            self.mended[said] += 1
        return path

    def _look(self, written: str) -> tuple[Path | None, str]:
        """The file and what was mended, or None and why not."""
        try:
            path = locate(self.root / written)
            if path is not None:
                return path, ""
            self._missing += 1
            fault = f"there is no file {written.strip()[:200]} in {self.root}"
            if self._missing > _TRIES and not self.mended:
                return None, fault
            path, said = self._meant(written)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            return None, f"there can be no file {written[:80]} in {self.root}: {why}"
        return path, said if path is not None else f"{fault}{said}"

    def _meant(self, written: str) -> tuple[Path | None, str]:
        text = seen(written).strip().strip("\"'").strip()
        plain, how = text, _BLANKS
        if "://" in text or "%" in text:
            plain, how = unquote(re.sub(r"^file:/{2,3}(?:localhost/)?(?=[^/])", "/", text)), _URL
        plain = plain.replace("\\", "/")
        path = locate(self.root / plain) if plain else None
        if path is not None:
            return path, how
        if not plain or divided(plain)[1] is not None:
            return None, ""
        path, said = _alike(self.root, plain)
        if path is not None or said:
            return path, said
        tails = self._tails(plain)
        if _ABSOLUTE.match(plain) and len(tails) == 1:
            return tails[0], _ELSEWHERE
        others = tails or self._names.get(_key(PurePosixPath(plain).name), [])
        below = [f for f in others if f.as_posix().endswith(f"/{plain}")]
        mend = ""
        if len(below) == len(others) == 1:
            mend = f" (say --audio-root {str(below[0])[: -len(plain) - 1]})"
        return None, _there(others, self.root) + mend

    def _tails(self, plain: str) -> list[Path]:
        """Files below the root whose path is the end of this one."""
        parts = [part for part in plain.split("/") if part not in ("", ".", "..")]
        ends = ("/".join(parts[i:]) for i in range(1, len(parts)))
        return [path for end in ends if (path := locate(self.root / end)) is not None]

    @cached_property
    def _names(self) -> dict[str, list[Path]]:
        """Files below the root by their name; of a huge tree only the first ones."""
        found: dict[str, list[Path]] = {}
        count = 0
        for folder, _, names in os.walk(self.root):
            for name in names:
                found.setdefault(_key(name), []).append(Path(folder, name))
            count += len(names) + 1
            if count > _INDEXED:
                break
        return found


def _alike(root: Path, plain: str) -> tuple[Path | None, str]:
    """The one file that differs in letter case or has a suffix more; else the several, in words."""
    *folders, name = PurePosixPath(plain).parts
    place = _folder(root, folders)
    if place is None:
        return None, ""
    names, wanted = _names_in(place), _key(name)
    case = [place / n for n in names.whole.get(wanted, ()) if (place / n).is_file()]
    if len(case) == 1:
        return case[0], _CASE
    longer = [place / n for n in names.sounds.get(wanted, ())]
    if len(longer) == 1:
        return longer[0], _SUFFIX
    others = [place / n for n in names.sounds.get(_key(PurePosixPath(name).stem), ())]
    return None, _there(case or longer or others, root)


def _folder(root: Path, parts: Sequence[str]) -> Path | None:
    """The folder below the root (or of an absolute path), letter case aside if that is one."""
    place = root
    for part in parts:
        if part in ("/", ".."):
            place = place / part
            continue
        near = _names_in(place).whole.get(_key(part), ())
        same = [n for n in near if nfc(n) == nfc(part)] or near
        if len(same) != 1:
            return None
        place = place / same[0]
    return place


@dataclass(frozen=True)
class _Names:
    """What is in a folder, by what is compared."""

    whole: dict[str, list[str]] = field(default_factory=dict)
    sounds: dict[str, list[str]] = field(default_factory=dict)  # without their suffix


def _names_in(folder: Path) -> _Names:
    """The names in a folder, listed once while it stays the same."""
    try:
        return _listed(folder, folder.stat().st_mtime_ns)
    except OSError:
        return _Names()


@lru_cache(maxsize=64)
def _listed(folder: Path, _mtime: int) -> _Names:
    names = _Names()
    for name in sorted(path.name for path in folder.iterdir()):
        names.whole.setdefault(_key(name), []).append(name)
        path = PurePosixPath(name)
        if path.suffix.lower() in AUDIO:
            names.sounds.setdefault(_key(path.stem), []).append(name)
    return names


def _key(name: str) -> str:
    return nfc(name).casefold()


def _there(files: list[Path], root: Path) -> str:
    names = [f.relative_to(root).as_posix() if f.is_relative_to(root) else str(f) for f in files]
    return THERE + few(names, 3) if names else ""
