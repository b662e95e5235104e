"""A mono waveform."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Audio:
    """A mono waveform.

    Attributes:
        samples: float32 `[T]`, full scale is ±1.
        sample_rate: in Hz.

    Example:
        >>> Audio(np.zeros(4000, np.float32), 8000).duration
        0.5
    """

    samples: Samples
    sample_rate: int

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate
