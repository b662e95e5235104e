"""The bytes of a recording, on disk or in an archive: there, not empty, and not cut off."""

from __future__ import annotations

import io
import stat
from pathlib import Path
from typing import BinaryIO, Literal, cast

from malsori.archives import divided, locate, open_archive
from malsori.errors import MalsoriError
from malsori.signals.containers import Container, Overlay, inspect

AudioReason = Literal[
    "missing", "undecodable", "empty", "truncated", "unreadable-archive", "no-channel"
]


class AudioError(MalsoriError):
    """A file or a part of it that cannot be heard, and why.

    Attributes:
        reason: a short code for quarantines:
            `missing` (no such file), `undecodable` (not audio that libsndfile reads),
            `empty` (not one byte, or sample), `truncated` (it ends clearly before its own header
            says), `unreadable-archive` (the zip archive that should hold it), `no-channel` (it
            has fewer channels than the one that is asked for).
    """

    def __init__(self, message: str, *, reason: AudioReason, hint: str | None = None):
        super().__init__(message, hint=hint)
        self.reason: AudioReason = reason


def opened(path: Path) -> tuple[Path | BinaryIO, Container]:
    """What a decoder reads, and in what it differs from its header.

    Args:
        path: a file, or ``archive.zip::member``; Hangul may be composed or decomposed.

    Returns:
        The file as it is called on disk, a member's bytes in memory, or either with a header
        that says what is there.

    Raises:
        AudioError: it is missing or empty, its archive cannot be read, or it ends clearly before
            its header says.
    """
    file, member = divided(path)
    found = located(path, file)
    if member is not None:
        content = _member(path, found, member)
        container = _inspected(path, content)
        return _mended(content, container), container
    try:
        with found.open("rb") as stream:
            container = _inspected(path, stream)
        same = container.as_it_is
        return (found if same else _mended(found.open("rb"), container)), container
    except OSError as error:
        raise AudioError(
            f"{path} cannot be read: {error.strerror}",
            reason="undecodable",
            hint="check that you may read it, and that its disk is there",
        ) from error


def _mended(content: BinaryIO, container: Container) -> BinaryIO:
    if container.as_it_is:
        return content
    changed = Overlay(content, container.patches, container.end, container.before, container.begin)
    return cast("BinaryIO", changed)


def located(path: Path, file: Path) -> Path:
    """The file on disk that a path means.

    Raises:
        AudioError: there is none, or something else than a file.
    """
    try:
        found = locate(file)
    except (OSError, ValueError) as error:  # a name too long, or with a zero in it
        why = getattr(error, "strerror", None) or error
        raise _missing(path, f"cannot be looked for: {why}") from error
    if found is None:
        raise _missing(path, not_a_file(file))
    return found


def not_a_file(file: Path) -> str:
    """Why a path is no file, such as `is a folder`."""
    try:
        if file.is_symlink() and not file.exists():
            return f"is a link to {file.readlink()}, which does not exist"
        mode = file.stat().st_mode
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, PermissionError) else None
        return f"cannot be reached: {why}" if why else "does not exist"
    if stat.S_ISDIR(mode):
        return "is a folder"
    return "is a pipe or a device, not a file"


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


def _inspected(path: Path, content: BinaryIO) -> Container:
    """Refuses a file of no bytes, and one whose header promises clearly more than it has."""
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    if size == 0:
        raise AudioError(
            f"{path} is an empty file: it has 0 bytes.",
            reason="empty",
            hint="copy or download the file again",
        )
    container = inspect(content, size)
    if container.cut is not None:
        raise AudioError(
            f"{path} is truncated: {container.cut}.",
            reason="truncated",
            hint="copy or download the file again",
        )
    return container
