"""Spaces in other places: what a recogniser writes of Korean, whose spacing is not heard."""

import numpy as np

from malsori.signals.corrupt._words import is_marker, is_syllable, joined, pieces
from malsori.signals.corrupt.base import Corruption
from malsori.signals.ranges import check_range


class Respace(Corruption):
    """Joins words and parts them, between syllables of Hangul only.

    Args:
        join: Share of the spaces that go, 0 to 1.
        part: Share of the places inside words where one comes, 0 to 1.

    Example:
        >>> Respace(join=0.5, part=0.2)("불이 났어요 빨리 와 주세요", np.random.default_rng(0))
        '불이났어요 빨리 와주 세요'
    """

    def __init__(self, *, join: float = 0.1, part: float = 0.03) -> None:
        check_range(join, join, 0, 1, "as a share", names="join")
        check_range(part, part, 0, 1, "as a share", names="part")
        self.join, self.part = join, part

    @property
    def longest(self) -> float:
        """A space behind each syllable."""
        return 2.0 if self.part else 1.0

    def __call__(self, text: str, rng: np.random.Generator) -> str:
        """The text with the same letters in the same order."""
        parts = pieces(text)
        before = ""
        spaced = []
        for space, word in parts:
            meets = bool(before) and is_syllable(before[-1]) and is_syllable(word[0])
            goes = meets and space and rng.random() < self.join
            spaced.append(("" if goes else space, self._parted(word, rng)))
            before = word
        return text if spaced == parts else joined(spaced)

    def _parted(self, word: str, rng: np.random.Generator) -> str:
        if is_marker(word):
            return word
        gaps = rng.random(len(word)) < self.part
        return "".join(
            f" {letter}" if i and gap and is_syllable(letter) and is_syllable(word[i - 1])
            else letter
            for i, (letter, gap) in enumerate(zip(word, gaps, strict=True))
        )  # fmt: skip
