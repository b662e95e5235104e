"""How something is said: pitch, loudness, tempo and pauses, frame by frame."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy  # its rooms are loaded where they are used

from malsori.signals.frames import Floats, frame_count, frames

Bools = npt.NDArray[np.bool_]

HOP = 0.010  # s, of every contour here
LOWEST_F0, HIGHEST_F0 = 65.0, 500.0  # Hz, of speech in strong emotion too
_CANDIDATES = 5
_OCTAVE_COST = 0.02  # in units of strength, per octave down: else T0, 2 T0, 3 T0 … are equal
_JUMP_COST = 0.25  # per octave away from the pitch around it
_MIN_STRENGTH = 0.25  # white noise stays below
_COMPRESSION = np.float32(0.6)  # of the power: flattens formants, which pose as harmonics


@dataclass(frozen=True)
class Pitch:
    """A pitch contour.

    Attributes:
        f0: float32 `[N]`, Hz; NaN where not voiced.
        strength: float32 `[N]`, 0 … 1: how exactly the (compressed) signal repeats with the period.

    Example:
        >>> Pitch(np.float32([120, np.nan]), np.float32([0.9, 0.1])).voiced.tolist()
        [True, False]
    """

    f0: Floats
    strength: Floats

    @property
    def voiced(self) -> Bools:
        """Bool `[N]`."""
        return np.isfinite(self.f0)


def energy_db(samples: Floats, rate: int) -> Floats:
    """The level every 10 ms over 25 ms, dB; a full-scale sine is at −3 dB, silence at −100 dB.

    Example:
        >>> tone = np.sin(2 * np.pi * 200 * np.arange(8000) / 8000).astype(np.float32)
        >>> float(energy_db(tone, 8000)[50].round())
        -3.0
    """
    hop, size = round(HOP * rate), round(0.025 * rate)
    parts = [np.einsum("ns,ns->n", p, p) / size for p in frames(samples, size, hop)]
    power: Floats = np.maximum(np.concatenate(parts), np.float32(1e-10))
    return np.maximum(np.float32(10.0) * np.log10(power), np.float32(-100.0))


def active(energy: Floats) -> Bools:
    """Which frames hold speech: within 30 dB of the loud ones and above the noise.

    Gaps shorter than 50 ms (the closures of stops) are filled, bursts under 30 ms dropped.

    Args:
        energy: dB `[N]`, as from `energy_db`.

    Example:
        >>> active(np.repeat(np.float32([-90, -20, -90]), 50)).sum()
        np.int64(50)
    """
    loud, quiet = np.percentile(energy, (95, 5))
    threshold = max(loud - 30.0, min(quiet + 6.0, loud - 12.0))
    padded = np.pad(energy > threshold, 5)
    closed = scipy.ndimage.binary_closing(padded, np.ones(5))
    return np.asarray(scipy.ndimage.binary_opening(closed, np.ones(3))[5:-5])


def track_pitch(samples: Floats, rate: int, speech: Bools | None = None) -> Pitch:
    """Fundamental frequency every 10 ms from 65 to 500 Hz.

    Autocorrelation corrected for the window (Boersma 1993) of the compressed spectrum (Tolonen and
    Karjalainen 2000), which finds the period also where the fundamental itself is missing, as in
    telephone speech (300–3400 Hz). Of the five best peaks of each frame the one is taken that also
    fits the pitch around it, which mends octave errors.

    Args:
        samples: float32 `[T]`, T ≥ 1.
        rate: sample rate in Hz, at least 4000; 8000 is enough and fastest.
        speech: which frames to look at `[N]`; None for all.

    Example:
        >>> buzz = (np.arange(8000) % 40 == 0).astype(np.float32)  # a click every 5 ms
        >>> float(np.nanmedian(track_pitch(buzz, 8000).f0).round(1))
        200.0
    """
    count = frame_count(len(samples), round(HOP * rate))
    f0, strength = np.full(count, np.nan, np.float32), np.zeros(count, np.float32)
    where = np.arange(count) if speech is None else np.flatnonzero(speech)
    if len(where):
        hz, peak = _candidates(samples - samples.mean(dtype=np.float32), rate, where)
        chosen, strength[where] = _choose(hz, peak)
        f0[where] = np.where(strength[where] >= _MIN_STRENGTH, chosen, np.nan)
    return Pitch(f0, strength)


def _candidates(samples: Floats, rate: int, where: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Frequencies and heights `[M, 5]` of the best peaks of the autocorrelation."""
    size = round(3.0 / LOWEST_F0 * rate)
    shortest, longest = int(rate / HIGHEST_F0), int(np.ceil(rate / LOWEST_F0))
    n_fft = scipy.fft.next_fast_len(size + longest + 2, real=True)
    taper = np.hanning(size).astype(np.float32)
    of_taper = scipy.fft.irfft(np.abs(scipy.fft.rfft(taper, n_fft)) ** 2, n_fft)
    correction = (of_taper[0] / of_taper[: longest + 2]).astype(np.float32)
    hz, heights, done = [], [], 0
    for part in frames(samples, size, round(HOP * rate)):
        rows = where[np.searchsorted(where, done) : np.searchsorted(where, done + len(part))]
        spectrum = scipy.fft.rfft(part[rows - done] * taper, n_fft)
        power = spectrum.real**2 + spectrum.imag**2
        correlation = scipy.fft.irfft(power**_COMPRESSION, n_fft)[:, : longest + 2]
        correlation = correlation * (correction / np.maximum(correlation[:, :1], 1e-10))
        lag, height = _peaks(correlation, shortest, longest)
        hz.append(rate / lag)
        heights.append(height)
        done += len(part)
    return np.concatenate(hz), np.concatenate(heights)


