"""Text before any network: a form for comparing texts, and the letters inside Hangul syllables."""

import unicodedata
from functools import lru_cache

_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3


class _OnlyWordCharacters(dict[int, str | None]):
    """A table for `str.translate` that drops punctuation, symbols, spaces and control characters.

    Filled as characters are met, since Unicode is large and a corpus is not.
    """

    def __missing__(self, code: int) -> str | None:
        kept = chr(code) if unicodedata.category(chr(code))[0] in "LNM" else None
        self[code] = kept
        return kept


_ONLY_WORD_CHARACTERS = _OnlyWordCharacters()


def normalise_text(text: str) -> str:
    """The form in which two texts are compared: the same words give the same form.

    Unicode NFC, case folded, without punctuation, symbols and white space.
    Letters, digits and the marks that belong to letters stay,
    so `니가` and `네가` remain different, and a text of punctuation only becomes empty.

    Example:
        >>> normalise_text(" 네, 알겠습니다!! OK~ ")
        '네알겠습니다ok'
    """
    words = unicodedata.normalize("NFC", text).casefold().translate(_ONLY_WORD_CHARACTERS)
    return unicodedata.normalize("NFC", words)  # marks may have become neighbours


@lru_cache(maxsize=1)
def _letters_of_syllables() -> dict[int, str]:
    """Each of the 11,172 Hangul syllables to its two or three conjoining jamo."""
    return {
        code: unicodedata.normalize("NFD", chr(code))
        for code in range(_FIRST_SYLLABLE, _LAST_SYLLABLE + 1)
    }


def jamo(text: str) -> str:
    """Spells Hangul syllables as jamo, so that inflected forms of a word share their letters.

    Conjoining jamo keep the position: ㄱ before the vowel (U+1100) is not ㄱ after it (U+11A8),
    which the compatibility jamo (U+3131, as typed in ㅋㅋ) would make the same.
    Other scripts pass through in lower case, with their accents; spaces and punctuation stay.

    Example:
        >>> [f"{ord(letter):X}" for letter in jamo("각A")]
        ['1100', '1161', '11A8', '61']
    """
    return unicodedata.normalize("NFC", text).lower().translate(_letters_of_syllables())
