"""How many syllables a text has when it is spoken, in any script, near enough to count by."""

from __future__ import annotations

import re
from typing import Final

_HANGUL: Final = re.compile("[가-힣]")
_VOWELS: Final = re.compile(r"[aeiouyáàâäéèêëíìîïóòôöúùûüаеёиоуыэюя]+", re.IGNORECASE)
_IDEOGRAPHS: Final = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
_DIGITS: Final = re.compile(r"\d")


def syllables(text: str) -> int:
    """Counts Hangul syllables, kana and ideographs, groups of vowels, and digits.

    Example:
        >>> syllables("불이 났어요, 119!"), syllables("please come"), syllables("…")
        (8, 4, 0)
    """
    kinds = (_HANGUL, _VOWELS, _IDEOGRAPHS, _DIGITS)
    return sum(len(kind.findall(text)) for kind in kinds)
