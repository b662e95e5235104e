"""Recordings that are the same but for their level, or for what was cut off at their ends."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

from malsori.corpus.near.pairs import Codes, Pairs, neighbours
from malsori.signals.fingerprint import SAME, Fingerprint, same_sound

Numbers = np.ndarray[Any, np.dtype[np.uint32]]

# Fewer landmarks in common are no copy, by ``same_sound``.
_FEWEST: Final = 4


def near_sounds(sounds: pl.DataFrame) -> Pairs:
    """Finds the pairs of recordings that are one and the same.

    An inverted index from landmark words to recordings names the candidates, those with four
    words in common; ``same_sound`` decides. So the work grows with what is shared, not with the
    square of the recordings.

    Args:
        sounds: Columns ``words`` and ``at``, lists of uint32: the fingerprints, one a row;
            null for a recording without one.

    Returns:
        Pairs of row numbers; the score is that of ``same_sound``, at least 0.3.
    """
    words, owners, starts = _flat(sounds["words"])
    at = _exploded(sounds["at"])
    ends = np.append(starts, len(words))

    def print_of(row: int) -> Fingerprint:
        here = slice(ends[row], ends[row + 1])
        return Fingerprint(words[here], at[here])

    count = max(1, sounds.height)
    candidates = _candidates(words, owners, count)
    score = np.array(
        [same_sound(print_of(key // count), print_of(key % count)) for key in candidates.tolist()],
        np.float64,
    )
    same = score >= SAME
    return Pairs.of(candidates[same], score[same], count)


def _flat(
    lists: pl.Series,
) -> tuple[Numbers, Codes, Codes]:
    """All words, the row of each, and where each row's begin."""
    lengths = lists.list.len().fill_null(0).to_numpy().astype(np.int64)
    words = _exploded(lists)
    owners = np.repeat(np.arange(len(lengths)), lengths)
    return words, owners, np.cumsum(lengths) - lengths


def _exploded(lists: pl.Series) -> Numbers:
    return lists.drop_nulls().explode().drop_nulls().to_numpy().astype(np.uint32)


def _candidates(words: Numbers, owners: Codes, count: int) -> Codes:
    """Pairs ``first * count + second`` of recordings that share four words."""
    order = np.argsort(words, kind="stable")  # so that a bucket lists its recordings in order
    found = [owners[first] * count + owners[second] for first, second in neighbours(words, order)]
    keys, times = np.unique(np.concatenate([np.zeros(0, np.int64), *found]), return_counts=True)
    return keys[times >= _FEWEST]
