"""Portions of rows: groups held out together, and folds, balanced over strata."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from malsori.corpus.counting import counted
from malsori.corpus.grouping import Codes
from malsori.errors import MalsoriError

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Generator = np.random.Generator

# The closest of so many random orders; with many groups the first is already close.
_TRIES = 20
_ENOUGH_STEPS = 20_000


def hold_out(groups: Codes, strata: Codes, share: float, rng: Generator) -> Mask:
    """Whole groups whose rows make up about a share of the rows of each stratum.

    Groups are gone through in random order and taken where they bring the counts closer
    to the share; the closest of several orders wins, so the result depends on the seed
    and hardly on luck.

    Args:
        groups: Group of each row ``[N]``.
        strata: Stratum of each row ``[N]``; all equal for none.
        share: Of the rows, in (0, 1).
        rng: Source of the random orders.

    Returns:
        Mask ``[N]`` of the rows held out: at least one group, and never all.
    """
    _, codes = np.unique(groups, return_inverse=True)
    count = int(codes.max(initial=-1)) + 1
    if count < 2:
        raise MalsoriError(
            f"{counted(len(groups), 'row')} in {counted(count, 'group')} cannot be divided",
            hint="group by a column with more values, or by none",
        )
    if count == len(groups):
        return _hold_out_rows(strata, share, rng)
    table = _count(codes, strata)
    tries = int(np.clip(_ENOUGH_STEPS // count, 1, _TRIES))
    found = [_greedy(table, share, rng.permutation(count)) for _ in range(tries)]
    _, taken = min(found, key=lambda pair: pair[0])
    return taken[codes]


def _count(codes: Codes, strata: Codes) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Rows of every group in every stratum, and in all together ``[G, S + 1]``."""
    _, strata = np.unique(strata, return_inverse=True)
    table = np.zeros((int(codes.max()) + 1, int(strata.max()) + 1))
    np.add.at(table, (codes, strata), 1.0)
    # Many strata alone would be content with too few rows of each.
    return np.hstack([table, table.sum(1, keepdims=True) * table.shape[1] ** 0.5])


def _greedy(
    table: np.ndarray[Any, np.dtype[np.float64]], share: float, order: Codes
) -> tuple[float, Mask]:
    """Takes groups in an order as long as they help; returns the distance and who is taken."""
    total = table.sum(0)
    missing = share * total
    distance = float((missing**2 / total).sum())
    taken = np.zeros(len(table), bool)
    for group in order:
        closer = float(((missing - table[group]) ** 2 / total).sum())
        if closer < distance:
            missing, distance, taken[group] = missing - table[group], closer, True
    if not taken.any():  # every group is larger than twice the share
        taken[order[table[order].sum(1).argmin()]] = True
    elif taken.all():  # the share is nearly everything
        taken[order[table[order].sum(1).argmin()]] = False
    return distance, taken


def _hold_out_rows(strata: Codes, share: float, rng: Generator) -> Mask:
    """Rows that are groups of their own: of each stratum its share, rounded so that all add up.

    The strata whose share has the largest remainder are rounded up (Hamilton's method), so each
    has within one row of its share, and the nearest whole number where that is possible.
    """
    _, codes, sizes = np.unique(strata, return_inverse=True, return_counts=True)
    ideal = share * sizes
    quota = np.floor(ideal).astype(np.int64)
    more = int(np.floor(share * len(strata) + 0.5)) - int(quota.sum())
    quota[np.argsort(quota - ideal, kind="stable")[:more]] += 1
    order = rng.permutation(len(strata))
    order = order[np.argsort(codes[order], kind="stable")]
    rank = np.arange(len(strata)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    taken = np.zeros(len(strata), bool)
    taken[order] = rank < quota[codes[order]]
    if taken.all() or not taken.any():
        taken[order[0]] = not taken[order[0]]
    return taken


def fold_numbers(groups: Codes, strata: Codes, folds: int, seed: int) -> Codes:
    """The fold in which each row is tested ``[N]`` int64 in 0 … folds-1; groups stay whole.

    One stratum: scikit-learn's ``GroupKFold`` (which knows no seed), or a shuffled ``KFold``
    where every row is a group of its own. Several strata: ``StratifiedGroupKFold`` or
    ``StratifiedKFold``, shuffled.
    """
    count = len(np.unique(groups))
    if count < folds:
        raise MalsoriError(
            f"{folds} folds cannot be made of {count} groups",
            hint=f"use at most {count} folds, or group by a column with more values",
        )
    single = count == len(groups)
    if single and np.bincount(np.unique(strata, return_inverse=True)[1]).max() < folds:
        return _deal(strata, folds, np.random.default_rng(seed))
    number = np.full(len(groups), -1, np.int64)
    splitter = _splitter(single, len(np.unique(strata)) > 1, folds, seed)
    together = None if single else groups
    with warnings.catch_warnings():
        # A class with fewer rows than folds: said by the caller, with the class' name.
        warnings.filterwarnings("ignore", message="The least populated class")
        rounds = splitter.split(groups, _merge_rare(strata, folds), together)
        for fold, (_, test) in enumerate(rounds):
            number[test] = fold
    empty = sorted(set(range(folds)) - set(number.tolist()))
    if empty:
        raise MalsoriError(
            f"{len(empty)} of {folds} folds stay empty: the groups are too unequal",
            hint="use fewer folds, or no stratification",
        )
    return number


def _deal(strata: Codes, folds: int, rng: Generator) -> Codes:
    """Rows in a random order sorted by stratum, dealt out in turn like cards."""
    order = rng.permutation(len(strata))
    order = order[np.argsort(strata[order], kind="stable")]
    number = np.empty(len(strata), np.int64)
    number[order] = np.arange(len(strata)) % folds
    return number


def _splitter(single: bool, stratified: bool, folds: int, seed: int) -> Any:
    # scikit-learn takes a second to import, and most commands never split.
    from sklearn import model_selection as sk  # noqa: PLC0415

    if not stratified:
        return sk.KFold(folds, shuffle=True, random_state=seed) if single else sk.GroupKFold(folds)
    kind = sk.StratifiedKFold if single else sk.StratifiedGroupKFold
    return kind(folds, shuffle=True, random_state=seed)


def _merge_rare(strata: Codes, folds: int) -> Codes:
    """One stratum where all have fewer rows than folds, since scikit-learn refuses only such."""
    _, counts = np.unique(strata, return_counts=True)
    return strata if counts.max() >= folds else np.zeros_like(strata)
