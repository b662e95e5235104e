"""Noise at a signal-to-noise ratio."""

import numpy as np

from malsori.signals.audio import Audio
from malsori.signals.augment.base import Transform
from malsori.signals.ranges import check_range
from malsori.signals.telephone import add_noise


class Noise(Transform):
    """Gaussian noise at an exact signal-to-noise ratio, drawn evenly from a range of dB.

    Args:
        low: Smallest ratio in dB (loudest noise).
        high: Largest ratio in dB.
        colour: The noise's power falls as 1/f**colour above 100 Hz: 0 white, 1 pink, 2 brown.

    Example:
        >>> tone = Audio(np.sin(np.arange(8000, dtype=np.float32)), 8000)
        >>> noise = Noise(low=10, high=10)(tone, np.random.default_rng(0)).samples - tone.samples
        >>> float(10 * np.log10(np.mean(tone.samples**2) / np.mean(noise**2)).round(2))
        10.0
    """

    def __init__(self, *, low: float = 5.0, high: float = 20.0, colour: float = 0.0) -> None:
        check_range(low, high, -20, 100, "dB")
        check_range(colour, colour, 0, 4, "as the exponent", names="colour")
        self.low, self.high, self.colour = low, high, colour

    def __call__(self, audio: Audio, rng: np.random.Generator) -> Audio:
        """The audio in noise; silence stays silent, since it has no ratio to noise."""
        return add_noise(audio, rng.uniform(self.low, self.high), rng, colour=self.colour)
