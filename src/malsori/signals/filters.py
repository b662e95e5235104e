"""Short filters over long sounds, without `scipy.signal`, whose import alone takes 50 MB."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import scipy  # its rooms are loaded where they are used

Floats = np.ndarray[Any, np.dtype[np.float32]]

_SIZE: Final = 4096


def band_pass_taps(count: int, low: float, high: float, sample_rate: int) -> Floats:
    """A band-pass filter: a sinc under a Hamming window, with gain 1 in the middle of the band.

    Args:
        count: taps, odd.
        low: lower edge, Hz.
        high: upper edge, Hz.
        sample_rate: Hz.

    Returns:
        Its taps, float32 `[count]`, symmetric.
    """
    places = np.arange(count) - (count - 1) / 2
    right, left = (2 * edge / sample_rate for edge in (high, low))
    taps = right * np.sinc(right * places) - left * np.sinc(left * places)
    taps *= np.hamming(count)
    middle = (low + high) / sample_rate
    gain = np.sum(taps * np.cos(np.pi * places * middle))
    scaled: Floats = (taps / gain).astype(np.float32)
    return scaled


def filtered(samples: Floats, taps: Floats) -> Floats:
    """A sound through a filter, by overlapping pieces; as long as it was, and not delayed.

    Args:
        samples: float32 `[T]`.
        taps: float32 `[n]`, n at most a few hundred.

    Returns:
        float32 `[T]`.

    Example:
        >>> filtered(np.float32([0, 1, 1, 1]), np.float32([1, 2, 3])).round(3).tolist()
        [1.0, 3.0, 6.0, 5.0]
    """
    count, step = len(taps), _SIZE - len(taps) + 1
    blocks = -(-len(samples) // step)
    pieces = np.zeros((blocks, step), np.float32)
    pieces.ravel()[: len(samples)] = samples
    spectra = scipy.fft.rfft(pieces, _SIZE, axis=1) * scipy.fft.rfft(taps, _SIZE)
    through = scipy.fft.irfft(spectra, _SIZE, axis=1)
    whole = np.zeros((blocks + 1, step), np.float32)
    whole[:-1] = through[:, :step]
    whole[1:, : count - 1] += through[:, step:]
    begin = (count - 1) // 2
    same: Floats = whole.ravel()[begin : begin + len(samples)]
    return same
