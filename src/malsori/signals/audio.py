"""Waveforms: read, written, resampled and identified by their content."""

import hashlib
import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from malsori.errors import MalsoriError
from malsori.io import atomic_write
from malsori.signals.opening import AudioError, AudioReason
from malsori.signals.recordings import AudioFile, read_audio
from malsori.signals.waveform import Audio, Samples

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
    full_scale = samples * np.float32(32768.0)
    np.rint(full_scale, out=full_scale)
    np.clip(full_scale, -32768, 32767, out=full_scale)
    pcm: npt.NDArray[np.int16] = full_scale.astype(np.int16)
    return pcm


def audio_hash(audio: Audio) -> str:
    """SHA-256 of what is heard: the samples as 16 bit PCM and the rate, whatever the format."""
    digest = hashlib.sha256(to_pcm16(audio.samples).astype("<i2", copy=False).data)
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
