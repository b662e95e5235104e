"""Spectra on the mel scale, and cepstra."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import scipy.fft

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
    """The inverse of `hz_to_mel`.

    Example:
        >>> float(mel_to_hz(hz_to_mel(440.0)).round(6))
        440.0
    """
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

    Example:
        >>> mel_filterbank(8000, 256, 24, 100.0, 4000.0).shape
        (129, 24)
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
    size, step = round(window * rate), round(hop * rate)
    n_fft = scipy.fft.next_fast_len(size, real=True)
    bank = mel_filterbank(rate, n_fft, bands, low, high or rate / 2)
    taper = np.hanning(size + 1)[:-1]
    taper = (taper * 2.0 / taper.sum()).astype(np.float32)  # a full-scale sine peaks at 0 dB
    result = np.empty((frame_count(len(samples), step), bands), np.float32)
    done = 0
    for part in frames(samples, size, step):
        spectrum = scipy.fft.rfft(part * taper, n_fft)
        power = spectrum.real**2 + spectrum.imag**2
        result[done : done + len(part)] = power @ bank
        done += len(part)
    np.maximum(result, 10.0 ** (FLOOR_DB / 10.0), out=result)
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
