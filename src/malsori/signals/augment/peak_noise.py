"""Noise as a share of the largest amplitude, as study C adds it."""

import numpy as np

from malsori.signals.audio import Audio
from malsori.signals.augment.base import Transform
from malsori.signals.ranges import check_share


class PeakNoise(Transform):
    """White Gaussian noise with deviation `amplitude` · U(0, 1) · max |x|.

    With 0.005 it is hardly heard: the ratio of a voice (peak some 15 dB above its level) to this
    noise is 31 dB where it is loudest. `noise` states the ratio itself.

    Args:
        amplitude: Largest deviation as a share of the peak.

    Example:
        >>> tone = Audio(np.sin(np.arange(8000, dtype=np.float32)), 8000)
        >>> noise = PeakNoise()(tone, np.random.default_rng(0)).samples - tone.samples
        >>> bool(0 < noise.std() < 0.0051)
        True
    """

    def __init__(self, *, amplitude: float = 0.005) -> None:
        check_share(amplitude, "amplitude")
        self.amplitude = amplitude

    def __call__(self, audio: Audio, rng: np.random.Generator) -> Audio:
        """The audio in noise."""
        samples = audio.samples
        scale = np.float32(self.amplitude * rng.random() * np.abs(samples).max(initial=0.0))
        noise = rng.standard_normal(len(samples), dtype=np.float32)
        return Audio(samples + scale * noise, audio.sample_rate)
