"""Waveforms: read, written, resampled and identified by their content."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from malsori.errors import MalsoriError
from malsori.io import atomic_write
from malsori.signals.opening import AudioError, AudioReason, opened

Samples = npt.NDArray[np.float32]
__all__ = [
    "Audio",
    "AudioError",
    "AudioFile",
    "AudioReason",
    "audio_hash",
    "read_audio",
    "resample",
    "to_pcm16",
    "write_audio",
]

_UNDECODABLE = (soundfile.LibsndfileError, RuntimeError, TypeError, ValueError)
# Decoders whose bits depend on what they decoded before.
_HISTORY = frozenset({"MP3", "MPEG", "OGG"})


@dataclass(frozen=True)
class Audio:
    """A mono waveform.

    Attributes:
        samples: float32 `[T]`, full scale is ±1.
        sample_rate: in Hz.

    Example:
        >>> Audio(np.zeros(4000, np.float32), 8000).duration
        0.5
    """

    samples: Samples
    sample_rate: int

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate


class AudioFile:
    """An opened recording, of which parts are decoded one after the other.

    WAV, FLAC, MP3, OGG and whatever else libsndfile reads, with integers of any width or floats,
    as a file or as a member of an archive (`TS.zip::a.wav`), which is decoded in memory. Hangul
    in the path may be composed or decomposed. libsndfile silently reads what is left of a WAV
    file that was cut off, so the header of a WAV file is compared with the size of the file.

    Args:
        path: the file.

    Raises:
        AudioError: with `.reason` `missing`, `undecodable`, `empty`, `truncated` or
            `unreadable-archive`.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._content = opened(self.path)
        self._file = self._open()
        self._fresh = True
        self.sample_rate = int(self._file.samplerate)
        self.frames = int(self._file.frames)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the file back."""
        self._file.close()

    @property
    def duration(self) -> float:
        """Length in seconds, as the header says."""
        return self.frames / self.sample_rate

    def read(self, start: float | None = None, end: float | None = None) -> Audio:
        """Decodes the part from `start` to `end`; several channels are averaged.

        Raises:
            AudioError: with `.reason` `undecodable`, `empty` or `truncated`.
        """
        frames = self._decode(start, end)
        if len(frames) == 0:
            part = "" if start is None and end is None else f" between {start} s and {end} s"
            raise AudioError(
                f"{self.path} holds no samples{part}.",
                reason="empty",
                hint="record it again, or leave the row's audio empty so that it counts as "
                "text only",
            )
        mono = frames[:, 0] if frames.shape[1] == 1 else frames.mean(axis=1)
        if not np.isfinite(mono).all():
            raise AudioError(
                f"{self.path} holds samples that are not numbers (NaN or infinite).",
                reason="undecodable",
                hint="write it again as 16 bit PCM",
            )
        return Audio(np.ascontiguousarray(mono, np.float32), self.sample_rate)

    def _open(self) -> soundfile.SoundFile:
        if isinstance(self._content, io.BytesIO):
            self._content.seek(0)
        try:
            return soundfile.SoundFile(self._content)
        except _UNDECODABLE as error:
            raise self._undecodable(error) from error

    def _go_to(self, first: int) -> None:
        """Stands before a frame, so that what follows is what a newly opened file would give."""
        exact = self._file.seekable() and self._file.format not in _HISTORY
        if not exact and not self._fresh:
            self._file.close()
            self._file = self._open()
        self._fresh = False
        if self._file.seekable():
            self._file.seek(first)
        elif first:
            self._file.read(first)

    def _decode(self, start: float | None, end: float | None) -> Samples:
        """Frames `[T, channels]` of a part."""
        rate, total = self.sample_rate, self.frames
        first = round((start or 0.0) * rate)
        last = total if end is None else round(end * rate)
        self._check_part(first, last)
        wanted = min(last, total) - first
        try:
            self._go_to(min(first, total))
            frames: Samples = self._file.read(wanted, dtype="float32", always_2d=True)
        except _UNDECODABLE as error:
            raise self._undecodable(error) from error
        # An MP3 header may promise a fraction of a frame more than the decoder returns.
        if len(frames) < wanted - 0.05 * rate:
            raise AudioError(
                f"{self.path} ends after {first + len(frames)} of the {total} frames in its "
                "header.",
                reason="truncated",
                hint="copy or download the file again",
            )
        return frames

    def _check_part(self, first: int, last: int) -> None:
        """Refuses a part that is empty or reaches beyond the file."""
        rate, total = self.sample_rate, self.frames
        if total and (first < 0 or last <= first or first >= total):
            raise AudioError(
                f"{self.path} has no part from {first / rate:.3f} s to {last / rate:.3f} s"
                f" (it is {total / rate:.3f} s long).",
                reason="empty",
                hint="check the columns start and end of this row (in seconds)",
            )
        if last - total > 0.05 * rate:
            raise AudioError(
                f"{self.path} is {total / rate:.3f} s long, but the part ends at "
                f"{last / rate:.3f} s.",
                reason="truncated",
                hint="check the column end of this row (in seconds), or copy the file again",
            )

    def _undecodable(self, error: Exception) -> AudioError:
        # Of a member the message would name an address in memory.
        why = getattr(error, "error_string", None) or error
        return AudioError(
            f"{self.path} cannot be decoded: {why}",
            reason="undecodable",
            hint="check that it is WAV, FLAC, MP3 or OGG (raw PCM needs a header first)",
        )


def read_audio(path: str | Path, start: float | None = None, end: float | None = None) -> Audio:
    """Decodes a file or a member of an archive, or the part of it from `start` to `end`.

    To decode several parts of one file, open it once as `AudioFile`.

    Args:
        path: the file, or `archive.zip::member`.
        start: seconds from the beginning, None for the beginning.
        end: seconds from the beginning, None for the end;
            an `end` less than 50 ms behind the last sample means the end, since labels are rounded.

    Raises:
        AudioError: with `.reason` `missing`, `undecodable`, `empty`, `truncated` or
            `unreadable-archive`.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "tone.wav"
        >>> write_audio(path, Audio(np.full(8000, 0.5, np.float32), 8000))
        >>> read_audio(path, start=0.25).duration
        0.75
    """
    with AudioFile(path) as file:
        return file.read(start, end)


def write_audio(path: str | Path, audio: Audio) -> None:
    """Writes a waveform as 16 bit PCM; the same samples give the same bytes.

    Args:
        path: the file; its suffix decides the format (`.wav`, `.flac`).
        audio: what to write; samples beyond ±1 are clipped.

    Raises:
        MalsoriError: if the format is unknown.
    """
    path = Path(path)
    encoded = io.BytesIO()
    try:
        format_ = path.suffix.removeprefix(".").upper()
        pcm = to_pcm16(audio.samples)  # the rounding that `audio_hash` uses
        soundfile.write(encoded, pcm, audio.sample_rate, subtype="PCM_16", format=format_)
    except (soundfile.LibsndfileError, TypeError, ValueError) as error:
        raise MalsoriError(
            f"{path} cannot be written as PCM_16: {error}",
            hint="use .wav or .flac with PCM_16",
        ) from error
    atomic_write(path, encoded.getvalue())


def to_pcm16(samples: Samples) -> npt.NDArray[np.int16]:
    """Rounds a waveform to 16 bit, full scale ±32768, clipped.

    Decoding 16 bit PCM to float32 and back returns the same integers.

    Example:
        >>> to_pcm16(np.array([-1.0, 0.0, 0.5, 1.0], np.float32)).tolist()
        [-32768, 0, 16384, 32767]
    """
    full_scale = np.rint(samples * np.float32(32768.0))
    pcm: npt.NDArray[np.int16] = full_scale.clip(-32768, 32767).astype(np.int16)
    return pcm


def audio_hash(audio: Audio) -> str:
    """SHA-256 of what is heard: the samples as 16 bit PCM and the rate, whatever the format."""
    digest = hashlib.sha256(to_pcm16(audio.samples).astype("<i2").tobytes())
    digest.update(str(audio.sample_rate).encode())
    return digest.hexdigest()


def resample(audio: Audio, sample_rate: int) -> Audio:
    """Changes the sample rate with soxr's high quality, linear-phase filter.

    Example:
        >>> resample(Audio(np.zeros(16000, np.float32), 16000), 8000).duration
        1.0
    """
    if sample_rate == audio.sample_rate:
        return audio
    samples = soxr.resample(audio.samples, audio.sample_rate, sample_rate, quality="HQ")
    return Audio(np.ascontiguousarray(samples, np.float32), sample_rate)
