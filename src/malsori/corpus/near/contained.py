"""Texts that stand whole in longer ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

Hashes = np.ndarray[Any, np.dtype[np.uint64]]
Places = np.ndarray[Any, np.dtype[np.int64]]

SHORTEST: Final = 12
"""Characters of a normalised text; shorter ones are phrases that anybody says."""

_AT_ONCE: Final = 1_000_000  # characters, of some 40 bytes each
_ODD: Final = 0x9E3779B97F4A7C15  # of the golden ratio; odd numbers have an inverse mod 2^64
_TABLE: Final = 22  # bits


@dataclass(frozen=True)
class _Block:
    """Some of the texts, one after another, whose windows' hashes cost the same at any length."""

    first: int  # number of its first text
    text: str  # the texts with a line feed before and after each
    starts: Places
    lengths: Places
    sums: Hashes  # of the characters so far, each times a power
    back: Hashes  # the inverse powers

    def hashes(self, at: Places, length: Places | int) -> Hashes:
        """Of the windows of these lengths at these places."""
        hashes: Hashes = (self.sums[at + length] - self.sums[at]) * self.back[at]
        return hashes


def find_contained(texts: Sequence[str], within: Sequence[str]) -> dict[int, int]:
    """Finds which texts of 12 characters or more are a part of a longer one.

    Windows are found by their hashes, all of one length at a time, and then compared. So a
    million characters take a fraction of a second, whatever they repeat.

    Args:
        texts: different texts in their normal form, which has no line feeds.
        within: where to look, in the same form.

    Returns:
        The number of each text that was found → that of one in `within` that holds it.

    Example:
        >>> find_contained(["집에사람이쓰러졌어요"], ["여보세요집에사람이쓰러졌어요빨리요"])
        {}
        >>> find_contained(["우리집에사람이쓰러졌어요"], ["네", "여보세요우리집에사람이쓰러졌어요"])
        {0: 1}
    """
    known = [i for i, text in enumerate(texts) if len(text) >= SHORTEST]
    wanted = [texts[i] for i in known]
    blocks = list(_blocks(wanted)) if wanted else []
    if not blocks:
        return {}
    lengths = np.concatenate([b.lengths for b in blocks])
    whole = np.concatenate([b.hashes(b.starts, b.lengths) for b in blocks])
    heads = np.unique(np.concatenate([b.hashes(b.starts, SHORTEST) for b in blocks]))
    del blocks
    found: dict[int, int] = {}
    for block in _blocks([text for text in within if len(text) > SHORTEST]):
        for text, place in _in_block(block, wanted, lengths, whole, heads):
            found.setdefault(known[text], place)
    longer = [i for i, text in enumerate(within) if len(text) > SHORTEST]
    return {text: longer[place] for text, place in sorted(found.items())}


def _blocks(texts: Sequence[str]) -> Iterator[_Block]:
    first = 0
    while first < len(texts):
        stop, size = first, 0
        while stop < len(texts) and (stop == first or size + len(texts[stop]) <= _AT_ONCE):
            size += len(texts[stop]) + 1
            stop += 1
        yield _block(first, texts[first:stop])
        first = stop


def _block(first: int, texts: Sequence[str]) -> _Block:
    text = "\n".join(["", *texts, ""])
    lengths = np.array([len(t) for t in texts], np.int64)
    starts = 1 + np.concatenate([[0], np.cumsum(lengths + 1)[:-1]]).astype(np.int64)
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    powers, back = (_powers(n, len(codes)) for n in (_ODD, pow(_ODD, -1, 1 << 64)))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(codes * powers, dtype=np.uint64)])
    return _Block(first, text, starts, lengths, sums, back)


def _powers(number: int, count: int) -> Hashes:
    """From the zeroth on, mod 2^64."""
    powers = np.full(count, number, np.uint64)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint64)


def _in_block(
    block: _Block, wanted: Sequence[str], lengths: Places, whole: Hashes, heads: Hashes
) -> Iterator[tuple[int, int]]:
    """Numbers of texts that stand in a block, and of one that holds each."""
    at = _places(block, heads)
    inside = np.searchsorted(block.starts, at, side="right") - 1
    left = block.starts[inside] + block.lengths[inside] - at
    for length in np.unique(lengths).tolist():
        # A text is no part of its equal: that leak has its own name.
        long = (left >= length) & (block.lengths[inside] > length)
        if not long.any():
            continue
        mine = np.flatnonzero(lengths == length)
        mine = mine[np.argsort(whole[mine], kind="stable")]
        hashes, places = block.hashes(at[long], length), np.flatnonzero(long)
        near = np.minimum(np.searchsorted(whole[mine], hashes), len(mine) - 1)
        hits = np.flatnonzero(whole[mine][near] == hashes)
        texts, one = np.unique(mine[near[hits]], return_index=True)
        for text, place in zip(texts.tolist(), places[hits[one]].tolist(), strict=True):
            if block.text.startswith(wanted[text], int(at[place])):
                yield text, block.first + int(inside[place])


def _places(block: _Block, heads: Hashes) -> Places:
    """Where a block has the first characters of any text that is sought."""
    at = np.arange(max(len(block.text) - SHORTEST + 1, 0))
    hashes = block.hashes(at, SHORTEST)
    # Nearly all are left out by their first bits, which is faster than to look them up.
    table, shift = np.zeros(1 << _TABLE, bool), np.uint64(64 - _TABLE)
    table[heads >> shift] = True
    at = at[table[hashes >> shift]]
    hashes = hashes[at]
    near = np.minimum(np.searchsorted(heads, hashes), len(heads) - 1)
    found: Places = at[heads[near] == hashes]
    return found
