"""Spectra on the mel scale, and cepstra."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import scipy  # its rooms are loaded where they are used

from malsori.signals.frames import Floats, frame_count, frames

FLOOR_DB = -120.0  # about what the noise of 16 bit quantisation leaves in a bin


def hz_to_mel(hz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The mel scale of O'Shaughnessy (1987): 2595 · log10(1 + f / 700).

    Example:
        >>> float(hz_to_mel(1000.0).round(1))
        1000.0
    """
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(hz, np.float64) / 700.0))


def mel_to_hz(mel: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The inverse of `hz_to_mel`."""
    return np.asarray(700.0 * (10.0 ** (np.asarray(mel, np.float64) / 2595.0) - 1.0))


@lru_cache(maxsize=16)
def mel_filterbank(rate: int, n_fft: int, bands: int, low: float, high: float) -> Floats:
    """Triangles that are equally wide on the mel scale, each with a sum of one.

    A sum of one makes a band the weighted mean of the power in its bins,
    so that levels do not depend on the number of bands or on the transform's length.

    Args:
        rate: sample rate in Hz.
        n_fft: length of the transform.
        bands: how many triangles.
        low: where the first triangle begins, Hz.
        high: where the last triangle ends, Hz; at most half the sample rate.

    Returns:
        float32 `[n_fft // 2 + 1, bands]`, read-only.

    Raises:
        ValueError: if the range is empty or a triangle lies beyond the sample rate.
    """
    if not 0 <= low < high <= rate / 2:
        raise ValueError(f"mel bands from {low} to {high} Hz do not fit a rate of {rate} Hz")
    edges = mel_to_hz(np.linspace(hz_to_mel(low), hz_to_mel(high), bands + 2))
    bins = np.arange(n_fft // 2 + 1)[:, None] * (rate / n_fft)
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    weights = np.maximum(0.0, np.minimum(rising, falling))
    # A triangle narrower than the bins may fall between two of them: take the nearest bin.
    empty = np.flatnonzero(weights.sum(axis=0) == 0)
    weights[np.abs(bins - edges[1:-1][empty]).argmin(axis=0), empty] = 1.0
    bank: Floats = (weights / weights.sum(axis=0)).astype(np.float32)
    bank.flags.writeable = False
    return bank


def log_mel(
    samples: Floats,
    rate: int,
    *,
    bands: int = 32,
    window: float = 0.032,
    hop: float = 0.010,
    low: float = 60.0,
    high: float | None = None,
) -> Floats:
    """Power in mel bands over time, in dB; a full-scale sine in a band is about 0 dB.

    Args:
        samples: float32 `[T]`, T ≥ 1.
        rate: sample rate in Hz.
        bands: mel bands.
        window: length of the Hann window, s.
        hop: from one frame to the next, s.
        low: lowest frequency, Hz.
        high: highest frequency, Hz; None for half the sample rate.

    Returns:
        float32 `[N, bands]`, N = `frame_count(T, hop)`, not below −120 dB.

    Example:
        >>> tone = np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000).astype(np.float32)
        >>> log_mel(tone, 8000).shape
        (100, 32)
    """
    n_fft = transform_length(rate, window)
    result = np.empty((frame_count(len(samples), round(hop * rate)), bands), np.float32)
    done = 0
    for power in power_spectra(samples, rate, window=window, hop=hop):
        rows = result[done : done + len(power)]
        mel_bands(power, rate, n_fft, low=low, high=high, out=rows)
        done += len(power)
    return to_decibels(result)


def mel_bands(
    power: Floats,
    rate: int,
    n_fft: int,
    *,
    low: float = 60.0,
    high: float | None = None,
    out: Floats,
) -> Floats:
    """Power in mel bands, of power in bins `[N, n_fft // 2 + 1]`; fills `out` `[N, bands]`."""
    blocks = _blocks(rate, n_fft, out.shape[1], low, high or rate / 2)
    for bins, columns, weights in blocks:
        np.matmul(power[:, bins], weights, out=out[:, columns])
    return out


def transform_length(rate: int, window: float) -> int:
    """The length of the transform of `power_spectra`: the next that is fast."""
    return int(scipy.fft.next_fast_len(round(window * rate), real=True))


def power_spectra(
    samples: Floats, rate: int, *, window: float = 0.032, hop: float = 0.010
) -> Iterator[Floats]:
    """Power in the bins of a Fourier transform, some frames at a time.

    A full-scale sine in the middle of a bin has a power of one there. Who wants two features of
    spectra takes both from one pass, as the transform costs more than either.

    Args:
        samples: float32 `[T]`, T ≥ 1.
        rate: sample rate in Hz.
        window: length of the Hann window, s.
        hop: from one frame to the next, s.

    Yields:
        float32 `[≤ 512, transform_length // 2 + 1]`, `frame_count(T, hop)` rows in all.

    Example:
        >>> tone = np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000).astype(np.float32)
        >>> power = np.concatenate(list(power_spectra(tone, 8000)))
        >>> power.shape, int(power[50].argmax() * 8000 / 256), float(power[50].max().round(3))
        ((100, 129), 1000, 1.0)
    """
    size, n_fft = round(window * rate), transform_length(rate, window)
    taper = np.hanning(size + 1)[:-1]
    taper = (taper * 2.0 / taper.sum()).astype(np.float32)
    for part in frames(samples, size, round(hop * rate)):
        spectrum = scipy.fft.rfft(part * taper, n_fft)
        power = spectrum.real**2
        power += spectrum.imag**2
        yield power


@lru_cache(maxsize=16)
def _blocks(
    rate: int, n_fft: int, bands: int, low: float, high: float
) -> tuple[tuple[slice, slice, Floats], ...]:
    """The filterbank without most of its zeros: bins, bands, and the weights between them.

    Sixteen neighbouring bands read few bins. Sixteen is what a vector register holds; other
    numbers would be summed in another order, so they keep one block and their last digit.
    """
    bank = mel_filterbank(rate, n_fft, bands, low, high)
    blocks = []
    for first in range(0, bands, size := 16 if bands % 16 == 0 else bands):
        columns = slice(first, first + size)
        used = np.flatnonzero(bank[:, columns].any(axis=1))
        bins = slice(int(used[0]), int(used[-1]) + 1)
        blocks.append((bins, columns, np.ascontiguousarray(bank[bins, columns])))
    return tuple(blocks)


def to_decibels(power: Floats) -> Floats:
    """Power in dB, in place, not below −120 dB.

    Example:
        >>> to_decibels(np.float32([1.0, 0.1, 0.0])).tolist()
        [0.0, -10.0, -120.0]
    """
    result = np.maximum(power, np.float32(10.0 ** (FLOOR_DB / 10.0)), out=power)
    np.log10(result, out=result)
    np.multiply(result, 10.0, out=result)
    return np.maximum(result, FLOOR_DB, out=result)  # rounding may end a hair below


def cepstra(spectrum_db: Floats, count: int = 13) -> Floats:
    """Cepstral coefficients: the orthonormal cosine transform of spectra in dB.

    The first one is the level; the others say the spectrum's shape whatever the level.

    Args:
        spectrum_db: `[N, bands]`, as from `log_mel`.
        count: how many coefficients, from the zeroth on.

    Returns:
        float32 `[N, count]`.

    Example:
        >>> louder = np.full((1, 32), 10.0, np.float32)  # every band by 10 dB
        >>> bool(np.allclose(cepstra(louder)[:, 1:], 0, atol=1e-5))
        True
    """
    transformed = scipy.fft.dct(spectrum_db, type=2, norm="ortho", axis=1)
    return np.ascontiguousarray(transformed[:, :count], np.float32)
