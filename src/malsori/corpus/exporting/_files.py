"""Names for exported audio, and carrying it there: copied as it is, or cut out of a recording."""

from __future__ import annotations

import errno
import hashlib
import io
import re
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import soundfile

from malsori.archives import divided, read_bytes
from malsori.io import naming
from malsori.signals.audio import AudioFile, to_pcm16

_LONGEST: Final = 150  # bytes; file systems allow 255, and a suffix and a mark follow
_MOST_IN_FOLDER: Final = 10_000
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def file_names(ids: Sequence[str], suffixes: Sequence[str]) -> list[str]:
    """A file name for each utterance, from its id: one that every file system takes, none twice.

    Names that differ only in case or in the form of their Hangul are the same to some file
    systems, so they are told apart by a mark. With more than 10,000 files they lie in numbered
    folders.

    Example:
        >>> file_names(["wav/a", "WAV:A", "발화 1"], [".wav"] * 3)
        ['wav_a.wav', 'WAV_A-556ce778.wav', '발화 1.wav']
    """
    names: list[str] = []
    taken: set[str] = set()
    many = len(ids) > _MOST_IN_FOLDER
    for position, (key, suffix) in enumerate(zip(ids, suffixes, strict=True)):
        stem = _usable(key)
        mark = hashlib.sha256(key.encode()).hexdigest()
        while stem.casefold() in taken:
            stem, mark = f"{stem}-{mark[:8]}", mark[8:]
        taken.add(stem.casefold())
        folder = f"{position // _MOST_IN_FOLDER:03}/" if many else ""
        names.append(f"{folder}{stem}{suffix}")
    return names


def _usable(key: str) -> str:
    text = unicodedata.normalize("NFC", key)
    text = re.sub(r"[^\w .()+@=-]", "_", text).strip(" .") or "_"
    while len(text.encode()) > _LONGEST:
        text = text[:-1]
    return f"_{text}" if _RESERVED.fullmatch(text) else text.strip(" .")


Part = tuple[float | None, float | None, int | None, str]
"""Start and end in seconds (None: from the beginning, to the end), channel (None: the average of
all), and the file that it becomes."""


@dataclass(frozen=True)
class Job:
    """One recording, and what of it goes where."""

    source: str  # a file, or ``archive.zip::member``
    wholes: tuple[str, ...] = ()  # files to copy it to as it is
    parts: tuple[Part, ...] = ()  # what to cut out


def carry(job: Job) -> int | OSError:
    """Write all files of one recording, and say how many; or which one a full disk cannot take.

    Raises:
        MalsoriError: the recording cannot be read any more.
    """
    try:
        return _carried(job)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        # A copy names its source as well.
        return OSError(error.errno, error.strerror, error.filename2 or error.filename)


def _carried(job: Job) -> int:
    _, member = divided(job.source)
    for target in job.wholes:
        if member is None:
            shutil.copyfile(job.source, target)
        else:
            _write(target, read_bytes(job.source))
    if job.parts:
        with AudioFile(job.source) as recording:
            for start, end, channel, target in job.parts:
                heard = recording.read(start, end, channel)
                # Not write_audio: the whole folder appears at once, so no file need be synced.
                encoded, kind = io.BytesIO(), Path(target).suffix.removeprefix(".").upper()
                pcm = to_pcm16(heard.samples)
                soundfile.write(encoded, pcm, heard.sample_rate, "PCM_16", format=kind)
                _write(target, encoded.getvalue())  # libsndfile calls a full disk "System error"
    return len(job.wholes) + len(job.parts)


def _write(target: str, content: bytes) -> None:
    with naming(Path(target)):
        Path(target).write_bytes(content)
