"""Steps that clean a transcript before it is read; a recipe declares which, and in what order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from malsori.errors import MalsoriError
from malsori.schema import nearest

Step = Callable[[str], str]

_MASK: Final = re.compile(r"\[\s*(\w[\w .:-]{0,30}?)\s*\]|#@(\w{1,30})#|&(\w{1,30})&")
_GROUP: Final = re.compile(r"\([^()]*\)")
_SOUND: Final = re.compile(r"(?<![A-Za-z])[cnNulb]/")
_MARK: Final = re.compile(r"[*+/()]")
_REPEAT: Final = re.compile(r"([^\d\s])\1{2,}|([^\d\s]{2,4}?)\2{2,}")
_UNSEEN: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


def nfc(text: str) -> str:
    """Composes what is decomposed: file names and texts of a Mac have Hangul in pieces.

    Example:
        >>> len(unicodedata.normalize("NFD", "각")), len(nfc(unicodedata.normalize("NFD", "각")))
        (3, 1)
    """
    return unicodedata.normalize("NFC", text)


def masks(text: str) -> str:
    """Takes out what stands for private words: ``[개인정보]``, ``#@이름#``, ``&name1&``.

    Example:
        >>> spaces(masks("저는 [개인정보] 사는 [ 이름 ] 인데요"))
        '저는 사는 인데요'
    """
    return _until_stable(text, lambda now: _MASK.sub(" ", now))


def mask_words(text: str) -> str:
    """Takes the signs off masks and leaves the word, which a tokenizer is more likely to know.

    Example:
        >>> mask_words("저는 [개인정보]이고요 #@이름#")
        '저는 개인정보이고요 이름'
    """
    return _until_stable(text, lambda now: _MASK.sub(lambda m: m[m.lastindex or 0], now))


def markers(text: str) -> str:
    """Takes out what annotators of KEMDy wrote between the words, and groups in parentheses.

    That is ``c/`` run-on, ``n/`` and ``N/`` noise, ``u/`` unintelligible, ``l/`` a hum, ``b/``
    breath, ``(웃음)``; and the signs ``*`` uncertain, ``+`` stutter, ``/`` filler, whose words
    stay.

    Example:
        >>> spaces(markers("c/ 네, b/ 그+ 그래서 *정말 (웃음) 좋았어요"))
        '네, 그 그래서 정말 좋았어요'
    """
    text = _until_stable(text, lambda now: _GROUP.sub(" ", now))  # groups may stand in groups
    return _MARK.sub("", _SOUND.sub(" ", text))


def repeats(text: str) -> str:
    """Says twice what is written more often: a letter, a sign, or up to four of them together.

    Digits stay, for 1000 is not 100; and so do words with spaces between them.

    Example:
        >>> repeats("ㅋㅋㅋㅋㅋ 아아아악!!! 빨리빨리빨리빨리 와 주세요, 1000번지")
        'ㅋㅋ 아아악!! 빨리빨리 와 주세요, 1000번지'
    """
    return _until_stable(text, lambda now: _REPEAT.sub(lambda m: 2 * (m[1] or m[2]), now))


def punctuation(text: str) -> str:
    """Leaves letters, digits and spaces, as study A did; apostrophes join, the rest parts words.

    Example:
        >>> spaces(punctuation("네, 불이 났어요! It's 3층"))
        '네 불이 났어요 Its 3층'
    """
    return "".join(_plain(character) for character in text)


def spaces(text: str) -> str:
    r"""One space between words, none around them, and nothing that has no width.

    Example:
        >>> spaces("  네,\t알겠습니다 \u200b ")
        '네, 알겠습니다'
    """
    return " ".join(text.translate(_UNSEEN).split())


STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        step.__name__: step
        for step in (nfc, masks, mask_words, markers, repeats, punctuation, spaces)
    }
)
"""Every step by its name."""


def clean(text: str, steps: Sequence[str]) -> str:
    """Applies steps in the order in which they are declared.

    Raises:
        MalsoriError: there is no such step; the nearest is named.

    Example:
        >>> clean("네네네네, [개인정보]요!!", ["masks", "repeats", "punctuation", "spaces"])
        '네네 요'
    """
    check_steps(steps)
    for step in steps:
        text = STEPS[step](text)
    return text


def check_steps(steps: Sequence[str]) -> None:
    """Refuses what is no step.

    Raises:
        MalsoriError: the first of them, with the nearest name.
    """
    for step in steps:
        if step not in STEPS:
            raise MalsoriError(f"clean: no step {step!r}", hint=nearest(step, list(STEPS)))


def _until_stable(text: str, change: Step) -> str:
    """What one change leaves may be changed again; each makes the text shorter."""
    before = None
    while text != before:
        before, text = text, change(text)
    return text


def _plain(character: str) -> str:
    if unicodedata.category(character)[0] in "LNM":
        return character
    return "" if character in "'’" else " "
