"""Waveforms: read, written, resampled and identified by their content."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from malsori.errors import MalsoriError
from malsori.io import atomic_write

Samples = npt.NDArray[np.float32]
AudioReason = Literal["missing", "undecodable", "empty", "truncated"]

# What a WAV writer that cannot seek back (a pipe) leaves as the length of its data.
_UNKNOWN_LENGTHS = frozenset({0, 0x7FFFF000, 0x7FFFFFFF, 0xFFFFFFFF})


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


class AudioError(MalsoriError):
    """A file or a part of it that cannot be heard, and why.

    Attributes:
        reason: a short code for quarantines:
            `missing` (no such file), `undecodable` (not audio that libsndfile reads),
            `empty` (not one byte, or sample), `truncated` (it ends before its own header says).

    Example:
        >>> AudioError("a.wav holds no samples.", reason="empty").reason
        'empty'
    """

    def __init__(self, message: str, *, reason: AudioReason, hint: str | None = None):
        super().__init__(message, hint=hint)
        self.reason: AudioReason = reason


def read_audio(path: str | Path, start: float | None = None, end: float | None = None) -> Audio:
    """Decodes a file, or the part of it from `start` to `end`.

    WAV, FLAC, MP3, OGG and whatever else libsndfile reads, with integers of any width or floats.
    Several channels are averaged.
    libsndfile silently reads what is left of a WAV file that was cut off,
    so the header of a WAV file is compared with the size of the file.

    Args:
        path: the file.
        start: seconds from the beginning, None for the beginning.
        end: seconds from the beginning, None for the end;
            an `end` less than 50 ms behind the last sample means the end, since labels are rounded.

    Raises:
        AudioError: with `.reason` `missing`, `undecodable`, `empty` or `truncated`.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "tone.wav"
        >>> write_audio(path, Audio(np.full(8000, 0.5, np.float32), 8000))
        >>> read_audio(path, start=0.25).duration
        0.75
    """
    path = Path(path)
    if not path.is_file():
        raise AudioError(
            f"{path} does not exist.",
            reason="missing",
            hint="check audio_root in corpus.yaml, or copy the file there",
        )
    if path.stat().st_size == 0:
        raise AudioError(
            f"{path} is an empty file: it has 0 bytes.",
            reason="empty",
            hint="copy or download the file again",
        )
    _refuse_truncated_wav(path)
    frames, sample_rate = _decode(path, start, end)
    if len(frames) == 0:
        part = "" if start is None and end is None else f" between {start} s and {end} s"
        raise AudioError(
            f"{path} holds no samples{part}.",
            reason="empty",
            hint="record it again, or leave the row's audio empty so that it counts as text only",
        )
    mono = frames[:, 0] if frames.shape[1] == 1 else frames.mean(axis=1)
    if not np.isfinite(mono).all():
        raise AudioError(
            f"{path} holds samples that are not numbers (NaN or infinite).",
            reason="undecodable",
            hint="write it again as 16 bit PCM",
        )
    return Audio(np.ascontiguousarray(mono, np.float32), sample_rate)


def _decode(path: Path, start: float | None, end: float | None) -> tuple[Samples, int]:
    """Frames `[T, channels]` of a part of a file, and the sample rate."""
    try:
        with soundfile.SoundFile(path) as file:
            rate, total = int(file.samplerate), int(file.frames)
            first = round((start or 0.0) * rate)
            last = total if end is None else round(end * rate)
            _check_part(path, first, last, total, rate)
            file.seek(min(first, total))
            frames = file.read(min(last, total) - first, dtype="float32", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError, TypeError, ValueError) as error:
        raise AudioError(
            f"{path} cannot be decoded: {error}",
            reason="undecodable",
            hint="check that it is WAV, FLAC, MP3 or OGG (raw PCM needs a header first)",
        ) from error
    # An MP3 header may promise a fraction of a frame more than the decoder returns.
    if len(frames) < min(last, total) - first - 0.05 * rate:
        raise AudioError(
            f"{path} ends after {first + len(frames)} of the {total} frames in its header.",
            reason="truncated",
            hint="copy or download the file again",
        )
    return frames, rate


def _check_part(path: Path, first: int, last: int, total: int, rate: int) -> None:
    """Refuses a part that is empty or reaches beyond the file."""
    if total and (first < 0 or last <= first or first >= total):
        raise AudioError(
            f"{path} has no part from {first / rate:.3f} s to {last / rate:.3f} s"
            f" (it is {total / rate:.3f} s long).",
            reason="empty",
            hint="check the columns start and end of this row (in seconds)",
        )
    if last - total > 0.05 * rate:
        raise AudioError(
            f"{path} is {total / rate:.3f} s long, but the part ends at {last / rate:.3f} s.",
            reason="truncated",
            hint="check the column end of this row (in seconds), or copy the file again",
        )


def _refuse_truncated_wav(path: Path) -> None:
    """Compares the length of a WAV file's data with what its header promises."""
    promised = _wav_data_end(path)
    size = path.stat().st_size
    if promised is not None and promised > size:
        raise AudioError(
            f"{path} is truncated: its header says {promised} bytes, the file has {size}.",
            reason="truncated",
            hint="copy or download the file again",
        )


def _wav_data_end(path: Path) -> int | None:
    """Where the data chunk ends by the RIFF header, or None if not known or not a WAV file."""
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
            return None
        while len(chunk := file.read(8)) == 8:
            length = int.from_bytes(chunk[4:], "little")
            if chunk[:4] == b"data":
                return None if length in _UNKNOWN_LENGTHS else file.tell() + length
            file.seek(length + length % 2, 1)  # chunks are padded to even lengths
    return None


def write_audio(path: str | Path, audio: Audio, subtype: str = "PCM_16") -> None:
    """Writes a waveform; the same samples give the same bytes (in WAV and FLAC).

    Args:
        path: the file; its suffix decides the format (`.wav`, `.flac`, …).
        audio: what to write; samples beyond ±1 are clipped in integer subtypes.
        subtype: of libsndfile, such as `PCM_16`, `PCM_24`, `FLOAT`, `ULAW`.

    Raises:
        MalsoriError: if the format or the subtype is unknown.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "silence.wav"
        >>> write_audio(path, Audio(np.zeros(80, np.float32), 8000))
        >>> path.stat().st_size
        204
    """
    path = Path(path)
    samples: npt.NDArray[np.float32] | npt.NDArray[np.int16] = audio.samples
    if subtype == "PCM_16":
        samples = to_pcm16(audio.samples)  # the rounding that `audio_hash` uses
    encoded = io.BytesIO()
    try:
        format_ = path.suffix.removeprefix(".").upper()
        soundfile.write(encoded, samples, audio.sample_rate, subtype=subtype, format=format_)
    except (soundfile.LibsndfileError, TypeError, ValueError) as error:
        raise MalsoriError(
            f"{path} cannot be written as {subtype}: {error}",
            hint="use .wav or .flac with PCM_16",
        ) from error
    atomic_write(path, _without_time(encoded.getvalue()))


def _without_time(wav: bytes) -> bytes:
    """Clears the time of writing, which libsndfile puts into the PEAK chunk of float WAV files."""
    at = wav.find(b"PEAK", 0, 128)
    return wav if at < 0 else wav[: at + 12] + bytes(4) + wav[at + 16 :]


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
    """SHA-256 of what is heard: the samples as 16 bit PCM and the rate, whatever the file format.

    Example:
        >>> audio_hash(Audio(np.zeros(80, np.float32), 8000))[:8]
        '0b23ed41'
    """
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
