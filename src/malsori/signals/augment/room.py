"""A room around the speaker."""

import numpy as np
import scipy.signal

from malsori.signals.audio import Audio
from malsori.signals.augment.base import Transform
from malsori.signals.ranges import check_range


class Room(Transform):
    """Reverberation by a made-up room response: the direct sound, and noise that dies away.

    The tail is Gaussian noise that falls by 60 dB within the reverberation time (Polack's model),
    from 2 to 10 ms behind the direct sound on. Level and length of the recording stay; what would
    sound on behind its end is cut off.

    Args:
        low: Shortest reverberation time in s; 0.2 is a furnished room.
        high: Longest in s; 1 is a hall.
        near: Largest ratio of direct to reverberant energy in dB: the speaker is close.
        far: Smallest, in dB.

    Example:
        >>> click = np.zeros(8000, np.float32)
        >>> click[0] = 1
        >>> heard = Room()(Audio(click, 8000), np.random.default_rng(0)).samples
        >>> int(np.abs(heard).argmax()), bool(np.abs(heard[100:400]).any())
        (0, True)
    """

    def __init__(
        self, *, low: float = 0.1, high: float = 0.6, near: float = 15.0, far: float = 3.0
    ) -> None:
        check_range(low, high, 0.02, 10, "s")
        check_range(far, near, -20, 60, "dB", names="far and near")
        self.low, self.high, self.near, self.far = low, high, near, far

    def __call__(self, audio: Audio, rng: np.random.Generator) -> Audio:
        """The audio in a room of its own."""
        response = self._response(audio.sample_rate, rng)
        samples = audio.samples
        # A tail longer than the recording is never heard, and costs.
        heard = scipy.signal.oaconvolve(samples, response[: len(samples)])[: len(samples)]
        before, after = (float(np.sqrt(np.mean(np.square(x)))) for x in (samples, heard))
        if after > 0:
            heard *= before / after
        return Audio(heard.astype(np.float32), audio.sample_rate)

    def _response(self, rate: int, rng: np.random.Generator) -> np.ndarray:
        """The room's answer to a click."""
        seconds = rng.uniform(self.low, self.high)
        ratio = rng.uniform(self.far, self.near)
        delay = max(1, round(rng.uniform(0.002, 0.010) * rate))
        count = max(1, round(seconds * rate))
        tail = rng.standard_normal(count) * 10 ** (-3 * np.arange(count) / count)
        tail *= 10 ** (-ratio / 20) / np.sqrt(np.sum(tail**2))
        response = np.concatenate([np.zeros(delay), tail])
        response[0] = 1.0
        return response.astype(np.float32)
