"""What a recording sounds like in a few numbers: copies agree after trimming or a level change.

After Haitsma & Kalker, *A Highly Robust Audio Fingerprinting System* (ISMIR 2002): a word of 32
bits says in which of eight pairs of neighbouring bands, and between which of five moments, the
difference of energies grows. There the moments lie on a grid, so a copy that begins a few
samples later gives other words. Here they lie around *landmarks* that the sound itself sets:
the peaks of the energy in three bands. A trimmed copy has its peaks at the same places in the
sound, and so the same words but for those near its ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import scipy  # its rooms are loaded where they are used
import soxr

from malsori.signals.audio import Audio
from malsori.signals.filters import all_filtered, band_pass_taps, filtered

Words = np.ndarray[Any, np.dtype[np.uint32]]
Places = np.ndarray[Any, np.dtype[np.int64]]
Floats = np.ndarray[Any, np.dtype[np.float32]]

MOST: Final = 128
"""Landmarks kept of one utterance."""
FRAME: Final = 0.002
"""Seconds in one step of ``at``."""
SAME: Final = 0.3
"""From this ``same_sound`` on, two sounds are called one recording."""

_RATE: Final = 8000  # what telephone audio and studio audio have in common
_ANCHOR_BANDS: Final = ((200.0, 800.0), (800.0, 1900.0), (1900.0, 3400.0))
_TAPS: Final = 65
_SMOOTH: Final = 320  # 40 ms: longer than a period of a low voice
_REACH: Final = 240  # a peak is the highest within 30 ms to each side …
_VALLEY: Final = 800  # … and 2 dB above the lowest within 100 ms, or it is a steady sound
_PROMINENCE: Final = 1.6
_FLOOR: Final = 10.0**-7.6  # mean square of a band: about what rounding to 16 bit leaves
_SIZE: Final = 512
_MOMENTS: Final = (-640, -320, 0, 320, 640)
_EDGES: Final = np.geomspace(200.0, 3400.0, 10)
_FEWEST: Final = 4  # landmarks that agree; fewer do by chance
_AT_ONCE: Final = 512  # landmarks; bounds memory on calls of any length
_SLACK: Final = 2  # steps by which the distance of two landmarks may differ in a copy


@dataclass(frozen=True)
class Fingerprint:
    """The landmarks of a sound, in the order of time.

    Attributes:
        words: What is heard around each landmark, uint32 ``[n]``, n ≤ 128, all different.
        at: Where it lies, in steps of 2 ms from the beginning, uint32 ``[n]``.
    """

    words: Words
    at: Words

    def __len__(self) -> int:
        """How many landmarks there are."""
        return len(self.words)


def fingerprint(audio: Audio) -> Fingerprint:
    """Finds the landmarks of a sound.

    They do not depend on its level (as long as nothing clips and it stays some 15 dB above the
    rounding of 16 bit), on what stands more than 0.15 s away, or on its sample rate from 8 kHz
    on. Of a long sound the 128 with the smallest hash of their word are kept, so the landmarks
    of a part are mostly among those of the whole. Silence, steady tones and steady noise have
    none, and neither has a sound shorter than about 0.25 s.

    Args:
        audio: The sound, at any sample rate.

    Returns:
        Its landmarks; none for silence.
    """
    samples = np.ascontiguousarray(audio.samples, np.float32)
    if audio.sample_rate != _RATE and len(samples):
        samples = soxr.resample(samples, audio.sample_rate, _RATE, quality="MQ")
    anchors = _anchors(samples)
    words = _words(samples, anchors)
    # Bands that peak together say the same: one landmark.
    alone = np.ones(len(words), bool)
    alone[1:] = (words[1:] != words[:-1]) | (np.diff(anchors) > _REACH)
    words, anchors = words[alone], anchors[alone]
    # A word that comes back (a beep) would stand for another place in a copy.
    distinct, first, times = np.unique(words, return_index=True, return_counts=True)
    distinct, first = distinct[times == 1], first[times == 1]
    kept = np.argsort(_scramble(distinct), kind="stable")[:MOST]
    at = np.rint(anchors[first[kept]] / (_RATE * FRAME)).astype(np.uint32)
    order = np.argsort(at, kind="stable")
    return Fingerprint(distinct[kept][order], at[order])


def same_sound(a: Fingerprint, b: Fingerprint) -> float:
    """How far two fingerprints are of one recording.

    The words that both hold have to lie at one distance in time. Counted is only the stretch
    that both can cover, so trimming alone does not lower the score.

    Returns:
        Share in 0 … 1 of the landmarks in that stretch that agree; 0.0 where fewer than 4 do
        or the stretch is less than half of the shorter sound.
    """
    _, i, j = np.intersect1d(a.words, b.words, assume_unique=True, return_indices=True)
    if len(i) < _FEWEST:
        return 0.0
    first, second = a.at.astype(np.int64), b.at.astype(np.int64)
    shift = first[i] - second[j]
    offset, agreeing = _commonest(shift)
    if agreeing < _FEWEST:
        return 0.0
    second = second + offset
    begin, end = max(first[0], second[0]) - _SLACK, min(first[-1], second[-1]) + _SLACK
    inside = [int(((at >= begin) & (at <= end)).sum()) for at in (first, second)]
    if 2 * (end - begin) < min(np.ptp(first), np.ptp(second)):
        return 0.0
    return min(1.0, agreeing / min(inside))


def _commonest(shift: Places) -> tuple[int, int]:
    """The distance that most pairs have, give or take the slack, and how many have it."""
    ordered = np.sort(shift)
    upto = np.searchsorted(ordered, ordered + 2 * _SLACK, side="right")
    counts = upto - np.arange(len(ordered))
    best = int(counts.argmax())
    return int(np.median(ordered[best : upto[best]])), int(counts[best])


def _anchors(samples: Floats) -> Places:
    """Samples where the energy of a band peaks ``[n]``, far enough from both ends."""
    margin = -_MOMENTS[0] + _SIZE // 2
    if len(samples) <= 2 * margin:
        return np.zeros(0, np.int64)
    bands = all_filtered(samples, _filters())
    found = [_peaks(filtered(band * band, _smoother())) for band in bands]
    anchors = np.unique(np.concatenate(found))
    inside: Places = anchors[(anchors >= margin) & (anchors < len(samples) - margin)]
    return inside


def _peaks(energy: Floats) -> Places:
    """Where an energy is above the floor, the highest around, and well above its valleys."""
    rising = energy[1:] > energy[:-1]
    tops = 1 + np.flatnonzero(rising[:-1] & ~rising[1:])
    tops = tops[energy[tops] > _FLOOR]
    tops, around = _around(energy, tops, _REACH)
    tops = tops[energy[tops] >= around.max(axis=1)]
    tops, around = _around(energy, tops, _VALLEY)
    clear: Places = tops[energy[tops] > _PROMINENCE * around.min(axis=1)]
    return clear


def _around(energy: Floats, tops: Places, reach: int) -> tuple[Places, Floats]:
    """The places with so many samples to both sides, and these samples ``[n, 2 reach + 1]``."""
    tops = tops[(tops >= reach) & (tops < len(energy) - reach)]
    return tops, _windows(energy, 2 * reach + 1)[tops - reach]


def _windows(values: Floats, size: int) -> Floats:
    """`sliding_window_view` without its checks, which cost more than what is made of a view."""
    step = values.strides[0]
    shape = (max(len(values) - size + 1, 0), size)
    view: Floats = np.ndarray(shape, values.dtype, values, strides=(step, step))
    return view


def _words(samples: Floats, anchors: Places) -> Words:
    """The 32 signs around each anchor as one number ``[n]``."""
    words = np.zeros(len(anchors), np.uint32)
    for begin in range(0, len(anchors), _AT_ONCE):
        some = anchors[begin : begin + _AT_ONCE]
        starts = some[:, None] + np.asarray(_MOMENTS) - _SIZE // 2
        windows = _windows(samples, _SIZE)[starts]
        windows *= _taper()  # fancy indexing has copied them
        spectrum = scipy.fft.rfft(windows, axis=-1, overwrite_x=True)
        power = np.square(spectrum.real)
        power += np.square(spectrum.imag)
        energies = power @ _bands()
        signs = np.diff(np.diff(energies, axis=2), axis=1) > 0  # [n, 4 steps, 8 pairs of bands]
        packed = np.packbits(signs.reshape(len(some), 32), axis=1)
        words[begin : begin + len(some)] = packed.view(">u4").ravel()
    return words


def _scramble(words: Words) -> Words:
    """A hash of each word: whose words are kept says nothing of how they sound."""
    h = words.astype(np.uint64)
    for multiplier in (0x85EBCA6B, 0xC2B2AE35):
        h = ((h ^ (h >> np.uint64(16))) * np.uint64(multiplier)) & np.uint64(0xFFFFFFFF)
    return (h ^ (h >> np.uint64(16))).astype(np.uint32)


@lru_cache(maxsize=1)
def _filters() -> list[Floats]:
    return [band_pass_taps(_TAPS, low, high, _RATE) for low, high in _ANCHOR_BANDS]


@lru_cache(maxsize=1)
def _smoother() -> Floats:
    window = np.hanning(_SMOOTH + 2)[1:-1]
    smoother: Floats = (window / window.sum()).astype(np.float32)
    return smoother


@lru_cache(maxsize=1)
def _taper() -> Floats:
    taper: Floats = np.hanning(_SIZE).astype(np.float32)
    return taper


@lru_cache(maxsize=1)
def _bands() -> Floats:
    """From a power spectrum to the energies of nine bands ``[257, 9]``."""
    hertz = np.fft.rfftfreq(_SIZE, 1 / _RATE)[:, None]
    return ((hertz >= _EDGES[:-1]) & (hertz < _EDGES[1:])).astype(np.float32)
