"""From groups and strata to the part of every row: a hold-out or folds, crossed or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from malsori.corpus.grouping import Codes
from malsori.corpus.splits.crossed import assign_crossed, crossed_parts
from malsori.corpus.splits.portions import Generator, Mask, fold_numbers, hold_out
from malsori.errors import MalsoriError

Assignment = np.ndarray[Any, np.dtype[np.object_]]

# A connected component of at most this share of a fold is held out whole.
_WHOLE: Final = 0.5


@dataclass(frozen=True)
class Rows:
    """What a split knows of the rows."""

    codes: Codes  # groups ``[N, C]`` in the C columns that the split is grouped by (C may be 0)
    strata: Codes  # stratum of each row ``[N]``

    @property
    def groups(self) -> Codes:
        """The groups ``[N]`` of the one column; without one, every row is a group."""
        return self.codes[:, 0] if self.codes.shape[1] else np.arange(len(self.codes))

    @property
    def crossed(self) -> bool:
        """Whether several columns have to be kept apart at once."""
        return int(self.codes.shape[1]) > 1

    def take(self, mask: Mask) -> Rows:
        """Some of the rows."""
        return Rows(self.codes[mask], self.strata[mask])


def divide_once(rows: Rows, share: float, rng: Generator) -> tuple[Mask, Mask]:
    """Holds out a share.

    Args:
        rows: The rows.
        share: Of the rows; crossed: of the values of each column, by rows.
        rng: Source of randomness.

    Returns:
        Masks ``[N]`` of the rows held out and of those kept; crossed, some rows are neither.
    """
    if not rows.crossed:
        held = hold_out(rows.groups, rows.strata, share, rng)
        return held, ~held

    def divide(groups: Codes, strata: Codes) -> Codes:
        return np.where(hold_out(groups, strata, share, rng), 0, 1)

    limit = _WHOLE * share * len(rows.codes)
    return assign_crossed(crossed_parts(rows.codes, rows.strata, divide, limit), 0)


def divide_folds(rows: Rows, folds: int, seed: int) -> list[tuple[Mask, Mask]]:
    """The rows held out and kept in each fold; a row is held out at most once.

    Not crossed, every row is held out exactly once.
    """
    if not rows.crossed:
        number = fold_numbers(rows.groups, rows.strata, folds, seed)
        return [(number == fold, number != fold) for fold in range(folds)]

    def divide(groups: Codes, strata: Codes) -> Codes:
        return fold_numbers(groups, strata, folds, seed)

    limit = _WHOLE * len(rows.codes) / folds
    parts = crossed_parts(rows.codes, rows.strata, divide, limit)
    return [assign_crossed(parts, fold) for fold in range(folds)]


def name_parts(held: Mask, kept: Mask) -> Assignment:
    """``test`` for the rows held out, ``train`` for those kept, ``dropped`` for the rest."""
    return np.where(held, "test", np.where(kept, "train", "dropped")).astype(object)


def take_validation(
    parts: Assignment, rows: Rows, share: float, rng: Generator, among: Mask | None = None
) -> Assignment:
    """Turns a share of the training rows into validation, grouped as the whole split is."""
    train = parts == "train"
    if among is not None:
        train &= among
    if not train.any():
        return parts  # crossed, all rows may fall between the parts: `check_counts` says so
    try:
        held, kept = divide_once(rows.take(train), share, rng)
    except MalsoriError as error:
        raise MalsoriError(
            f"no validation rows can be taken from training: {error.message}", hint=error.hint
        ) from error
    inner = np.where(held, "validation", np.where(kept, "train", "dropped"))
    done = parts.copy()
    done[train] = inner
    return done
