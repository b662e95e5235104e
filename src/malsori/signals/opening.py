"""The bytes of a recording, on disk or in an archive: there, not empty, and not cut off."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO, Literal

from malsori.archives import divided, locate, open_archive
from malsori.errors import MalsoriError

AudioReason = Literal["missing", "undecodable", "empty", "truncated", "unreadable-archive"]

# What a WAV writer that cannot seek back (a pipe) leaves as the length of its data.
_UNKNOWN_LENGTHS = frozenset({0, 0x7FFFF000, 0x7FFFFFFF, 0xFFFFFFFF})


class AudioError(MalsoriError):
    """A file or a part of it that cannot be heard, and why.

    Attributes:
        reason: a short code for quarantines:
            `missing` (no such file), `undecodable` (not audio that libsndfile reads),
            `empty` (not one byte, or sample), `truncated` (it ends before its own header says),
            `unreadable-archive` (the zip archive that should hold it).
    """

    def __init__(self, message: str, *, reason: AudioReason, hint: str | None = None):
        super().__init__(message, hint=hint)
        self.reason: AudioReason = reason


def opened(path: Path) -> Path | io.BytesIO:
    """What a decoder reads: the file as it is called on disk, or a member's bytes in memory.

    Args:
        path: a file, or ``archive.zip::member``; Hangul may be composed or decomposed.

    Raises:
        AudioError: it is missing or empty, its archive cannot be read, or it is a WAV file
            shorter than its header says.
    """
    file, member = divided(path)
    found = locate(file)
    if found is None:
        raise _missing(path, "does not exist")
    if member is not None:
        content = _member(path, found, member)
        _check(path, content)
        return content
    try:
        with found.open("rb") as stream:
            _check(path, stream)
    except OSError as error:
        raise AudioError(
            f"{path} cannot be read: {error.strerror}", reason="undecodable"
        ) from error
    return found


def _member(path: Path, file: Path, member: str) -> io.BytesIO:
    try:
        archive = open_archive(file)
    except MalsoriError as error:
        raise AudioError(error.message, reason="unreadable-archive", hint=error.hint) from error
    if archive.find(member) is None:
        raise _missing(path, "does not exist: the archive has no such member")
    try:
        return io.BytesIO(archive.read(member))
    except MalsoriError as error:
        raise AudioError(error.message, reason="undecodable", hint=error.hint) from error


def _missing(path: Path, what: str) -> AudioError:
    hint = "check audio_root in corpus.yaml, or copy the file there"
    return AudioError(f"{path} {what}.", reason="missing", hint=hint)


def _check(path: Path, content: BinaryIO) -> None:
    """Refuses a file of no bytes, and a WAV file whose header promises more than it has."""
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    if size == 0:
        raise AudioError(
            f"{path} is an empty file: it has 0 bytes.",
            reason="empty",
            hint="copy or download the file again",
        )
    promised = _wav_data_end(content)
    content.seek(0)
    if promised is not None and promised > size:
        raise AudioError(
            f"{path} is truncated: its header says {promised} bytes, the file has {size}.",
            reason="truncated",
            hint="copy or download the file again",
        )


def _wav_data_end(file: BinaryIO) -> int | None:
    """Where the data chunk ends by the RIFF header, or None if not known or not a WAV file."""
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    while len(chunk := file.read(8)) == 8:
        length = int.from_bytes(chunk[4:], "little")
        if chunk[:4] == b"data":
            return None if length in _UNKNOWN_LENGTHS else file.tell() + length
        file.seek(length + length % 2, 1)  # chunks are padded to even lengths
    return None
