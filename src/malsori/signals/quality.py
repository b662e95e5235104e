"""What a recording is fit for: its level, whether it is clipped, its silences, its bandwidth."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy  # its rooms are loaded where they are used

from malsori.signals.audio import Audio
from malsori.signals.frames import Floats, frames
from malsori.signals.mirrors import WINDOW, Mirrors
from malsori.signals.prosody import active, energy_db

FLOOR: Final = -100.0
"""The level of digital silence, dBFS: below half a step of 16 bit there is nothing to hear."""

_SLOWEST: Final = 1000  # Hz; no such file holds speech, but a broken header may say so
_HOP: Final = 0.020
_IN_CACHE: Final = 64  # frames, of 8 KB each at 48 kHz
_BAND: Final = 125.0  # Hz, five bins of the transform
_BELOW: Final = 4  # bands just under an edge which must all be strong: wider than a formant
_GAP: Final = 2  # bands in which a channel's slope may fall
_LOWEST: Final = 2500.0  # Hz; no channel for speech ends lower, but voices have steep slopes there
_DROP: Final = 26.0  # dB; formants fall less over the gap, channels more
_DROP_TO_FLAT: Final = 16.0  # dB, enough where nothing but even noise lies above
_FLAT: Final = 8.0  # dB, from the weakest to the strongest band of even noise
_LOUDEST: Final = 0.95  # of the frames of each band: where there is a fricative, it counts
_RUN: Final = 3  # samples in a row at one extreme: a smooth wave turns faster
_QUIET_PEAK: Final = 0.01  # of full scale; softer waves have flat tops because of their few steps


@dataclass(frozen=True)
class Quality:
    """How a recording was made, in five numbers.

    Attributes:
        peak: largest sample, dBFS; above 0 in files of floats that exceed full scale.
        level: root mean square of the frames with speech, dBFS (a full-scale square wave is 0).
        clipped: share of samples, 0 … 1, in runs of at least 3 at the file's own highest or
            lowest value, which is full scale unless it was made softer later.
        silence: share of frames of 10 ms, 0 … 1, without speech: 30 dB below the loud ones
            or no louder than the noise, as `malsori.signals.prosody.active` says.
        bandwidth: Hz, where the spectrum ends, as `bandwidth` says; half the sample rate if it
            does not end before; 0 in silence.
    """

    peak: float
    level: float
    clipped: float
    silence: float
    bandwidth: float

    def data(self) -> dict[str, float]:
        """The numbers by name."""
        return asdict(self)


def measure(audio: Audio) -> Quality:
    """Measures a recording, more than a thousand times faster than it lasts.

    Args:
        audio: any rate and length; without a sample it counts as silence.

    Returns:
        The numbers, all finite; digital silence has peak and level `FLOOR` and bandwidth 0.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> hiss = Audio(rng.normal(0, 0.1, 16000).astype(np.float32), 16000)
        >>> found = measure(hiss)
        >>> round(found.level), found.clipped, found.bandwidth
        (-20, 0.0, 8000.0)
    """
    samples = audio.samples
    peak = float(max(samples.max(), -samples.min())) if len(samples) else 0.0
    if peak <= 10.0 ** (FLOOR / 20.0):
        return Quality(FLOOR, FLOOR, 0.0, 1.0, 0.0)
    if audio.sample_rate < _SLOWEST:  # windows of some ms hold no samples
        level = 10.0 * math.log10(float(np.mean(samples.astype(np.float64) ** 2)))
        ends = audio.sample_rate / 2
        return Quality(20.0 * math.log10(peak), level, clipped_share(samples), 0.0, ends)
    energy = energy_db(samples, audio.sample_rate)
    speech = active(energy)
    heard = energy[speech] if speech.any() else energy
    power = float(np.mean(10.0 ** (heard.astype(np.float64) / 10.0)))
    return Quality(
        peak=20.0 * math.log10(peak),
        level=10.0 * math.log10(power),
        clipped=clipped_share(samples),
        silence=1.0 - float(speech.mean()),
        bandwidth=bandwidth(audio),
    )


def clipped_share(samples: Floats) -> float:
    """Share of samples in runs of at least 3 at their own largest or smallest value.

    Audio that was clipped is flat there: at full scale, or lower if it was made softer later.
    Peaks under 1 % of full scale are not looked at: their few steps make any top flat.

    Args:
        samples: float32 `[T]`, full scale is ±1.
    """
    total = 0
    for side in (samples, -samples):
        top = float(side.max(initial=0.0))
        if top >= _QUIET_PEAK:
            # One step of 16 bit below the extreme still is the extreme.
            total += _in_runs(side >= top - 3.1e-5)
    return total / max(len(samples), 1)


def _in_runs(flat: npt.NDArray[np.bool_]) -> int:
    """How many samples lie in runs that are long enough."""
    at = np.flatnonzero(flat)
    if len(at) < _RUN:
        return 0
    runs = np.diff(np.flatnonzero(np.diff(at, prepend=at[0] - 2, append=at[-1] + 2) > 1))
    return int(runs[runs >= _RUN].sum())


def bandwidth(audio: Audio) -> float:
    """Where the spectrum of a recording ends, in Hz.

    A telephone line, a codec or an earlier sample rate cuts a spectrum off: just below the edge
    there is speech, 250 Hz higher there is 26 dB less and stays so,
    or 16 dB less and only noise that is even up to the end. Speech itself fades slowly,
    and noise recorded along with it reaches to the end,
    so a soft vowel in a room ends where the sample rate does.
    Each band's loud frames count, so a few fricatives suffice.
    Simple resampling leaves no edge but a mirror image above the band of the earlier rate,
    as `malsori.signals.mirrors` says: there the spectrum ends at half that rate, or before.

    Returns:
        A multiple of 125 Hz; half the sample rate, or half an earlier one, if nothing ends
        before; 0 if nothing is heard.
    """
    levels, former = _levels(audio)
    if levels is None:
        return 0.0
    end = _end(levels, audio.sample_rate / 2)
    if former is None or end <= former / 2:
        return end
    return _end(levels[: int(former / 2 / _BAND)], former / 2)


def _end(levels: npt.NDArray[np.float64], most: float) -> float:
    """Where levels end, Hz: at the steepest edge, or with the last band."""
    steep = [
        (drop, end)
        for drop, end, flat in _edges(levels)
        if drop >= (_DROP_TO_FLAT if flat else _DROP)
    ]
    return max(steep)[1] if steep else most


def _edges(levels: npt.NDArray[np.float64]) -> list[tuple[float, float, bool]]:
    """For each frequency: by how much dB it falls there for good, Hz, is it even above?"""
    bands = np.arange(max(_BELOW, round(_LOWEST / _BAND)), len(levels) - _GAP)
    if not len(bands):
        return []
    most = np.maximum.accumulate(levels[::-1])[::-1][bands + _GAP]
    least = np.minimum.accumulate(levels[::-1])[::-1][bands + _GAP]
    below = np.lib.stride_tricks.sliding_window_view(levels, _BELOW).min(axis=1)[bands - _BELOW]
    flat = (most - least <= _FLAT) & (len(levels) - bands - _GAP > _BELOW)
    ends = (bands * _BAND).tolist()
    return list(zip((below - most).tolist(), ends, flat.tolist(), strict=True))


def _levels(audio: Audio) -> tuple[npt.NDArray[np.float64] | None, int | None]:
    """Level of the loud frames of each band in dB `[bands]`, None if there is no sound.

    And the earlier rate of which there is an image, or None.
    """
    rate = audio.sample_rate
    size, hop = _window(rate), round(_HOP * rate)
    taper, starts = _analysis(rate, size)
    bands, mirrors = [], Mirrors(rate, size, hop)
    for part in frames(audio.samples, size, hop):
        spectrum = np.empty((len(part), size // 2 + 1), np.complex64)
        for begin in range(0, len(part), _IN_CACHE):
            some = spectrum[begin : begin + _IN_CACHE]
            tapered = part[begin : begin + _IN_CACHE] * taper
            some[:] = scipy.fft.rfft(tapered, axis=1, overwrite_x=True)
            power = np.square(some.real)
            power += np.square(some.imag)
            bands.append(np.add.reduceat(power, starts, axis=1)[:, :-1])
        mirrors.add(spectrum)
    power = np.concatenate(bands)
    total = power.sum(axis=1)
    if not total.max(initial=0.0) > 0.0:
        return None, None
    heard = power[total > 1e-5 * total.max()]  # within 50 dB: pauses say nothing of the channel
    rank = min(len(heard) - 1, int(_LOUDEST * len(heard)))
    loud = np.partition(heard, rank, axis=0)[rank].astype(np.float64)
    return np.asarray(10.0 * np.log10(loud + 1e-13)), mirrors.rate()


def _window(rate: int) -> int:
    """Samples in a window; at odd rates, which images cannot be sought in, a quick number."""
    exact = WINDOW * rate
    return round(exact) if rate % 25 == 0 else scipy.fft.next_fast_len(round(exact), real=True)


@lru_cache(maxsize=8)
def _analysis(rate: int, size: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """The window, and where the bins of each band begin (the last is the rest above them)."""
    taper = np.hanning(size + 1)[:-1].astype(np.float32)
    count = int(rate / 2 // _BAND)
    starts = np.ceil(np.arange(count + 1) * _BAND * size / rate - 1e-9).astype(np.int64)
    return taper, np.minimum(starts, size // 2)  # at odd rates there may be no rest