def _peaks(correlation: Floats, shortest: int, longest: int) -> tuple[Floats, Floats]:
    """Lags (in fractions of a sample) and heights of the best local maxima of each row."""
    left = correlation[:, shortest - 1 : longest]
    mid = correlation[:, shortest : longest + 1]
    right = correlation[:, shortest + 1 : longest + 2]
    octaves = np.log2(np.arange(shortest, longest + 1, dtype=np.float32) / shortest)
    score = np.where((mid > left) & (mid >= right), mid - _OCTAVE_COST * octaves, -1.0)
    best = np.argpartition(score, -_CANDIDATES, axis=1)[:, -_CANDIDATES:]
    found = np.take_along_axis(score, best, 1) > 0
    before, at, after = (np.take_along_axis(x, best, 1) for x in (left, mid, right))
    # The vertex of a parabola through three points.
    curvature = np.where(found, before - 2 * at + after, -1.0)
    shift = np.where(found, 0.5 * (before - after) / curvature, 0.0)
    height = np.where(found, at - 0.25 * (before - after) * shift, 0.0)
    lag = (best + shortest + shift).astype(np.float32)
    return lag, height.clip(0.0, 1.0).astype(np.float32)


def _choose(hz: Floats, height: Floats) -> tuple[Floats, Floats]:
    """One candidate for each frame: first the strongest, then the one near the pitch around it."""
    octave = np.log2(hz)
    score = height + _OCTAVE_COST * octave
    rows = np.arange(len(hz))
    first = score.argmax(axis=1)
    sure = height[rows, first] >= _MIN_STRENGTH
    if sure.any():
        around = scipy.ndimage.median_filter(octave[rows, first][sure], 41, mode="nearest")
        nearest = np.interp(rows, rows[sure], around).astype(np.float32)
        score = score - _JUMP_COST * np.abs(octave - nearest[:, None])
        first = score.argmax(axis=1)
    return hz[rows, first], height[rows, first]


def syllables(energy: Floats, voiced: Bools) -> npt.NDArray[np.int64]:
    """Where syllable nuclei are: voiced peaks of the level between dips of at least 2 dB.

    After de Jong and Wempe (2009), who count syllables without a transcript.

    Args:
        energy: dB `[N]` every 10 ms, as from `energy_db`.
        voiced: bool `[N]`.

    Returns:
        Frame numbers, ascending.

    Example:
        >>> beats = -30 + 10 * np.cos(np.arange(100) * 2 * np.pi / 20)  # five a second
        >>> len(syllables(beats.astype(np.float32), np.ones(100, bool)))
        4
    """
    from scipy.signal import find_peaks  # noqa: PLC0415 - takes 50 MB that an import can spare

    smooth = scipy.ndimage.gaussian_filter1d(energy, 2.0)
    peaks, _ = find_peaks(smooth, prominence=2.0, distance=6)
    return np.asarray(peaks[voiced[peaks]], np.int64)


def pauses(speech: Bools, shortest: float = 0.20) -> Floats:
    """Lengths of the silences between the first and the last speech.

    Args:
        speech: bool `[N]` every 10 ms, as from `active`.
        shortest: what counts as a pause, s.

    Returns:
        Lengths in seconds, in order.

    Example:
        >>> pauses(np.repeat([False, True, False, True], 50)).tolist()
        [0.5]
    """
    edges = np.diff(speech.astype(np.int8))
    begins, ends = np.flatnonzero(edges == -1), np.flatnonzero(edges == 1)
    if len(ends) and len(begins):
        ends = ends[ends > begins[0]]
        begins = begins[: len(ends)]
        lengths = (ends - begins) * np.float32(HOP)
        return np.asarray(lengths[lengths >= shortest - 1e-6], np.float32)
    return np.zeros(0, np.float32)
