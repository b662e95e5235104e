"""Another level of recording."""

import numpy as np

from malsori.signals.audio import Audio
from malsori.signals.augment.base import Transform
from malsori.signals.ranges import check_range


class Gain(Transform):
    """A level, drawn evenly from a range of dB; beyond full scale it clips, as a recorder does.

    Args:
        low: Smallest change in dB.
        high: Largest change in dB.
        clip: Whether samples beyond ±1 are cut off.

    Example:
        >>> half = Audio(np.float32([0.5, -0.25]), 8000)
        >>> Gain(low=6.0206, high=6.0206)(half, np.random.default_rng(0)).samples.round(3).tolist()
        [1.0, -0.5]
    """

    def __init__(self, *, low: float = -12.0, high: float = 6.0, clip: bool = True) -> None:
        check_range(low, high, -80, 60, "dB")
        self.low, self.high, self.clip = low, high, clip

    def __call__(self, audio: Audio, rng: np.random.Generator) -> Audio:
        """The audio louder or softer."""
        samples = audio.samples * np.float32(10 ** (rng.uniform(self.low, self.high) / 20))
        if self.clip:
            np.clip(samples, -1.0, 1.0, out=samples)
        return Audio(samples, audio.sample_rate)
