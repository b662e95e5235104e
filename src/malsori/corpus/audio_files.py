"""Audio files of a corpus: found whatever the Unicode form of their names, and heard once."""

from __future__ import annotations

import hashlib
import os
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import polars as pl

from malsori.console import progress
from malsori.corpus.screening import Faults
from malsori.errors import MalsoriError
from malsori.parallel import parallel_map
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


def hear(
    rows: pl.DataFrame, root: Path, faults: Faults, min_seconds: float, workers: int | None = None
) -> tuple[pl.DataFrame, dict[int, tuple[str, str]]]:
    """Decode the audio of the rows that are whole so far, each file in one process.

    Args:
        rows: with columns ``audio``, and ``start``, ``end`` in seconds if the source has them.
        root: folder that relative paths are relative to.
        faults: rows that are broken already are not heard.
        min_seconds: shorter audio is ``too-short``.
        workers: processes; None takes every core.

    Returns:
        The rows with path on disk, sample rate (Hz), duration (s) and content hash, null where
        broken, and the path as the source has it in ``written``; position → (reason, detail) of
        broken audio.

    Example:
        >>> _, broken = hear(pl.DataFrame({"audio": ["a.wav"]}), Path("/nowhere"), Faults(), 0.1)
        >>> broken
        {0: ('missing', 'there is no file a.wav in /nowhere')}
    """
    broken: dict[int, tuple[str, str]] = {}
    recordings = _recordings(rows, root, faults, min_seconds, broken)
    heard: dict[int, tuple[Heard, str]] = {}
    outcomes = parallel_map(listen, recordings, workers=workers)
    for outcome in progress(outcomes, label="listening", total=len(recordings), unit="file"):
        recording = recordings[outcome.index]
        for part in recording.parts if outcome.value is None else ():
            broken[part.position] = ("undecodable", outcome.error or "it cannot be read")
        for result in outcome.value or ():
            if result.reason is None:
                heard[result.position] = (result, recording.file)
            else:
                broken[result.position] = (result.reason, result.detail or "")
    results = [heard.get(i) for i in range(rows.height)]
    columns = {
        "audio": pl.Series([r and _below(Path(r[1]), root) for r in results], dtype=pl.String),
        "sample_rate": pl.Series([r and r[0].sample_rate for r in results], dtype=pl.Int64),
        "duration": pl.Series([r and r[0].duration for r in results], dtype=pl.Float64),
        "audio_hash": pl.Series([r and r[0].audio_hash for r in results], dtype=pl.String),
        "written": rows["audio"],  # for the quarantine: as the source says it
    }
    return rows.with_columns(**columns), broken


def _recordings(
    rows: pl.DataFrame,
    root: Path,
    faults: Faults,
    min_seconds: float,
    broken: dict[int, tuple[str, str]],
) -> list[Recording]:
    """Files with their parts, in the order of the rows; files that are not there are broken."""
    finder = Finder(root)
    parts: dict[Path, list[Part]] = {}
    nothing = [None] * rows.height
    starts, ends = (rows[c] if c in rows.columns else nothing for c in ("start", "end"))
    for i, (written, start, end) in enumerate(zip(rows["audio"], starts, ends, strict=True)):
        if written is None or i in faults.found:
            continue
        path = finder.find(written)
        if path is None:
            broken[i] = ("missing", f"there is no file {written} in {root}")
        else:
            parts.setdefault(path, []).append(Part(i, start, end))
    return [Recording(str(path), tuple(found), min_seconds) for path, found in parts.items()]


def _below(path: Path, root: Path) -> str:
    """Relative to the root if it lies below it, else absolute."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path.resolve())


def place_audio(
    rows: pl.DataFrame, root: Path | None, folder: Path, *, copy: bool
) -> tuple[pl.DataFrame, str | None]:
    """Copy the audio into the corpus if wanted, and say where it lies.

    Returns:
        The rows with paths relative to the audio's place, and that place as ``corpus.yaml`` has
        it: relative if it lies beside the corpus, so that both can move together.

    Example:
        >>> rows = pl.DataFrame({"audio": ["a.wav"]})
        >>> place_audio(rows, Path("/data/wav"), Path("/data/corpus"), copy=False)[1]
        '../wav'
    """
    rows = rows.drop("written", strict=False)
    if root is None or "audio" not in rows.columns or rows["audio"].null_count() == rows.height:
        return rows, None
    if not copy:
        # A corpus beside its audio moves together with it; any other place is a fixed one.
        together = root.is_relative_to(folder.resolve().parent)
        return rows, os.path.relpath(root, folder.resolve()) if together else str(root)
    names = {path: _copied_name(path) for path in rows["audio"].drop_nulls().unique()}
    for path, name in progress(names.items(), label="copying", total=len(names), unit="file"):
        target = folder / "audio" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, target)
    return rows.with_columns(pl.col("audio").replace(names)), "audio"


def _copied_name(path: str) -> str:
    """Name of a copy: the path below the root, or, from elsewhere, one that cannot collide."""
    if not Path(path).is_absolute() and ".." not in Path(path).parts:
        return path
    return f"{hashlib.sha256(path.encode()).hexdigest()[:12]}-{Path(path).name}"
