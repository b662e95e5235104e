import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.splits.crossed import assign_crossed, components, crossed_parts
from malsori.corpus.splits.portions import fold_numbers

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=60)


@given(PAIRS)
def test_components_share_no_value_and_cannot_be_divided_further(
    pairs: list[tuple[int, int]],
) -> None:
    codes = np.array(pairs)
    label = components(codes)
    for i, (a, b) in enumerate(pairs):
        for j, (c, d) in enumerate(pairs):
            if a == c or b == d:
                assert label[i] == label[j]
    # A union-find by hand gives the same number of components.
    root = {("a", a): ("a", a) for a, _ in pairs} | {("b", b): ("b", b) for _, b in pairs}

    def find(node: tuple[str, int]) -> tuple[str, int]:
        return node if root[node] == node else find(root[node])

    for a, b in pairs:
        root[find(("a", a))] = find(("b", b))
    assert len(set(label)) == len({find(node) for node in root})


@given(PAIRS, st.integers(0, 1))
def test_held_and_kept_rows_share_no_value_of_any_column(
    pairs: list[tuple[int, int]], part: int
) -> None:
    codes = np.array(pairs)
    parts = crossed_parts(codes, np.zeros(len(codes), int), lambda groups, _: groups % 2, limit=5)
    held, kept = assign_crossed(parts, part)
    assert not (held & kept).any()
    for column in codes.T:
        assert not set(column[held]) & set(column[kept])


def folds_of(codes: np.ndarray, folds: int, limit: float) -> np.ndarray:
    strata = np.zeros(len(codes), int)
    return crossed_parts(codes, strata, lambda g, s: fold_numbers(g, s, folds, 0), limit)


def test_small_components_lose_no_row() -> None:
    call = np.repeat(np.arange(20), 6)
    codes = np.stack([call, call // 2], axis=1)  # a speaker has two calls
    parts = folds_of(codes, folds=5, limit=12)
    assert np.array_equal(parts[:, 0], parts[:, 1])
    assert np.bincount(parts[:, 0]).tolist() == [24] * 5


def test_a_full_grid_is_tested_on_its_diagonal() -> None:
    a, b = np.divmod(np.arange(400), 20)
    parts = folds_of(np.stack([a, b], axis=1), folds=4, limit=50)
    for fold in range(4):
        held, kept = assign_crossed(parts, fold)
        assert (held.sum(), kept.sum()) == (25, 225)


def test_what_is_said_once_follows_its_speaker() -> None:
    # All speakers say "0"; everything else is said once. Only the rows of "0" are lost.
    speaker = np.repeat(np.arange(10), 10)
    text = np.where(np.arange(100) % 10, np.arange(100), 0)
    parts = folds_of(np.stack([speaker, text], axis=1), folds=5, limit=10)
    for fold in range(5):
        held, kept = assign_crossed(parts, fold)
        assert held.sum() >= 18
        assert held.sum() + kept.sum() >= 90


def test_two_large_components_are_both_in_every_fold() -> None:
    a, b = np.divmod(np.arange(100), 10)
    codes = np.concatenate([np.stack([a, b], 1), np.stack([a, b], 1) + 10])
    parts = folds_of(codes, folds=5, limit=20)
    for fold in range(5):
        held, _ = assign_crossed(parts, fold)
        assert held[:100].sum() == held[100:].sum() == 4
