"""MinHash: a few numbers of each text; the share that two texts agree in estimates their Jaccard.

Broder, *On the resemblance and containment of documents* (1997).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

Grams = np.ndarray[Any, np.dtype[np.uint64]]
Codes = np.ndarray[Any, np.dtype[np.int64]]
Signatures = np.ndarray[Any, np.dtype[np.uint32]]

GRAM: Final = 3
HASHES: Final = 48
_LETTERS_AT_ONCE: Final = 1_000_000


def grams(texts: Sequence[str]) -> tuple[Grams, Codes]:
    """The character 3-grams of some texts, each as one number.

    A text of one or two letters has one gram, itself. A gram that comes back in a text is
    there again.

    Args:
        texts: None of them empty.

    Returns:
        The grams of all texts one after another ``[G]``, and where each text's begin ``[N]``.
    """
    padded = [text.ljust(GRAM, "\0") for text in texts]
    lengths = np.array([len(text) for text in padded], np.int64)
    letters = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), "<u4")
    letters = letters.astype(np.uint64)
    every = np.zeros(len(letters), np.uint64)
    every[:-2] = (letters[:-2] << np.uint64(42)) | (letters[1:-1] << np.uint64(21)) | letters[2:]
    ends = np.cumsum(lengths)
    inside = np.ones(len(letters), bool)
    inside[ends - 1] = inside[ends - 2] = False  # these would reach into the next text
    starts = np.cumsum(lengths - GRAM + 1) - (lengths - GRAM + 1)
    return every[inside], starts


def signatures(texts: Sequence[str]) -> Signatures:
    """The MinHash signature of each text ``[N, 48]`` uint32, in bounded memory."""
    rng = np.random.default_rng(20260727)  # one draw for ever, so that results stay
    factors = rng.integers(2**63, size=HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    found = np.zeros((len(texts), HASHES), np.uint32)
    for begin, end in _chunks(texts):
        codes, starts = grams(texts[begin:end])
        mixed = mix(codes)
        for k, factor in enumerate(factors):
            # The upper half of the product: the lower bits of it depend on few bits.
            hashed = ((mixed * factor) >> np.uint64(32)).astype(np.uint32)
            found[begin:end, k] = np.minimum.reduceat(hashed, starts)
    return found


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Ranges of texts with about a million letters."""
    ends = np.cumsum([max(len(text), GRAM) for text in texts])
    begin = 0
    while begin < len(texts):
        before = ends[begin - 1] if begin else 0
        end = int(np.searchsorted(ends, before + _LETTERS_AT_ONCE, side="right"))
        end = max(end, begin + 1)
        yield begin, end
        begin = end


def mix(codes: Grams) -> Grams:
    """SplitMix64's finaliser: every bit of the result depends on every bit of the number."""
    codes = (codes ^ (codes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    codes = (codes ^ (codes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return codes ^ (codes >> np.uint64(31))
