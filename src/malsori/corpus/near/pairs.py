"""Pairs of things that are alike, and the groups that they hang together in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import scipy  # its rooms are loaded where they are used

Codes = np.ndarray[Any, np.dtype[np.int64]]
Keys = np.ndarray[Any, np.dtype[np.unsignedinteger[Any]]]
Floats = np.ndarray[Any, np.dtype[np.float64]]

REACH: Final = 8
"""In a bucket of more things than this, each is compared with the next so many only."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of things by their numbers, sorted."""

    first: Codes  # of each pair the smaller number ``[P]`` int64
    second: Codes  # and the greater ``[P]`` int64
    score: Floats  # how much alike they are ``[P]`` float64 in 0 … 1

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self.first)

    @classmethod
    def of(cls, keys: Codes, score: Floats, count: int) -> Pairs:
        """Pairs from ``first * count + second``."""
        return cls(keys // count, keys % count, score)


def neighbours(keys: Keys, order: Codes, reach: int = REACH) -> Iterator[tuple[Codes, Codes]]:
    """Pairs of places with the same key.

    In a bucket of up to ``reach + 1`` every two places are a pair. In a larger one each is
    paired with the next ``reach`` only, so that a bucket that holds everything costs no square.

    Args:
        keys: A key of each place ``[N]``.
        order: All places, sorted by key; in what order within a bucket is free.
        reach: How far to look.

    Yields:
        Two arrays of places: those that are 1, 2 … ``reach`` apart in the order.
    """
    ordered = keys[order]
    for step in range(1, min(reach, len(order) - 1) + 1):
        at = np.flatnonzero(ordered[step:] == ordered[:-step])
        if not len(at):
            return
        yield order[at], order[at + step]


def components_of(pairs: Pairs, count: int) -> Codes:
    """The group of each of ``count`` things ``[count]``: whatever pairs connect is one group.

    Groups are numbered by their first thing.
    """
    links = scipy.sparse.coo_array(
        (np.ones(len(pairs)), (pairs.first, pairs.second)), shape=(count, count)
    )
    _, labels = scipy.sparse.csgraph.connected_components(links, directed=False)
    _, first, codes = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first, kind="stable"), kind="stable")[codes].astype(np.int64)
