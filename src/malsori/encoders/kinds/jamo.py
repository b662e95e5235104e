"""Text as words of letters, Hangul spelt as jamo: no vocabulary, no download, any script."""

import unicodedata
from typing import Any, ClassVar

import numpy as np

from malsori.encoders.base import Encoder, Features
from malsori.encoders.ngrams import NGrams
from malsori.errors import MalsoriError
from malsori.schema import SignalKind
from malsori.signals.korean import jamo

_BEGIN, _END = "\x02", "\x03"
_WIDTH = 16  # letters in a row: 14 jamo (some six syllables) and both ends of the word
_OVERLAP = 4  # longer words go over several rows; no n-gram up to five letters is lost


class _Clean(dict[int, str]):
    """A table for `str.translate`: letters and digits stay, ? and ! stand alone, the rest parts.

    Filled as characters are met.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.category(character)[0] in "LNM":
            kept = character
        elif character in "?!？！":
            kept = f" {unicodedata.normalize('NFKC', character)} "
        else:
            kept = "" if character in "'’" else " "
        self[code] = kept
        return kept


_CLEAN = _Clean()


class Jamo(Encoder):
    """A token for each word from its letter n-grams, `?` and `!` counting as words.

    Korean words change their endings; words that share a stem share most of their jamo n-grams.
    `prepare` only spells (64 bytes a word), the network hashes: so what follows decides nothing
    about the stored features, and a change of it needs no new ones.

    Args:
        dim: size of a token.
        buckets: vectors in the table; n-grams of the same hash share one.
        shortest: letters in the shortest n-gram, 1 to 3.
        longest: letters in the longest n-gram, up to 5 (about two syllables).

    Example:
        >>> Jamo().prepare("불이 났어요!").shape
        (3, 16)
    """

    signal: ClassVar[SignalKind] = "text"

    def __init__(
        self, *, dim: int = 64, buckets: int = 2**15, shortest: int = 1, longest: int = 5
    ) -> None:
        if not (1 <= shortest <= min(3, longest) and longest <= _OVERLAP + 1):
            raise MalsoriError(
                f"jamo cannot take n-grams from {shortest} to {longest} letters.",
                hint="shortest is 1 to 3, longest is at least that and at most 5",
            )
        if dim < 1 or buckets < 1:
            raise MalsoriError(f"jamo needs dim and buckets above 0, not {dim} and {buckets}.")
        self.dim = dim
        self.buckets = buckets
        self.shortest = shortest
        self.longest = longest

    def prepare(self, signal: str) -> Features | None:
        """Code points `[T, 16]` int32 with -1 behind the last; None if no word is left."""
        rows = [piece for word in jamo(signal).translate(_CLEAN).split() for piece in _pieces(word)]
        if not rows:
            return None
        letters = np.full((len(rows), _WIDTH), -1, np.int32)
        for row, piece in zip(letters, rows, strict=True):
            row[: len(piece)] = [ord(letter) for letter in piece]
        return letters

    def fingerprint(self) -> dict[str, Any]:
        """Version 1; no parameter changes the spelling."""
        return {"kind": "jamo", "version": 1}

    def module(self, features: int) -> NGrams:  # noqa: ARG002 - always 16
        """A table of n-gram vectors, trained with the network."""
        return NGrams(
            dim=self.dim, buckets=self.buckets, shortest=self.shortest, longest=self.longest
        )


def _pieces(word: str) -> list[str]:
    """A word with its ends marked, in overlapping pieces of up to 16 letters."""
    marked = _BEGIN + word + _END
    last = max(1, len(marked) - _OVERLAP)
    return [marked[at : at + _WIDTH] for at in range(0, last, _WIDTH - _OVERLAP)]
