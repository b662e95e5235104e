"""Syllables that were swallowed."""

import numpy as np

from malsori.signals.corrupt._words import is_marker, joined, pieces
from malsori.signals.corrupt.base import Corruption
from malsori.signals.ranges import check_share


class DeleteSyllables(Corruption):
    """Leaves out each letter or digit (a syllable in Hangul) with the same chance.

    One of each word stays, so the number of words is the same: `delete_words` does the rest.

    Args:
        share: Of the characters, on average.

    Example:
        >>> DeleteSyllables(share=0.3)("불이 났어요 빨리 와 주세요", np.random.default_rng(3))
        '불 났요 빨 와 세요'
    """

    def __init__(self, *, share: float = 0.05) -> None:
        check_share(share)
        self.share = share

    def __call__(self, text: str, rng: np.random.Generator) -> str:
        """The text with fewer characters."""
        parts = pieces(text)
        shorter = [(space, self._shorter(word, rng)) for space, word in parts]
        return text if shorter == parts else joined(shorter)

    def _shorter(self, word: str, rng: np.random.Generator) -> str:
        letters = [i for i, letter in enumerate(word) if letter.isalnum()]
        lost = rng.random(len(letters)) < self.share
        if is_marker(word) or not lost.any():
            return word
        if lost.all():
            lost[rng.integers(len(letters))] = False
        out = {i for i, gone in zip(letters, lost, strict=True) if gone}
        return "".join(letter for i, letter in enumerate(word) if i not in out)
