"""How one period of the voice differs from the next: jitter-like, shimmer-like, harmonicity.

Praat follows every glottal cycle; here one pair of neighbouring cycles is compared every 10 ms,
with the waveform itself as the yardstick. That is all of them up to 100 Hz and a sample of them
above, so means agree and it costs a fraction.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from malsori.signals.frames import Floats
from malsori.signals.prosody import HOP, Pitch

Ints = npt.NDArray[np.int64]
_SEARCH = 0.12  # of a period: what two neighbouring ones may differ by
_ALIKE = np.float32(0.5)  # correlation below which two cycles are not the same voice
_HIGHEST = np.float32(0.9999)  # 40 dB of harmonicity; more is the grid of the samples


@dataclass(frozen=True)
class Periods:
    """Differences of neighbouring periods; NaN where there is no voice, or no two alike cycles."""

    jitter: Floats  # float32 `[N]`, difference of two periods in % of their mean
    shimmer: Floats  # float32 `[N]`, difference of the levels of two cycles, dB
    harmonicity: Floats  # float32 `[N]`, harmonics to noise, dB, up to 40


def periods(samples: Floats, rate: int, pitch: Pitch) -> Periods:
    """Compares the cycle at each voiced frame with the one before and the one after.

    A cycle begins a little before the strongest sample near the frame's middle. The distance to
    the next is where the waveform repeats best, up to 12 % beside the pitch, and between samples
    by a parabola.

    Args:
        samples: float32 `[T]`.
        rate: sample rate in Hz.
        pitch: of these samples, `[N]` frames.
    """
    found = np.full((3, len(pitch.f0)), np.nan, np.float32)
    where = np.flatnonzero(pitch.voiced)
    if len(where):
        length = np.rint(rate / pitch.f0[where]).astype(np.int64)
        reach = 4 * int(length.max()) + round(HOP * rate)
        padded = np.pad(np.asarray(samples, np.float32), reach)
        middle = reach + ((where + 0.5) * HOP * rate).astype(np.int64)
        begin = _beginning(padded, middle, length)
        after, alike_after = _distance(padded, begin, length, 1)
        before, alike_before = _distance(padded, begin, length, -1)
        both = (alike_after > _ALIKE) & (alike_before > _ALIKE)
        found[0, where] = np.where(both, 200 * np.abs(after - before) / (after + before), np.nan)
        level = _level(padded, begin, length)
        next_ = begin + np.rint(np.where(both, after, length)).astype(np.int64)
        change = 20 * np.abs(np.log10(_level(padded, next_, length) / level))
        found[1, where] = np.where(both, change, np.nan)
        alike = np.where(both, np.minimum((alike_after + alike_before) / 2, _HIGHEST), np.nan)
        found[2, where] = 10 * np.log10(alike / (1 - alike))
    return Periods(*found)


def _beginning(padded: Floats, middle: Ints, length: Ints) -> Ints:
    """A tenth of a period before the strongest sample within half a period around the middle."""
    longest = int(length.max())
    start = middle - length // 2
    around = np.abs(np.lib.stride_tricks.sliding_window_view(padded, longest)[start])
    around[np.arange(longest) >= length[:, None]] = -1.0
    begin: Ints = start + around.argmax(axis=1) - length // 10
    return begin


def _distance(padded: Floats, begin: Ints, length: Ints, side: int) -> tuple[Floats, Floats]:
    """Samples to the neighbouring cycle and the correlation with it, NaN where at no maximum."""
    width = int(np.ceil(np.percentile(length, 95)))
    reach = max(2, int(np.ceil(_SEARCH * length.max())))
    from_each = np.lib.stride_tricks.sliding_window_view(padded, width)
    here = from_each[begin]
    power = np.einsum("ns,ns->n", here, here)
    alike = np.empty((len(begin), 2 * reach + 1), np.float32)
    for k in range(-reach, reach + 1):
        there = from_each[begin + side * (length + k)]
        scale = np.sqrt(power * np.einsum("ns,ns->n", there, there))
        alike[:, k + reach] = np.einsum("ns,ns->n", here, there) / np.maximum(scale, 1e-12)
    beside = np.abs(np.arange(-reach, reach + 1)) > np.maximum(2, _SEARCH * length)[:, None]
    alike[beside] = -1.0
    rows, best = np.arange(len(begin)), alike.argmax(axis=1)
    inside = best.clip(1, 2 * reach - 1)
    left, at, right = (alike[rows, inside + k] for k in (-1, 0, 1))
    curve = left - 2 * at + right
    peak = (best == inside) & (left > -1) & (right > -1) & (curve < 0)
    shift = np.where(peak, 0.5 * (left - right) / np.where(peak, curve, 1.0), np.nan)
    height = np.where(peak, at - 0.25 * (left - right) * shift, at)
    alike_at: Floats = np.where(peak, height, 0.0).astype(np.float32)
    return (length + inside - reach + shift).astype(np.float32), alike_at


def _level(padded: Floats, begin: Ints, length: Ints) -> Floats:
    """Root of the mean square of one period."""
    running = np.concatenate([[0.0], np.cumsum(padded.astype(np.float64) ** 2)])
    power = (running[begin + length] - running[begin]) / length
    level: Floats = np.sqrt(np.maximum(power, 1e-12)).astype(np.float32)
    return level
