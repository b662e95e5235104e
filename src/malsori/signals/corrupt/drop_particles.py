"""Particles that were not said or not heard."""

import re
from typing import Final

import numpy as np

from malsori.signals.corrupt._words import is_marker, is_syllable, joined, pieces
from malsori.signals.corrupt.base import Corruption
from malsori.signals.ranges import check_share

# Which ones follow a consonant, a vowel, either: that is how 은 in 집은 is told from 은 in 시은.
_AFTER_CONSONANT: Final = ("은", "이", "을", "과", "으로", "이나", "이랑")
_AFTER_VOWEL: Final = ("는", "가", "를", "와", "로", "나", "랑")
_AFTER_ANY: Final = (
    "에서는", "에서", "에게", "한테", "까지", "부터", "처럼", "보다",
    "에는", "에", "도", "만", "의",
)  # fmt: skip
_END: Final = re.compile(r"[^\w]*$")  # punctuation behind the last word


class DropParticles(Corruption):
    """Leaves out case particles (은/는, 이/가, 을/를, 에서 …), as spoken Korean often does.

    A word has one if it ends in one, the sound before fits (을 follows a consonant, 를 a vowel),
    and two syllables at least remain. Nothing else is known of the word, so now and then the end of
    a noun goes (고양이): that is an error too.

    Args:
        share: Of the words that end in a particle, on average.

    Example:
        >>> DropParticles(share=1)("우리집에서 아들이 고열을 앓아요", np.random.default_rng(0))
        '우리집 아들 고열 앓아요'
    """

    def __init__(self, *, share: float = 0.3) -> None:
        check_share(share)
        self.share = share

    def __call__(self, text: str, rng: np.random.Generator) -> str:
        """The text with as many words."""
        parts = pieces(text)
        drops = rng.random(len(parts)) < self.share
        shorter = [
            (space, _stem(word) if drop and not is_marker(word) else word)
            for (space, word), drop in zip(parts, drops, strict=True)
        ]
        return text if shorter == parts else joined(shorter)


def _stem(word: str) -> str:
    """The word without its particle, or the word."""
    end = _END.search(word)
    bare = word[: end.start()] if end else word
    longest = max((p for p in _PARTICLES if bare.endswith(p)), key=len, default="")
    stem = bare[: len(bare) - len(longest)]
    fits = longest and len(stem) >= 2 and is_syllable(stem[-1]) and _allowed(stem[-1], longest)
    return stem + word[len(bare) :] if fits else word


_PARTICLES: Final = (*_AFTER_CONSONANT, *_AFTER_VOWEL, *_AFTER_ANY)


def _allowed(before: str, particle: str) -> bool:
    """Whether a particle may follow a syllable."""
    final = (ord(before) - 0xAC00) % 28
    rieul = 8  # ㄹ takes 로, as a vowel does
    if particle == "로":
        return final in (0, rieul)
    if particle == "으로":
        return final not in (0, rieul)
    if particle in _AFTER_ANY:
        return True
    return (final != 0) == (particle in _AFTER_CONSONANT)
