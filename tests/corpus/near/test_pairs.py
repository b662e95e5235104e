import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.near.pairs import Pairs, components_of, neighbours


@given(st.lists(st.integers(0, 4), max_size=40), st.integers(1, 50))
def test_all_pairs_of_small_buckets_and_a_chain_through_large_ones(keys, reach):
    array = np.array(keys, np.uint64)
    order = np.argsort(array, kind="stable")
    found = {
        (int(a), int(b))
        for first, second in neighbours(array, order, reach)
        for a, b in zip(first, second, strict=True)
    }
    every = {(i, j) for j in range(len(keys)) for i in range(j) if keys[i] == keys[j]}
    assert found <= every
    if max((keys.count(k) for k in keys), default=0) <= reach + 1:
        assert found == every
    pairs = sorted(found)
    linked = Pairs(
        np.array([a for a, _ in pairs], np.int64),
        np.array([b for _, b in pairs], np.int64),
        np.ones(len(pairs)),
    )
    codes = components_of(linked, len(keys))
    for i in range(len(keys)):
        for j in range(i):
            assert (codes[i] == codes[j]) == (keys[i] == keys[j])
