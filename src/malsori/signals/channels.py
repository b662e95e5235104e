"""Channels of a recording: one of them or their average, and what averaging does to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from malsori.signals.waveform import Samples

CANCELLED: Final = -12.0
"""dB: channels whose average is softer than they are by so much cancel each other; what two have
nothing in common loses 3 dB, what one of eight alone has 9."""
_DEAD: Final = -50.0  # dB below the loudest channel, of a microphone that was not plugged in
ALIKE: Final = 0.5  # correlation: one room through two microphones has more, two rooms nothing
_SILENT: Final = 1e-10  # power, −100 dBFS
_LEAST: Final = -120.0  # dB
_AT_ONCE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Channels:
    """What several channels are to each other.

    Attributes:
        count: how many there are.
        change: level of their average beside that of the channels themselves, dB: 0 if all are
            the same, about −3 for two that have nothing in common, −120 if nothing is left.
        dead: how many hold no sound while another does.
        alike: lowest correlation of a channel with the loudest one, −1 … 1, of those with sound;
            1 where there is none.
    """

    count: int
    change: float
    dead: int
    alike: float

    @property
    def cancelled(self) -> bool:
        """Whether they cancel each other when they are averaged."""
        return self.change <= CANCELLED

    @property
    def different(self) -> bool:
        """Whether they hold different sounds, as the two sides of a call."""
        return self.dead < self.count - 1 and abs(self.alike) < ALIKE


def mixed(frames: Samples, channel: int | None = None) -> Samples:
    """One channel, or the average of all.

    Args:
        frames: float32 `[T, channels]`.
        channel: which one, from 0; None for all.

    Example:
        >>> two = np.float32([[0.5, 0.0], [0.5, -0.5]])
        >>> mixed(two).tolist(), mixed(two, 1).tolist()
        ([0.25, 0.0], [0.0, -0.5])
    """
    if channel is not None:
        return frames[:, channel]
    if frames.shape[1] == 1:
        return frames[:, 0]
    if frames.shape[1] == 2:  # to the same bits, several times as fast
        both: Samples = (frames[:, 0] + frames[:, 1]) / np.float32(2)
        return both
    average: Samples = frames.mean(axis=1)
    return average


def compare(frames: Samples) -> Channels:
    """Looks what channels `[T, channels]`, two or more, are to each other.

    Example:
        >>> wave = np.sin(np.arange(800, dtype=np.float32))
        >>> found = compare(np.stack([wave, -wave], axis=1))
        >>> found.cancelled, found.change, round(found.alike)
        (True, -120.0, -1)
    """
    count = frames.shape[1]
    products = np.zeros((count, count))
    for start in range(0, len(frames), _AT_ONCE):
        part = frames[start : start + _AT_ONCE]
        products += part.T @ part
    products /= max(len(frames), 1)
    power = np.maximum(np.diagonal(products), 0.0)
    loudest = int(power.argmax())
    if power[loudest] <= _SILENT:
        return Channels(count, 0.0, 0, 1.0)
    mean = max(float(products.sum()) / count**2, 0.0)
    change = 10.0 * np.log10(max(mean / float(power.mean()), 10.0 ** (_LEAST / 10)))
    alive = power > max(_SILENT, float(power[loudest]) * 10.0 ** (_DEAD / 10))
    with np.errstate(all="ignore"):
        likeness = products[loudest] / np.sqrt(power * power[loudest])
    alike = float(likeness[alive].min())
    return Channels(count, round(float(change), 2), int((~alive).sum()), round(alike, 4))
