"""Syllables that were heard as similar ones, as speech recognisers do."""

from functools import lru_cache
from typing import Final

import numpy as np

from malsori.signals.corrupt._words import is_marker, is_syllable, joined, pieces
from malsori.signals.corrupt.base import Corruption
from malsori.signals.ranges import check_share

_INITIALS: Final = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS: Final = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS: Final = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

# Sounds of one group are taken for each other. Initials: lax, tense and aspirated stops, which
# differ by breath alone; nasals; ㅎ between vowels is hardly spoken.
_ALIKE_INITIALS: Final = "ㄱㄲㅋ ㄷㄸㅌ ㅂㅃㅍ ㅅㅆ ㅈㅉㅊ ㅎㅇ ㄴㄹ ㄴㅁ"
# Vowels: pairs that have merged in Seoul (ㅐㅔ, ㅙㅚㅞ), and neighbours.
_ALIKE_VOWELS: Final = "ㅐㅔ ㅒㅖ ㅖㅔ ㅙㅚㅞ ㅓㅗ ㅕㅛ ㅡㅜ ㅓㅡ ㅢㅣ ㅟㅣ ㅝㅓ ㅘㅏ"
# Finals: what is spelt differently and sounds the same at the end of a syllable; nasals.
_ALIKE_FINALS: Final = "ㄱㄲㅋㄳㄺ ㄷㅅㅆㅈㅊㅌㅎ ㅂㅍㅄㄿ ㄴㅇㅁ ㄴㄵㄶ ㄹㄼㄽㄾㅀ ㅁㄻ"


class Mishear(Corruption):
    """Exchanges one sound in some syllables for one that is easily taken for it.

    Similar initials (ㄱ ㄲ ㅋ), vowels (ㅐ ㅔ) and finals (ㅅ ㅆ ㅌ …). A table of sounds, not a
    trained model of errors: it has the kinds of errors that Korean recognisers make, not their
    frequencies.

    Args:
        share: Of the Hangul syllables, on average.

    Example:
        >>> Mishear(share=0.5)("빨리 와 주세요", np.random.default_rng(0))
        '빨니 화 주세요'
    """

    def __init__(self, *, share: float = 0.1) -> None:
        check_share(share)
        self.share = share

    def __call__(self, text: str, rng: np.random.Generator) -> str:
        """The text with as many characters."""
        parts = pieces(text)
        heard = [(space, self._heard(word, rng)) for space, word in parts]
        return text if heard == parts else joined(heard)

    def _heard(self, word: str, rng: np.random.Generator) -> str:
        if is_marker(word):
            return word
        wrong = rng.random(len(word)) < self.share
        return "".join(
            _other(letter, rng) if bad and is_syllable(letter) else letter
            for letter, bad in zip(word, wrong, strict=True)
        )


def _other(syllable: str, rng: np.random.Generator) -> str:
    """A syllable that differs by one sound; itself where nothing is alike."""
    choices = _similar(syllable)
    return choices[rng.integers(len(choices))] if choices else syllable


@lru_cache(maxsize=12_000)  # all syllables
def _similar(syllable: str) -> tuple[str, ...]:
    """Every syllable that one exchange makes of this one."""
    initial, rest = divmod(ord(syllable) - 0xAC00, len(_VOWELS) * len(_FINALS))
    vowel, final = divmod(rest, len(_FINALS))
    found = [_spelt(i, vowel, final) for i in _groups(_ALIKE_INITIALS, _INITIALS)[initial]]
    found += [_spelt(initial, v, final) for v in _groups(_ALIKE_VOWELS, _VOWELS)[vowel]]
    found += [_spelt(initial, vowel, f) for f in _groups(_ALIKE_FINALS, _FINALS)[final]]
    return tuple(found)


def _spelt(initial: int, vowel: int, final: int) -> str:
    return chr(0xAC00 + (initial * len(_VOWELS) + vowel) * len(_FINALS) + final)


@lru_cache(maxsize=3)
def _groups(alike: str, letters: str) -> tuple[tuple[int, ...], ...]:
    """For each letter the numbers of those that are like it."""
    groups = alike.split()
    return tuple(
        tuple(
            dict.fromkeys(
                letters.index(other)
                for group in groups
                if letter in group
                for other in group
                if other != letter
            )
        )
        for letter in letters
    )
