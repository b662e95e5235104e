import numpy as np
import pytest

from malsori.corpus.splits.dividing import Rows, divide_folds, divide_once, take_validation
from malsori.errors import MalsoriError


def grid(side: int) -> Rows:
    first, second = np.divmod(np.arange(side * side), side)
    return Rows(np.stack([first, second], axis=1), np.zeros(side * side, np.int64))


def test_a_crossed_share_is_of_each_column() -> None:
    held, kept = divide_once(grid(20), 0.25, np.random.default_rng(0))
    assert (held.sum(), kept.sum()) == (25, 225)


def test_crossed_validation_shares_nothing_with_training_either() -> None:
    rows = grid(12)
    for held, kept in divide_folds(rows, 3, seed=0):
        parts = np.where(held, "test", np.where(kept, "train", "dropped")).astype(object)
        parts = take_validation(parts, rows, 0.25, np.random.default_rng(1))
        assert (parts == "test").sum() == 16
        assert (parts == "validation").sum() == 4
        assert (parts == "train").sum() == 36
        for column in rows.codes.T:
            sides = [set(column[parts == p]) for p in ("train", "validation", "test")]
            assert sum(map(len, sides)) == len(set.union(*sides))


def test_validation_that_cannot_be_taken_says_so() -> None:
    rows = Rows(np.array([[0], [0], [1]]), np.zeros(3, np.int64))
    parts = np.array(["train", "train", "test"], dtype=object)
    with pytest.raises(MalsoriError, match="no validation rows"):
        take_validation(parts, rows, 0.5, np.random.default_rng(0))
