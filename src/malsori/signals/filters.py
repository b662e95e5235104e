"""Short filters over long sounds, without `scipy.signal`, whose import alone takes 50 MB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
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
    return next(all_filtered(samples, [taps]))


def all_filtered(samples: Floats, filters: Sequence[Floats]) -> Iterator[Floats]:
    """A sound through each of several filters of one length, as `filtered`, but quicker."""
    count = len(filters[0])
    step = _SIZE - count + 1
    blocks = -(-len(samples) // step)
    pieces = np.zeros((blocks, _SIZE), np.float32)
    whole_pieces = len(samples) // step
    pieces[:whole_pieces, :step] = samples[: whole_pieces * step].reshape(-1, step)
    rest = samples[whole_pieces * step :]
    if len(rest):
        pieces[-1, : len(rest)] = rest
    spectra = scipy.fft.rfft(pieces, axis=1)
    for taps in filters:
        through = scipy.fft.irfft(
            spectra * _spectrum(np.asarray(taps, np.float32).tobytes()), _SIZE, axis=1
        )
        whole = np.zeros((blocks + 1, step), np.float32)
        whole[:-1] = through[:, :step]
        whole[1:, : count - 1] += through[:, step:]
        begin = (count - 1) // 2
        same: Floats = whole.ravel()[begin : begin + len(samples)]
        yield same


@lru_cache(maxsize=64)
def _spectrum(taps: bytes) -> np.ndarray[Any, np.dtype[np.complex64]]:
    """Of a filter's taps, which are the same for thousands of recordings."""
    found: np.ndarray[Any, np.dtype[np.complex64]]
    found = scipy.fft.rfft(np.frombuffer(taps, np.float32), _SIZE)
    return found
