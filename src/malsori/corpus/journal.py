"""What was measured of a source so far, on disk, so that an interrupted import continues."""

from __future__ import annotations

import base64
import json
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np

from malsori import __version__
from malsori.corpus.sounds import Sound
from malsori.errors import MalsoriError
from malsori.signals.channels import Channels
from malsori.signals.containers import Oddity
from malsori.signals.fingerprint import Fingerprint
from malsori.signals.quality import Quality

_FILE: Final = "journal"
_FORM: Final = 2  # of a line; a journal in another one is begun anew


@dataclass(frozen=True, slots=True)
class Measured:
    """What one part of a recording holds: ``reason`` is None, or why it cannot be used."""

    reason: str | None = None  # as in the quarantine
    detail: str | None = None  # the same in words
    sample_rate: int = 0  # in Hz
    duration: float = 0.0  # in seconds
    audio_hash: str = ""  # of what is measured
    # Seconds at which the part was made to end, since the recording ends there; None if it was
    # not
    cut: float | None = None
    sound: Sound | None = None  # how it sounds
    told: tuple[Oddity, ...] = ()  # in what the file differs from its header


class Journal:
    """An append-only file of what was measured, a line for each recording.

    A line that was not written to its end, or is damaged, is as if it were not there. The folder
    is made with the first line.

    Args:
        folder: where the journal lies.
        settings: what the results depend on besides the recordings; a journal with others, or
            of another version of malsori, is begun anew.

    Raises:
        MalsoriError: it cannot be read or written.
    """

    def __init__(self, folder: Path, settings: Mapping[str, Any]) -> None:
        self.folder = folder
        self._path = folder / _FILE
        self._head = _sealed(json.dumps([__version__, _FORM, dict(settings)], sort_keys=True))
        self._places: dict[str, int] = {}
        self._writing: BinaryIO | None = None
        self._reading: BinaryIO | None = None
        self._end = 0
        try:
            self._scan()
        except OSError as error:
            raise self._failed("read", error) from error

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        """How many recordings it holds."""
        return len(self._places)

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def add(self, key: str, measured: Sequence[Measured]) -> None:
        """Note what was measured of a recording; it survives the end of this process."""
        line = _sealed(f"{key}\t{json.dumps([_packed(m) for m in measured], ensure_ascii=False)}")
        try:
            if self._writing is None:
                self._writing = self._begin()
            self._places[key] = self._writing.tell()
            self._writing.write(line)
            self._writing.flush()
        except OSError as error:
            raise self._failed("written", error) from error

    def get(self, key: str) -> list[Measured]:
        """What was measured of a recording."""
        place = self._places[key]
        try:
            if self._reading is None:
                self._reading = self._path.open("rb")
            self._reading.seek(place)
            text = _unsealed(self._reading.readline())
        except OSError as error:
            raise self._failed("read", error) from error
        if text is None:
            raise MalsoriError(f"{self._path} was changed by another process", hint="try again")
        return [_unpacked(values) for values in json.loads(text.partition("\t")[2])]

    def close(self) -> None:
        """Give the file back."""
        for file in (self._writing, self._reading):
            if file is not None:
                file.close()
        self._writing = self._reading = None

    def remove(self) -> None:
        """Close and delete it: the corpus is complete."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _scan(self) -> None:
        """Find the lines that are whole, if they are of this kind of journal."""
        if not self._path.is_file():
            return
        with self._path.open("rb") as file:
            if file.readline() != self._head:
                return
            self._end = place = len(self._head)
            for line in file:
                text = _unsealed(line)
                if text is not None:
                    self._places[text.partition("\t")[0]] = place
                place += len(line)
                self._end = place if line.endswith(b"\n") else self._end

    def _begin(self) -> BinaryIO:
        """The file, open behind its last whole line."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self._end:
            self._path.write_bytes(self._head)
            self._end = len(self._head)
        file = self._path.open("r+b")
        file.truncate(self._end)
        file.seek(self._end)
        return file

    def _failed(self, what: str, error: OSError) -> MalsoriError:
        return MalsoriError(
            f"{self._path} cannot be {what}: {error.strerror}",
            hint=f"make room and run the same command again, or delete {self.folder}",
        )


def _sealed(text: str) -> bytes:
    """A line with its checksum."""
    content = text.encode()
    return b"%08x\t%b\n" % (zlib.crc32(content), content)


def _unsealed(line: bytes) -> str | None:
    """What a line says, or None if it is damaged."""
    if not line.endswith(b"\n") or len(line) < 10:
        return None
    content = line[9:-1]
    return content.decode() if line[:9] == b"%08x\t" % zlib.crc32(content) else None


def _packed(measured: Measured) -> list[Any]:
    if measured.reason is not None or measured.sound is None:
        return [measured.reason, measured.detail]
    found = measured.sound.fingerprint
    times = [measured.sample_rate, measured.duration, measured.audio_hash, measured.cut]
    words = [base64.b64encode(a.astype("<u4").tobytes()).decode() for a in (found.words, found.at)]
    channels = measured.sound.channels
    heard = [measured.sound.count, None if channels is None else list(astuple(channels))]
    quality = list(astuple(measured.sound.quality))
    return [None, None, *times, quality, *words, heard, list(measured.told)]


def _unpacked(values: list[Any]) -> Measured:
    if len(values) == 2:
        return Measured(*values)
    rate, duration, digest, cut, quality, words, at, (count, channels), told = values[2:]
    found = Fingerprint(*(np.frombuffer(base64.b64decode(text), "<u4") for text in (words, at)))
    several = None if channels is None else Channels(*channels)
    sound = Sound(Quality(*quality), found, count, several)
    oddities = tuple(Oddity(*pair) for pair in told)
    return Measured(None, None, rate, duration, digest, cut, sound, oddities)
