"""The band of a telephone line."""

import numpy as np

from malsori.signals.audio import Audio
from malsori.signals.augment.base import Transform
from malsori.signals.ranges import check_range
from malsori.signals.telephone import band_pass


class Telephone(Transform):
    """Keeps 300 to 3400 Hz, without delay; the sample rate stays.

    With `mu_law` or `codec` behind it, what arrives over a line.

    Args:
        low: Lower edge in Hz.
        high: Upper edge in Hz.

    Example:
        >>> hum = Audio(np.sin(np.arange(16000) * 2 * np.pi * 50 / 16000).astype(np.float32), 16000)
        >>> heard = Telephone()(hum, np.random.default_rng(0)).samples
        >>> bool(np.abs(heard[4000:12000]).max() < 1e-3)
        True
    """

    def __init__(self, *, low: float = 300.0, high: float = 3400.0) -> None:
        check_range(low, high, 20, 24000, "Hz")
        self.low, self.high = low, high

    def __call__(self, audio: Audio, rng: np.random.Generator) -> Audio:  # noqa: ARG002
        """The audio in that band; nothing is drawn."""
        return band_pass(audio, self.low, self.high)
