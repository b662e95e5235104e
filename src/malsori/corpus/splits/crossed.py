"""Splits crossed by several columns: training shares no value of any of them with test.

Where the columns hang together (every speaker reads every sentence) no set of whole groups
can be held out: test holds the rows whose values are *all* held out, training those with
*none* of them, and the rows between are dropped. With a share p of the values of each of two
columns held out, about p² of the rows are tested and 2p(1-p) dropped.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy  # its rooms are loaded where they are used

from malsori.corpus.grouping import Codes
from malsori.corpus.splits.portions import Mask

Divide = Callable[[Codes, Codes], Codes]

# How many classes of equal overlap are told apart when a value looks for its part.
_OVERLAP_STEPS = 10


def components(codes: Codes) -> Codes:
    """Rows that are connected through shared values of any column.

    Args:
        codes: Groups ``[N, C]`` of N rows in C columns.

    Returns:
        Number of each row's component ``[N]``.
    """
    if not len(codes):
        return np.zeros(0, np.int64)
    columns = [np.unique(column, return_inverse=True)[1] for column in codes.T]
    starts = np.cumsum([0, *[int(column.max()) + 1 for column in columns]])
    nodes = np.stack([c + start for c, start in zip(columns, starts, strict=False)], axis=1)
    first = np.repeat(nodes[:, :1], codes.shape[1], axis=1).ravel()
    size = int(starts[-1])
    links = scipy.sparse.coo_array(
        (np.ones(first.size), (first, nodes.ravel())), shape=(size, size)
    )
    _, labels = scipy.sparse.csgraph.connected_components(links, directed=False)
    return np.unique(labels[nodes[:, 0]], return_inverse=True)[1].astype(np.int64)


def crossed_parts(codes: Codes, strata: Codes, divide: Divide, limit: float) -> Codes:
    """Divides the values of every column into parts, so that few rows fall between parts.

    Small components stay whole: no row of theirs is dropped. In a large one, the column with
    the fewest values is divided first, evenly over components and strata; the values of the
    other columns follow where most of their rows are.

    Args:
        codes: Groups ``[N, C]``.
        strata: Stratum of each row ``[N]``.
        divide: From groups ``[N]`` and strata ``[N]`` to the part of each row ``[N]``.
        limit: A component of more rows than this is cut.

    Returns:
        Part of each row's value in each column ``[N, C]``.
    """
    component = components(codes)
    large = np.bincount(component)[component] > limit
    order = np.argsort([len(np.unique(column)) for column in codes.T], kind="stable")
    first = codes[:, order[0]]
    atoms = np.where(large, component.max() + 1 + first, component)
    strata = np.stack([np.where(large, component, -1), strata], axis=1)
    strata = np.unique(strata, axis=0, return_inverse=True)[1].ravel()
    parts = np.empty_like(codes)
    parts[:, order[0]] = divide(atoms, strata)
    for column in order[1:]:
        parts[:, column] = _follow(parts[:, order[0]], codes[:, column], strata)
    return parts


def _follow(lead: Codes, groups: Codes, strata: Codes) -> Codes:
    """Gives every group the part where most of its rows are, within the parts' sizes.

    Among parts with about the same overlap the one with the fewest rows of the group's own
    strata is taken, so a part does not gather one class or one component.
    """
    _, groups = np.unique(groups, return_inverse=True)
    counts = np.zeros((groups.max() + 1, lead.max() + 1))
    np.add.at(counts, (groups, lead), 1.0)
    kinds = np.zeros((groups.max() + 1, strata.max() + 1))
    np.add.at(kinds, (groups, strata), 1.0)
    sizes, rows = counts.sum(1), counts.sum(0)
    target = np.outer(rows / rows.sum(), kinds.sum(0))
    load, part = np.zeros_like(target), np.zeros(len(counts), np.int64)
    overlap = counts / sizes[:, None]
    concentrated = np.round(overlap.max(1) * _OVERLAP_STEPS)
    for group in np.lexsort((-sizes, -concentrated)):
        fits = load.sum(1) + sizes[group] <= rows
        crowd = ((load + kinds[group]) / np.maximum(target, 1e-9)) @ kinds[group]
        near = np.round(overlap[group] * _OVERLAP_STEPS)
        part[group] = np.lexsort((crowd, -near, ~fits))[0]
        load[part[group]] += kinds[group]
    return part[groups]


def assign_crossed(parts: Codes, part: int) -> tuple[Mask, Mask]:
    """Who is held out and who is kept when one part of every column is held out.

    Returns:
        Masks ``[N]``: rows with all values in the part, and rows with none. The others fall
        between and are dropped.
    """
    inside = parts == part
    held: Mask = np.all(inside, axis=1)
    touched: Mask = np.any(inside, axis=1)
    return held, ~touched
