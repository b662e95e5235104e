"""What every corruption of a transcript keeps to."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np


class Corruption(ABC):
    """Makes another transcript of the same utterance; all chance comes from the generator.

    A text with words in it stays one with words in it. Markers such as `[개인정보]` are not spoken
    words: no letter of them changes.

    Attributes:
        version: Raised when the same options and generator give another result, so that stored
            copies of before are not taken for those of now.
    """

    version: ClassVar[int] = 1

    @property
    def longest(self) -> float:
        """At most so many times the characters of the input."""
        return 1.0

    @abstractmethod
    def __call__(self, text: str, rng: np.random.Generator) -> str:
        """The corrupted text.

        Args:
            text: A transcript.
            rng: Where every random number comes from.
        """
