"""Statistics that say in a row of numbers how an utterance sounds.

What is unknown is NaN (the pitch of a whisper), never a zero that would be a value.
Spectra are relative to the utterance's own level and pitch is in semitones,
so what remains of the recording's level is one number, `level`.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from malsori.signals.audio import Audio
from malsori.signals.frames import Floats
from malsori.signals.prosody import (
    HOP,
    Bools,
    active,
    energy_db,
    pauses,
    syllables,
    track_pitch,
)
from malsori.signals.segments import edges as edges_of
from malsori.signals.segments import moments, shares
from malsori.signals.spectra import log_mel

DYNAMIC_RANGE = np.float32(80.0)  # dB

_PROSODY_OF_SEGMENT = """
    pitch.mean pitch.std pitch.slope voiced.share energy.mean energy.std strength.mean
    syllables.rate silence.share
"""
_PROSODY_OF_UTTERANCE = """
    level energy.mean energy.std energy.p10 energy.p25 energy.p50 energy.p75 energy.change
    pitch.mean pitch.std pitch.p5 pitch.p25 pitch.p50 pitch.p75 pitch.p95 pitch.skew pitch.range
    pitch.change pitch.change_std pitch.rise pitch.fall pitch.slope pitch.beginning pitch.ending
    syllables.rate syllables.articulation pauses.rate pauses.share pauses.mean
    voiced.share voiced.run voiced.run_std syllables.interval syllables.interval_std
    strength.mean strength.std strength.p25 strength.p75 duration.log
