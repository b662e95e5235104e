import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold

from malsori.corpus.splits.portions import fold_numbers, hold_out
from malsori.errors import MalsoriError


def none(n: int) -> np.ndarray:
    return np.zeros(n, np.int64)


@given(
    st.lists(st.integers(0, 8), min_size=2, max_size=80),
    st.floats(0.05, 0.95),
    st.integers(0, 5),
    st.integers(1, 4),
)
def test_groups_stay_whole_and_neither_side_is_empty(
    groups: list[int], share: float, seed: int, kinds: int
) -> None:
    codes = np.array(groups)
    if len(set(groups)) < 2:
        groups[0] = codes[0] = codes[1] + 1
    strata = np.arange(len(codes)) % kinds
    held = hold_out(codes, strata, share, np.random.default_rng(seed))
    assert 0 < held.sum() < len(codes)
    assert not set(codes[held]) & set(codes[~held])


@given(st.integers(0, 50), st.sampled_from([0.1, 0.25, 0.4]))
def test_the_share_is_met_within_half_a_group(seed: int, share: float) -> None:
    codes = np.repeat(np.arange(50), 4)
    held = hold_out(codes, none(200), share, np.random.default_rng(seed))
    assert abs(held.sum() - share * 200) <= 2


def test_rows_that_are_their_own_groups_are_stratified_to_one_row() -> None:
    strata = np.repeat([0, 1, 2], [60, 30, 10])
    held = hold_out(np.arange(100), strata, 0.2, np.random.default_rng(3))
    assert np.abs(np.bincount(strata[held]) - [12, 6, 2]).max() <= 1
    assert held.sum() == 20


def test_stratified_groups_come_close_to_the_share_of_every_class() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 60, 1200)
    strata = (rng.random(1200) < 0.1 + 0.6 * (codes % 3 == 0)).astype(np.int64)
    held = hold_out(codes, strata, 0.25, rng)
    assert np.allclose(np.bincount(strata[held]) / np.bincount(strata), 0.25, atol=0.02)


def test_seeds_decide() -> None:
    codes = np.repeat(np.arange(30), 3)
    draws = [hold_out(codes, none(90), 0.2, np.random.default_rng(s)) for s in (1, 1, 2)]
    assert np.array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])


def test_one_group_cannot_be_divided() -> None:
    with pytest.raises(MalsoriError, match="1 group"):
        hold_out(none(5), none(5), 0.2, np.random.default_rng(0))


def test_unstratified_folds_are_group_k_fold() -> None:
    groups = np.random.default_rng(1).integers(0, 15, 300)
    number = fold_numbers(groups, none(300), 5, seed=7)
    expected = [test for _, test in GroupKFold(5).split(groups, groups=groups)]
    for fold, test in enumerate(expected):
        assert np.array_equal(np.flatnonzero(number == fold), test)


@given(st.lists(st.integers(0, 12), min_size=20, max_size=60), st.integers(2, 4), st.booleans())
def test_folds_partition_the_rows_and_keep_groups_whole(
    groups: list[int], folds: int, stratified: bool
) -> None:
    codes = np.array([*groups, 20, 21, 22, 23])
    strata = (np.arange(len(codes)) % 3) * stratified
    number = fold_numbers(codes, strata, folds, seed=0)
    assert set(number) == set(range(folds))
    assert all(len(set(number[codes == g])) == 1 for g in set(codes))


def test_single_rows_are_stratified_also_where_a_class_has_fewer_rows_than_folds() -> None:
    strata = np.repeat([0, 1, 2], [40, 20, 2])
    number = fold_numbers(np.arange(62), strata, 4, seed=0)
    for fold in range(4):
        assert np.abs(np.bincount(strata[number == fold], minlength=3)[:2] - [10, 5]).max() <= 1


def test_more_folds_than_groups_are_refused() -> None:
    with pytest.raises(MalsoriError, match="at most 3 folds"):
        fold_numbers(np.array([0, 1, 2, 2]), none(4), 4, seed=0)
