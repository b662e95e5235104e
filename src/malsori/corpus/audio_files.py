"""Audio files of a corpus: found whatever the Unicode form of their names, and heard once."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from malsori.errors import MalsoriError
from malsori.signals.audio import AudioError, audio_hash, read_audio


class Finder:
    """Finds files by paths whose Hangul may be composed (NFC) or decomposed (NFD).

    Copies that went through macOS hold NFD names, tables mostly NFC ones, so each part of a path
    is compared in NFC when the path itself does not exist.

    Args:
        root: folder that relative paths are relative to.

    Example:
        >>> Finder(Path("/nowhere")).find("a.wav") is None
        True
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folders: dict[Path, dict[str, str]] = {}

    def find(self, written: str) -> Path | None:
        """The file that a table means, as it is called on disk, or None."""
        path = self.root / written
        if path.is_file():
            return path
        parts = PurePosixPath(written.replace("\\", "/")).parts
        found = Path(parts[0]) if parts and parts[0] == "/" else self.root
        for part in parts[1:] if parts and parts[0] == "/" else parts:
            name = part if part == ".." else self._names(found).get(_nfc(part))
            if name is None:
                return None
            found = found / name
        return found if found.is_file() else None

    def _names(self, folder: Path) -> dict[str, str]:
        """NFC name → name on disk of what is in a folder, listed once."""
        if folder not in self._folders:
            try:
                names = sorted(path.name for path in folder.iterdir())
            except OSError:
                names = []
            self._folders[folder] = {_nfc(name): name for name in names}
        return self._folders[folder]


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@dataclass(frozen=True)
class Part:
    """A part of a file that belongs to one row; seconds, None = from the start, to the end.

    Example:
        >>> Part(0, None, 1.5).end
        1.5
    """

    position: int
    start: float | None
    end: float | None


@dataclass(frozen=True)
class Heard:
    """What one part holds: ``reason`` is None, or why it cannot be used.

    Example:
        >>> Heard(3, sample_rate=8000, duration=1.0, audio_hash="…").reason is None
        True
    """

    position: int
    sample_rate: int | None = None
    duration: float | None = None
    audio_hash: str | None = None
    reason: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Recording:
    """A file with all of its parts, so that it is opened by one process only.

    Example:
        >>> Recording("a.wav", (Part(0, None, None),), 0.1).file
        'a.wav'
    """

    file: str
    parts: tuple[Part, ...]
    min_seconds: float


def listen(recording: Recording) -> list[Heard]:
    """Decode each part of a file.

    Returns:
        For each part its sample rate (Hz), duration (s) and content hash, or the reason why not:
        ``missing``, ``undecodable``, ``empty``, ``truncated`` or ``too-short``.

    Example:
        >>> listen(Recording("/nowhere.wav", (Part(0, None, None),), 0.1))[0].reason
        'missing'
    """
    return [_listen(recording, part) for part in recording.parts]


def _listen(recording: Recording, part: Part) -> Heard:
    try:
        audio = read_audio(recording.file, part.start, part.end)
    except AudioError as error:
        return Heard(part.position, reason=error.reason, detail=error.message.rstrip("."))
    except (MalsoriError, OSError) as error:
        return Heard(part.position, reason="undecodable", detail=str(error))
    if audio.duration < recording.min_seconds:
        detail = f"{audio.duration:.3f} s is shorter than {recording.min_seconds:g} s"
        return Heard(part.position, reason="too-short", detail=detail)
    return Heard(part.position, audio.sample_rate, audio.duration, audio_hash(audio))
