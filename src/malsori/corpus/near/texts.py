"""Texts that are nearly the same: a word more, another ending, a slip of the pen.

Alike are two normalised texts whose sets of character 3-grams have a Jaccard index of at least
0.8. Candidates come from MinHash signatures in bands (Leskovec, Rajaraman & Ullman, *Mining of
Massive Datasets*, chapter 3): two texts with index J agree in one of 12 bands of 4 hashes with
probability 1 − (1 − J⁴)¹², 0.998 at J = 0.8 and 0.54 at J = 0.5. Each candidate is then
counted out exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import scipy  # its rooms are loaded where they are used

from malsori.corpus.near.minhash import HASHES, Signatures, grams, mix, signatures
from malsori.corpus.near.pairs import Codes, Floats, Pairs, neighbours

ALIKE: Final = 0.8
_ROWS: Final = 4
_BANDS: Final = HASHES // _ROWS
# Four standard deviations of the estimate below 0.8: cheap, and nothing is lost.
_SURELY_LESS: Final = 0.57
_GRAMS_AT_ONCE: Final = 2_000_000


def near_texts(texts: Sequence[str]) -> Pairs:
    """Finds the pairs of texts that are nearly the same.

    Where very many texts are alike in the same way (a form that is filled in), each is compared
    with some of the others only, so that the work stays about proportional to their number.

    Args:
        texts: Different normalised texts, none empty.

    Returns:
        Pairs of places in ``texts``; the score is the exact Jaccard index, at least 0.8.
    """
    candidates = _candidates(signatures(texts), len(texts))
    lengths = np.array([max(1, len(text) - 2) for text in texts], np.int64)
    score = _jaccard(texts, candidates, lengths)
    alike = score >= ALIKE
    return Pairs.of(candidates[alike], score[alike], max(1, len(texts)))


def _candidates(signature: Signatures, count: int) -> Codes:
    """Pairs ``first * count + second`` that agree in a band and whose estimate is not too low."""
    found = np.zeros(0, np.int64)
    bands = [_band(signature, band) for band in range(_BANDS)]
    for band in range(_BANDS):
        # Within a large bucket those that agree in the next band too are neighbours.
        order = np.lexsort((bands[(band + 1) % _BANDS], bands[band]))
        keys = [found]
        for first, second in neighbours(bands[band], order):
            agree = (signature[first] == signature[second]).mean(axis=1) >= _SURELY_LESS
            low = np.minimum(first[agree], second[agree])
            keys.append(low * count + np.maximum(first[agree], second[agree]))
        found = np.unique(np.concatenate(keys))
    return found


def _band(signature: Signatures, band: int) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """One number for the four hashes of a band ``[N]``."""
    key = np.zeros(len(signature), np.uint64)
    for column in range(band * _ROWS, (band + 1) * _ROWS):
        key = mix(key ^ signature[:, column])
    return key


def _jaccard(texts: Sequence[str], candidates: Codes, lengths: Codes) -> Floats:
    """The exact index of each pair ``[P]``; the pairs are sorted by their first text."""
    count = len(texts)
    first, second = candidates // max(1, count), candidates % max(1, count)
    score = np.zeros(len(candidates))
    load = np.cumsum(lengths[first] + lengths[second]) // _GRAMS_AT_ONCE
    for part in np.unique(load):
        here = np.flatnonzero(load == part)
        used, places = np.unique(np.concatenate([first[here], second[here]]), return_inverse=True)
        table = _table([texts[i] for i in used])
        size = table.sum(axis=1)
        a, b = places[: len(here)], places[len(here) :]
        shared = table[a].multiply(table[b]).sum(axis=1)
        score[here] = shared / (size[a] + size[b] - shared)
    return score


def _table(texts: Sequence[str]) -> scipy.sparse.csr_array:
    """Which text has which gram ``[N, G]``: 1 or nothing."""
    codes, starts = grams(texts)
    _, columns = np.unique(codes, return_inverse=True)
    ends = np.append(starts, len(codes))
    table = scipy.sparse.csr_array((np.ones(len(codes), np.int32), columns, ends))
    table.sum_duplicates()
    table.data[:] = 1
    return table
