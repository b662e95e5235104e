"""What every transform of a waveform keeps to."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from malsori.signals.audio import Audio


class Transform(ABC):
    """Makes another recording of the same utterance; all chance comes from the generator.

    The result has the same sample rate, is float32 and finite, and is never longer than
    `longest` says. The given audio is left as it is.

    Attributes:
        version: Raised when the same options and generator give another result, so that stored
            copies of before are not taken for those of now.
    """

    version: ClassVar[int] = 1

    @property
    def longest(self) -> float:
        """At most so many times the length of the input (one sample more for rounding)."""
        return 1.0

    @abstractmethod
    def __call__(self, audio: Audio, rng: np.random.Generator) -> Audio:
        """The transformed audio.

        Args:
            audio: At least one sample.
            rng: Where every random number comes from.
        """
