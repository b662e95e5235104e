"""Gaps in time and in frequency (SpecAugment) in a waveform."""

from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.fft

from malsori.errors import MalsoriError
from malsori.signals.audio import Audio
from malsori.signals.augment.base import Transform
from malsori.signals.ranges import check_share
from malsori.signals.spectra import hz_to_mel, mel_to_hz

Gaps = list[tuple[float, float]]
"""Begin and end of each, as shares of the whole."""

_EDGE = 0.005  # s; gaps that begin at once would click


class SpecAugment(Transform):
    """Times become silent, and bands between mel frequencies are taken out.

    After Park and others (2019), who mask spectrograms; here the waveform itself has the gaps, so
    that any encoder hears them.

    Args:
        times: Gaps in time.
        time: Longest of them, as a share of the recording.
        bands: Gaps in frequency.
        band: Widest of them, as a share of the mel scale up to half the sample rate.

    Example:
        >>> noise = np.random.default_rng(1).normal(size=8000).astype(np.float32)
        >>> heard = SpecAugment(bands=0)(Audio(noise, 8000), np.random.default_rng(0)).samples
        >>> bool((heard == 0).any()), bool((heard == noise).any())
        (True, True)
    """

    def __init__(
        self, *, times: int = 2, time: float = 0.1, bands: int = 2, band: float = 0.1
    ) -> None:
        _check(times, time, bands, band)
        self.times, self.time, self.bands, self.band = times, time, bands, band

    def __call__(self, audio: Audio, rng: np.random.Generator) -> Audio:
        """The audio with gaps, of the same length."""
        silent, missing = (
            draw_gaps(rng, self.times, self.time),
            draw_gaps(rng, self.bands, self.band),
        )
        samples, rate = audio.samples, audio.sample_rate
        if missing:
            samples = _without(samples, rate, missing)
        if silent:
            seconds = np.arange(len(samples), dtype=np.float32) / np.float32(rate)
            ends = [(a * audio.duration, b * audio.duration) for a, b in silent]
            samples = samples * _open(seconds, ends, _EDGE)
        return Audio(np.array(samples, np.float32), rate)


def draw_gaps(rng: np.random.Generator, count: int, widest: float) -> Gaps:
    """Gaps anywhere in the whole, each as wide as U(0, widest)."""
    widths = rng.uniform(0, widest, count)
    begins = rng.uniform(0, 1, count) * (1 - widths)
    return [(float(a), float(a + w)) for a, w in zip(begins, widths, strict=True)]


def _check(times: int, time: float, bands: int, band: float) -> None:
    check_share(time, "time")
    check_share(band, "band")
    if times < 0 or bands < 0 or times + bands < 1:
        raise MalsoriError(
            f"times and bands: no {times} gaps in time and {bands} in frequency",
            hint="none below 0, and one at least",
        )


def _without(samples: npt.NDArray[np.float32], rate: int, gaps: Gaps) -> npt.NDArray[np.float32]:
    """The signal without some bands, by one transform of the whole: no delay, no filter order."""
    size = scipy.fft.next_fast_len(len(samples), real=True)
    spectrum = scipy.fft.rfft(samples, size)
    hz = np.linspace(0, rate / 2, len(spectrum), dtype=np.float32)
    top = float(hz_to_mel(rate / 2))
    ends = [(float(mel_to_hz(a * top)), float(mel_to_hz(b * top))) for a, b in gaps]
    spectrum *= _open(hz, ends, 20.0)
    back: npt.NDArray[np.float32] = scipy.fft.irfft(spectrum, size)[: len(samples)]
    return back


def _open(axis: npt.NDArray[np.float32], gaps: Gaps, edge: float) -> npt.NDArray[np.floating[Any]]:
    """1 outside of gaps, 0 inside, with slopes outside each gap that are `edge` wide."""
    opened = np.ones(len(axis), np.float32)
    for begin, end in gaps:
        away = np.maximum(begin - axis, axis - end) / np.float32(edge)
        opened *= np.float32(0.5) - np.float32(0.5) * np.cos(np.pi * away.clip(0, 1))
    return opened
