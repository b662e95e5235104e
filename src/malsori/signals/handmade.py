"""Thirteen hand-made features of a call, a compact and readable description of its sound.

They are those of a study of emergency calls, defined as librosa defines them, in frames of 64 ms
every 10 ms. What has no value is NaN (the pitch of a whisper, the centroid of silence).
"""

import numpy as np

from malsori.signals import shape
from malsori.signals.audio import Audio
from malsori.signals.frames import Floats, frame_count, frames
from malsori.signals.prosody import HOP, active, energy_db, track_pitch
from malsori.signals.segments import edges, moments, rows, shares
from malsori.signals.spectra import mel_bands, power_spectra, to_decibels, transform_length

HANDMADE = (
    "f0.mean", "f0.std", "voiced.probability", "centroid", "bandwidth", "contrast", "flatness",
    "roll_off", "rms", "onset", "crossings.mean", "crossings.std", "tonality",
)  # fmt: skip
"""Hz, Hz, 0 … 1, Hz, Hz, dB, 0 … 1, Hz, 0 … 1, dB a frame, 0 … 1 twice, 1 − flatness."""
_WINDOW = 0.064  # s
_BANDS = 32  # of the mel spectrum whose rises are onsets
_RANGE = np.float32(80.0)  # dB below the loudest that still count as a rise


def handmade(audio: Audio, segment: float | None = None) -> Floats:
    """The thirteen features of an utterance, or of each part of it, in the order of `HANDMADE`.

    Args:
        audio: at least one sample, of 4 kHz or more.
        segment: wanted length of a part in seconds, at least 0.1; None for the whole.

    Returns:
        float32 `[T, 13]`.

    Raises:
        ValueError: if `segment` is below 0.1.

    Example:
        >>> tone = np.sin(2 * np.pi * 200 * np.arange(8000) / 8000).astype(np.float32)
        >>> values = dict(zip(HANDMADE, handmade(Audio(tone, 8000))[0].tolist()))
        >>> round(values["f0.mean"]), round(values["rms"], 2), round(values["crossings.mean"], 2)
        (200, 0.7, 0.05)
    """
    spectral = _spectral(audio)
    parts = edges(len(spectral), HOP, segment)
    crossings, rms = _waveform(audio)
    speech = active(energy_db(audio.samples, audio.sample_rate))
    pitch = track_pitch(audio.samples, audio.sample_rate, speech)
    every = np.ones(len(spectral), bool)
    f0, f0_std = moments(pitch.f0[:, None], pitch.voiced, parts)
    form, _ = moments(spectral, np.isfinite(spectral), parts)
    crossed, crossed_std = moments(crossings[:, None], every, parts)
    loud, _ = moments(rms[:, None], every, parts)
    voiced = shares(pitch.voiced, parts)
    centroid_to_roll_off, onset, tonality = form[:, :5], form[:, 5], 1.0 - form[:, 3]
    return rows(
        f0, f0_std, voiced, centroid_to_roll_off, loud, onset, crossed, crossed_std, tonality
    )


def _spectral(audio: Audio) -> Floats:
    """Centroid, bandwidth, contrast, flatness, roll-off, onset strength: float32 `[N, 6]`.

    All of them, and the mel spectrum of the onsets, come from one transform.
    """
    rate, n_fft = audio.sample_rate, transform_length(audio.sample_rate, _WINDOW)
    hz = shape.frequencies(rate, n_fft)
    count = frame_count(len(audio.samples), round(HOP * rate))
    found = np.empty((count, 6), np.float32)
    mel = np.empty((count, _BANDS), np.float32)
    done = 0
    for power in power_spectra(audio.samples, rate, window=_WINDOW, hop=HOP):
        here = slice(done, done + len(power))
        magnitude = np.sqrt(power)
        found[here, 0], found[here, 1] = shape.centroid_and_bandwidth(magnitude, hz)
        found[here, 2] = shape.contrast(magnitude, hz)
        found[here, 3] = shape.flatness(power)
        found[here, 4] = shape.roll_off(magnitude, hz)
        mel_bands(power, rate, n_fft, out=mel[here])
        done += len(power)
    found[:, 5] = onset_strength(to_decibels(mel))
    return found


def onset_strength(mel_db: Floats) -> Floats:
    """How much the spectrum rises from frame to frame, dB, the mean over bands `[N]`.

    What is 80 dB below the loudest counts as that, so that silence has no onsets. The first frame
    has none.

    Example:
        >>> onset_strength(np.float32([[0, 0], [6, 0], [0, 0]])).tolist()
        [0.0, 3.0, 0.0]
    """
    floored = np.maximum(mel_db, mel_db.max() - _RANGE)
    rise = np.maximum(np.diff(floored, axis=0, prepend=floored[:1]), 0.0)
    return np.asarray(rise.mean(axis=1), np.float32)


def _waveform(audio: Audio) -> tuple[Floats, Floats]:
    """Share of samples at which the sign changes, and root of the mean square, `[N]` each."""
    size, hop = round(_WINDOW * audio.sample_rate), round(HOP * audio.sample_rate)
    signs = np.signbit(np.where(np.abs(audio.samples) <= 1e-10, 0.0, audio.samples))
    changes = np.diff(signs, prepend=signs[:1]).astype(np.float32)
    crossings = [part.mean(axis=1) for part in frames(changes, size, hop)]
    power = [np.einsum("ns,ns->n", p, p) / size for p in frames(audio.samples, size, hop)]
    return np.concatenate(crossings), np.sqrt(np.concatenate(power))