"""


@dataclass(frozen=True)
class Contours:
    """An utterance every 10 ms."""

    mel: Floats  # float32 `[N, bands]`, dB relative to the mean over bands and speech
    change: Floats  # float32 `[N, bands]`, absolute change of `mel` per frame, dB
    energy: Floats  # float32 `[N]`, dB relative to `level`
    level: float  # of the loud frames (95th percentile), dB re full scale
    speech: Bools  # bool `[N]`, not all False
    pitch: Floats  # float32 `[N]`, semitones above 100 Hz, NaN where not voiced
    strength: Floats  # float32 `[N]`, of the pitch, 0 … 1
    nuclei: npt.NDArray[np.int64]  # frames of the syllable nuclei
    duration: float  # of the signal, s

    @property
    def voiced(self) -> Bools:
        """Bool `[N]`."""
        return np.isfinite(self.pitch)


def contours(audio: Audio, bands: int = 32) -> Contours:
    """Takes the contours of an utterance of any length."""
    mel = log_mel(audio.samples, audio.sample_rate, bands=bands)
    energy = energy_db(audio.samples, audio.sample_rate)
    speech = active(energy)
    if not speech.any():
        speech = np.ones_like(speech)
    pitch = track_pitch(audio.samples, audio.sample_rate, speech)
    level = float(np.percentile(energy, 95))
    # What is far below the speech is the recording's noise, or nothing at all.
    mel = np.maximum(mel, np.percentile(mel[speech], 99).astype(np.float32) - DYNAMIC_RANGE)
    mel = mel - mel[speech].mean(dtype=np.float64).astype(np.float32)
    change = np.abs(np.gradient(mel, axis=0)) if len(mel) > 1 else np.zeros_like(mel)
    return Contours(
        mel=mel,
        change=change,
        energy=np.maximum(energy - np.float32(level), -DYNAMIC_RANGE),
        level=level,
        speech=speech,
        pitch=12 * np.log2(pitch.f0 / np.float32(100)),
        strength=pitch.strength,
        nuclei=syllables(energy, pitch.voiced),
        duration=audio.duration,
    )


@lru_cache(maxsize=16)
def segment_names(bands: int = 32) -> tuple[str, ...]:
    """What the columns of `segment_functionals` are called.

    Example:
        >>> segment_names(2)[:6]
        ('mel0.mean', 'mel1.mean', 'mel0.std', 'mel1.std', 'mel0.change', 'mel1.change')
    """
    return (*_spectral_names(bands), *_PROSODY_OF_SEGMENT.split())


@lru_cache(maxsize=16)
def utterance_names(bands: int = 32) -> tuple[str, ...]:
    """What the entries of `utterance_functionals` are called."""
    return (*_spectral_names(bands), *_PROSODY_OF_UTTERANCE.split())


def _spectral_names(bands: int) -> list[str]:
    return [f"mel{b}.{s}" for s in ("mean", "std", "change") for b in range(bands)]


def segment_functionals(of: Contours, segment: float = 1.0) -> Floats:
    """Statistics of equal parts of an utterance, each about `segment` long.

    Args:
        of: the contours.
        segment: wanted length in seconds, at least 0.1; an utterance shorter than that is one part.

    Returns:
        float32 `[T, len(segment_names(bands))]`, T = max(1, round(duration / segment)).

    Raises:
        ValueError: if `segment` is below 0.1.
    """
    edges = edges_of(len(of.energy), HOP, segment)
    frames = np.diff(edges).astype(np.float64)
    mel, mel_std = moments(of.mel, of.speech, edges)
    change, _ = moments(of.change, of.speech, edges)
    energy, energy_std = moments(of.energy[:, None], of.speech, edges)
    strength, _ = moments(of.strength[:, None], of.speech, edges)
    prosody = [
        *_line(of.pitch, of.voiced, edges),
        shares(of.voiced, edges),
        energy[:, 0],
        energy_std[:, 0],
        strength[:, 0],
        np.histogram(of.nuclei, edges)[0] / (frames * HOP),
        1.0 - shares(of.speech, edges),
    ]
    return np.concatenate([mel, mel_std, change, np.stack(prosody, 1)], axis=1, dtype=np.float32)


def _line(
    pitch: Floats, voiced: Bools, edges: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], ...]:
    """Mean, deviation and slope (semitones per second) of the pitch of each part.

    A part without voice has the utterance's mean pitch; pitch is unknown where nothing is voiced.
    """
    time = (np.arange(len(pitch)) * HOP).astype(np.float32)
    both = np.stack([pitch, time, pitch * time, time * time], axis=1)
    mean, std = moments(both, voiced, edges)
    spread = mean[:, 3] - mean[:, 1] ** 2
    steep = spread > 0.02**2  # some 7 frames; a line through fewer says nothing
    slope = np.where(
        steep, (mean[:, 2] - mean[:, 0] * mean[:, 1]) / np.where(steep, spread, 1.0), 0.0
    )
    if not voiced.any():
        return mean[:, 0], std[:, 0], np.full_like(slope, np.nan)
    silent = np.isnan(mean[:, 0])
    level = np.where(silent, pitch[voiced].mean(), mean[:, 0])
    return level, np.where(silent, 0.0, std[:, 0]), np.where(silent, 0.0, slope)


def utterance_functionals(of: Contours) -> Floats:
    """Statistics of a whole utterance, in the order of `utterance_names`.

    Args:
        of: the contours.

    Returns:
        float32 `[len(utterance_names(bands))]`.

    Example:
        >>> silence = contours(Audio(np.zeros(8000, np.float32), 8000))
        >>> values = dict(zip(utterance_names(), utterance_functionals(silence).tolist()))
        >>> values["pitch.mean"], values["pauses.rate"]
        (nan, 0.0)
    """
    whole = np.array([0, len(of.energy)])
    mel, mel_std = moments(of.mel, of.speech, whole)
    change, _ = moments(of.change, of.speech, whole)
    strength = of.strength[of.speech]
    values = [
        *mel[0],
        *mel_std[0],
        *change[0],
        of.level,
        *_energy(of),
        *_pitch(of),
        *_tempo(of),
        strength.mean(),
        strength.std(),
        *np.percentile(strength, (25, 75)),
        np.log(of.duration),
    ]
    return np.array(values, np.float32)


def _energy(of: Contours) -> list[float]:
    energy = of.energy[of.speech]
    steps = np.abs(np.diff(of.energy))[of.speech[1:]]
    change = steps.mean() if len(steps) else 0.0
    return [energy.mean(), energy.std(), *np.percentile(energy, (10, 25, 50, 75)), change]


def _pitch(of: Contours) -> list[float]:
    """Level, spread, movement and the course from the beginning to the end, in semitones."""
    pitch = of.pitch[of.voiced].astype(np.float64)
    if len(pitch) < 3:
        return [np.nan] * 16
    mean, std = pitch.mean(), pitch.std()
    p5, p25, p50, p75, p95 = np.percentile(pitch, (5, 25, 50, 75, 95))
    skew = ((pitch - mean) ** 3).mean() / max(std, 0.1) ** 3
    steps = np.diff(of.pitch).astype(np.float64)  # NaN but between neighbouring voiced frames
    steps = steps[np.abs(steps) < 3.0]
    if not len(steps):
        steps = np.zeros(1)
    _, _, slope = _line(of.pitch, of.voiced, np.array([0, len(of.pitch)]))
    fifth = max(1, len(pitch) // 5)
    return [
        *(mean, std, p5, p25, p50, p75, p95, skew, p95 - p5),
        *(np.abs(steps).mean(), steps.std()),
        *(steps.clip(min=0).mean(), steps.clip(max=0).mean()),
        *(slope[0], pitch[:fifth].mean() - mean, pitch[-fifth:].mean() - mean),
    ]


def _tempo(of: Contours) -> list[float]:
    """Syllables, pauses and voiced runs, from the first to the last speech."""
    at = np.flatnonzero(of.speech)
    spoken, span = len(at) * HOP, (at[-1] - at[0] + 1) * HOP
    silences = pauses(of.speech)
    edges = np.flatnonzero(np.diff(of.voiced.astype(np.int8), prepend=0, append=0))
    runs = np.diff(edges)[::2] * HOP if len(edges) else np.zeros(1)
    intervals = np.diff(of.nuclei) * HOP
    unknown = len(intervals) < 2
    return [
        *(len(of.nuclei) / span, len(of.nuclei) / spoken),
        *(len(silences) / span, silences.sum() / span, silences.mean() if len(silences) else 0.0),
        *(of.voiced.sum() / len(at), runs.mean(), runs.std()),
        *((np.nan, np.nan) if unknown else (intervals.mean(), intervals.std())),
    ]
