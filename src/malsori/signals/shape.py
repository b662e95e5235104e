"""The shape of a spectrum, frame by frame: where its power lies, and how evenly.

Definitions are librosa's where it has them (magnitudes for centroid, bandwidth, contrast and
roll-off, power for flatness), so that numbers can be compared; and those of the minimal acoustic
parameter set (Eyben and others, 2016) for slopes and ratios. A frame without any power has no
shape: NaN.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from malsori.signals.frames import Floats

_LEAST = np.float32(1e-10)  # power below this is silence, as in librosa
_QUANTILE = 0.02  # of the bins of a band are its peak, and its valley


@lru_cache(maxsize=16)
def frequencies(rate: int, n_fft: int) -> Floats:
    """Hz of each bin, float32 `[n_fft // 2 + 1]`, read-only.

    Example:
        >>> frequencies(8000, 8).tolist()
        [0.0, 1000.0, 2000.0, 3000.0, 4000.0]
    """
    hz = (np.arange(n_fft // 2 + 1) * (rate / n_fft)).astype(np.float32)
    hz.flags.writeable = False
    return hz


def sounding(power: Floats) -> npt.NDArray[np.bool_]:
    """Which frames have any power at all, bool `[N]`."""
    loud: npt.NDArray[np.bool_] = power.max(axis=1) > _LEAST
    return loud


def centroid_and_bandwidth(magnitude: Floats, hz: Floats) -> tuple[Floats, Floats]:
    """Mean frequency and the deviation around it, weighted by magnitude, Hz.

    Args:
        magnitude: float32 `[N, bins]`.
        hz: of the bins, `[bins]`.

    Returns:
        Two float32 `[N]`.

    Example:
        >>> centroid, bandwidth = centroid_and_bandwidth(np.float32([[1, 1]]), np.float32([0, 8]))
        >>> centroid.tolist(), bandwidth.tolist()
        ([4.0], [4.0])
    """
    total = _known(magnitude.sum(axis=1))
    centre = (magnitude @ hz) / total
    square = (magnitude @ hz**2) / total
    return centre, np.sqrt(np.maximum(square - centre**2, 0.0))


def roll_off(magnitude: Floats, hz: Floats, share: float = 0.85) -> Floats:
    """The lowest frequency below which `share` of the magnitude lies, Hz `[N]`.

    Example:
        >>> roll_off(np.float32([[1, 1, 1, 1]]), np.float32([0, 1, 2, 3]), share=0.5).tolist()
        [1.0]
    """
    running = np.cumsum(magnitude, axis=1)
    total = running[:, -1:]
    at = (running < np.float32(share) * total).sum(axis=1)
    return np.where(np.isnan(_known(total[:, 0])), np.nan, hz[at]).astype(np.float32)


def flatness(power: Floats) -> Floats:
    """Geometric by arithmetic mean of the power, 0 (one tone) to 1 (white) `[N]`.

    Example:
        >>> flatness(np.ones((1, 4), np.float32)).tolist()
        [1.0]
    """
    floored = np.maximum(power, _LEAST)
    mean = np.exp(np.log(floored).mean(axis=1)) / floored.mean(axis=1)
    return np.where(sounding(power), mean, np.nan).astype(np.float32)


def contrast(magnitude: Floats, hz: Floats, lowest: float = 200.0) -> Floats:
    """How far peaks stand above valleys in octave bands, dB, the mean over bands `[N]`.

    After Jiang and others (2002). The bands are 0 to 200 Hz and the octaves above it; the last
    one ends at half the sample rate. (librosa's default has six octaves, too many for 8 kHz.)

    Example:
        >>> hz = frequencies(8000, 256)
        >>> contrast(np.ones((1, 129), np.float32), hz).tolist()
        [0.0]
    """
    decibels = []
    for bins, count in contrast_bands(tuple(hz.tolist()), lowest):
        ordered = np.sort(magnitude[:, bins], axis=1)
        peak, valley = ordered[:, -count:].mean(axis=1), ordered[:, :count].mean(axis=1)
        ratio = np.maximum(peak, _LEAST) / np.maximum(valley, _LEAST)
        decibels.append(np.float32(10.0) * np.log10(ratio))
    mean = np.mean(decibels, axis=0)
    return np.where(magnitude.max(axis=1) ** 2 > _LEAST, mean, np.nan).astype(np.float32)


@lru_cache(maxsize=16)
def contrast_bands(hz: tuple[float, ...], lowest: float) -> tuple[tuple[slice, int], ...]:
    """The bins of each band of `contrast`, and how many of them are the peak.

    A band has one more bin below, and gives its last bin to the next, as in librosa.
    """
    bins = np.array(hz)
    octaves = max(1, int(np.ceil(np.log2(bins[-1] / lowest))))
    limits = [0.0, *(lowest * 2.0**k for k in range(octaves + 1))]
    bands = []
    for k in range(octaves):
        inside = np.flatnonzero((bins >= limits[k]) & (bins <= limits[k + 1]))
        first = int(inside[0]) - (k > 0)
        last = len(bins) if k == octaves - 1 else int(inside[-1]) + 1
        count = max(1, round(_QUANTILE * (last - first)))
        bands.append((slice(first, last if k == octaves - 1 else last - 1), count))
    return tuple(bands)


def balance(power: Floats, hz: Floats) -> tuple[Floats, Floats]:
    """Alpha ratio and Hammarberg index, dB `[N]` each: how much lies above 1 and 2 kHz.

    Alpha: the power from 50 Hz to 1 kHz by that from 1 to 5 kHz. Hammarberg: the strongest bin
    up to 2 kHz by the strongest from 2 to 5 kHz. Both end at half the sample rate if that is less.

    Example:
        >>> hz = np.float32([500, 1500, 3000])
        >>> [x.round().tolist() for x in balance(np.float32([[10, 0.5, 0.5]]), hz)]
        [[10.0], [13.0]]
    """
    low = power[:, (hz >= 50) & (hz < 1000)].sum(axis=1)
    high = power[:, (hz >= 1000) & (hz <= 5000)].sum(axis=1)
    below = power[:, hz < 2000].max(axis=1)
    above = power[:, (hz >= 2000) & (hz <= 5000)].max(axis=1)
    known = sounding(power)
    return _decibels(low, high, known), _decibels(below, above, known)


def slope(decibels: Floats, hz: Floats, low: float, high: float) -> Floats:
    """Slope of the line through a part of the spectrum, dB per kHz `[N]`.

    Args:
        decibels: float32 `[N, bins]`.
        hz: of the bins, `[bins]`.
        low: lowest frequency, Hz.
        high: highest frequency, Hz; at least two bins lie between them.

    Example:
        >>> hz = np.float32([0, 500, 1000])
        >>> slope(np.float32([[0, -6, -12]]), hz, 0, 1000).tolist()
        [-12.0]
    """
    inside = (hz >= low) & (hz <= high)
    x = hz[inside].astype(np.float64) / 1000.0
    x -= x.mean()
    return (decibels[:, inside] @ (x / (x @ x)).astype(np.float32)).astype(np.float32)


def _known(total: Floats) -> Floats:
    """Sums of magnitudes, NaN where there is none."""
    return np.where(total > np.sqrt(_LEAST), total, np.nan).astype(np.float32)


def _decibels(above: Floats, below: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    ratio = np.maximum(above, _LEAST) / np.maximum(below, _LEAST)
    return np.where(known, 10.0 * np.log10(ratio), np.nan).astype(np.float32)
