"""A compact set of functionals: pitch, level, spectral shape, voice, rate and pauses.

In the spirit of the minimal parameter set of Eyben and others (2016), with definitions of its
own: of the mel bands it keeps only four cepstra, so its numbers are few and have names that a
person can read. What is unknown is NaN.
"""

from functools import lru_cache

import numpy as np

from malsori.signals import shape
from malsori.signals.audio import Audio
from malsori.signals.frames import Floats
from malsori.signals.functionals import (
    Contours,
    contours,
    segment_functionals,
    segment_names,
    utterance_functionals,
    utterance_names,
)
from malsori.signals.periods import periods
from malsori.signals.prosody import HOP, Pitch
from malsori.signals.segments import Edges, edges, moments, rows
from malsori.signals.spectra import cepstra, power_spectra, transform_length

_BANDS = 32
_SHAPE = (
    "centroid", "bandwidth", "roll_off", "flatness", "alpha", "hammarberg", "slope.low",
    "slope.middle", "cepstrum1", "cepstrum2", "cepstrum3", "cepstrum4",
)  # fmt: skip
_VOICE = ("jitter", "shimmer", "harmonicity")


@lru_cache(maxsize=2)
def acoustic_names(segments: bool = False) -> tuple[str, ...]:
    """What the columns of `acoustic` are called.

    Args:
        segments: whether the columns of a segment come first.

    Example:
        >>> len(acoustic_names()), len(acoustic_names(segments=True))
        (69, 108)
    """
    whole = (*utterance_names(_BANDS)[3 * _BANDS :], *_form_names())
    if not segments:
        return whole
    part = (*segment_names(_BANDS)[3 * _BANDS :], *_form_names())
    return (*(f"segment.{name}" for name in part), *whole)


def _form_names() -> tuple[str, ...]:
    named = (*_SHAPE, *_VOICE)
    return tuple(f"{name}.{what}" for what in ("mean", "std") for name in named)


def acoustic(audio: Audio, segment: float | None = None) -> Floats:
    """The functionals of an utterance, or of each part of it beside those of the whole.

    Spectral shape is of the voiced frames (of all speech, if nothing is voiced).

    Args:
        audio: at least one sample, of 8 kHz or more.
        segment: wanted length of a part in seconds, at least 0.1; None for one row.

    Returns:
        float32 `[T, len(acoustic_names(segments))]`.

    Raises:
        ValueError: if `segment` is below 0.1.

    Example:
        >>> tone = np.sin(2 * np.pi * 200 * np.arange(8000) / 8000).astype(np.float32)
        >>> values = dict(zip(acoustic_names(), acoustic(Audio(tone, 8000))[0].tolist()))
        >>> round(values["pitch.mean"]), round(values["centroid.mean"], -1)
        (12, 200.0)
    """
    of = contours(audio, _BANDS)
    frames = _frames(audio, of)
    whole = np.array([0, len(of.energy)])
    form = _form(frames, of, whole)
    everything = np.concatenate([utterance_functionals(of)[3 * _BANDS :], form[0]])
    if segment is None:
        return everything[None, :]
    parts = edges(len(of.energy), HOP, segment)
    own = segment_functionals(of, segment)[:, 3 * _BANDS :]
    both = np.broadcast_to(everything, (len(own), len(everything)))
    return rows(own, _form(frames, of, parts), both)


def _form(frames: Floats, of: Contours, parts: Edges) -> Floats:
    """Means and deviations of shape and voice in each part, `[T, 2 · 15]`."""
    where = of.voiced if of.voiced.any() else of.speech
    mean, deviation = moments(frames, where[:, None] & np.isfinite(frames), parts)
    return rows(mean, deviation)


def _frames(audio: Audio, of: Contours) -> Floats:
    """Shape and voice every 10 ms, float32 `[N, 15]`."""
    rate = audio.sample_rate
    hz = shape.frequencies(rate, transform_length(rate, 0.032))
    found = np.empty((len(of.energy), len(_SHAPE) + len(_VOICE)), np.float32)
    done = 0
    for power in power_spectra(audio.samples, rate):
        here = found[done : done + len(power)]
        # By its strongest bin, so that no floor depends on the level of the recording.
        relative = power / np.maximum(power.max(axis=1, keepdims=True), np.float32(1e-20))
        magnitude = np.sqrt(relative)
        decibels = np.float32(10.0) * np.log10(np.maximum(relative, np.float32(1e-10)))
        here[:, 0], here[:, 1] = shape.centroid_and_bandwidth(magnitude, hz)
        here[:, 2] = shape.roll_off(magnitude, hz)
        here[:, 3] = np.float32(10.0) * np.log10(shape.flatness(relative))
        here[:, 4], here[:, 5] = shape.balance(relative, hz)
        here[:, 6] = shape.slope(decibels, hz, 0.0, 500.0)
        here[:, 7] = shape.slope(decibels, hz, 500.0, 1500.0)
        done += len(power)
    found[:, 8:12] = cepstra(of.mel, 5)[:, 1:]
    voice = periods(audio.samples, rate, Pitch(_hz(of.pitch), of.strength))
    found[:, 12], found[:, 13], found[:, 14] = voice.jitter, voice.shimmer, voice.harmonicity
    return found


def _hz(semitones: Floats) -> Floats:
    """Hz of semitones above 100 Hz."""
    hz: Floats = (np.float32(100.0) * 2.0 ** (semitones / np.float32(12.0))).astype(np.float32)
    return hz
