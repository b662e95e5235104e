"""Words of a transcript, markers being one each."""

import re

# A marker may hold spaces; what touches it, as a particle does, is a word of its own.
_PIECES = re.compile(r"\[[^\]\[]*\]|[^\s\[]+|\[")
_FIRST, _LAST = 0xAC00, 0xD7A3


def pieces(text: str) -> list[tuple[str, str]]:
    """Words and markers, each with the spaces before it; joined, they are the text again.

    White space at the end is left out.

    Example:
        >>> pieces("네 [개인정보]예요")
        [('', '네'), (' ', '[개인정보]'), ('', '예요')]
    """
    found, end = [], 0
    for match in _PIECES.finditer(text):
        found.append((text[end : match.start()], match.group()))
        end = match.end()
    return found


def joined(parts: list[tuple[str, str]]) -> str:
    """The text of such pieces."""
    return "".join(space + word for space, word in parts)


def is_marker(word: str) -> bool:
    """Whether a word is a marker."""
    return word.startswith("[") and word.endswith("]")


def is_syllable(letter: str) -> bool:
    """Whether a character is a whole Hangul syllable."""
    return _FIRST <= ord(letter) <= _LAST
