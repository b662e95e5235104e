"""A higher or lower voice in the same tempo."""

import numpy as np

from malsori.signals.audio import Audio
from malsori.signals.augment.base import Transform
from malsori.signals.ranges import check_range
from malsori.signals.wsola import shift_pitch


class Pitch(Transform):
    """The voice by some semitones higher or lower, formants included; the length stays.

    Study C: `{kind: pitch, low: 0.7, high: 0.7}`. Pitch tells speakers and emotions, so a wide
    range takes away what some tasks are about.

    Args:
        low: Semitones, negative for a lower voice.
        high: Semitones.

    Example:
        >>> second = Audio(np.zeros(8000, np.float32), 8000)
        >>> Pitch()(second, np.random.default_rng(0)).duration
        1.0
    """

    def __init__(self, *, low: float = -2.0, high: float = 2.0) -> None:
        check_range(low, high, -12, 12, "semitones")
        self.low, self.high = low, high

    def __call__(self, audio: Audio, rng: np.random.Generator) -> Audio:
        """The audio with another pitch."""
        semitones = rng.uniform(self.low, self.high)
        return Audio(shift_pitch(audio.samples, audio.sample_rate, semitones), audio.sample_rate)
