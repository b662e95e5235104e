"""Another tempo at the same pitch."""

import numpy as np

from malsori.signals.audio import Audio
from malsori.signals.augment.base import Transform
from malsori.signals.ranges import check_range
from malsori.signals.wsola import stretch


class Stretch(Transform):
    """Slower or faster speech of the same pitch; the tempo is drawn evenly from a range.

    Study C: `{kind: stretch, low: 0.8, high: 0.8}`.

    Args:
        low: Slowest; 0.8 makes speech 1.25 times as long.
        high: Fastest.

    Example:
        >>> slow = Stretch(low=0.8, high=0.8)
        >>> slow(Audio(np.zeros(8000, np.float32), 8000), np.random.default_rng(0)).duration
        1.25
    """

    def __init__(self, *, low: float = 0.8, high: float = 1.2) -> None:
        check_range(low, high, 0.25, 4, "times")
        self.low, self.high = low, high

    @property
    def longest(self) -> float:
        """Of the slowest tempo."""
        return max(1.0, 1 / self.low)

    def __call__(self, audio: Audio, rng: np.random.Generator) -> Audio:
        """The audio in another tempo."""
        speed = rng.uniform(self.low, self.high)
        return Audio(stretch(audio.samples, audio.sample_rate, speed), audio.sample_rate)
