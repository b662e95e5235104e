"""Texts inside longer ones, beside a search of each in each."""

import numpy as np
import pytest

from malsori.corpus.near import contained
from malsori.corpus.near.contained import find_contained


@pytest.mark.parametrize("at_once", [40, 300, 1_000_000])
@pytest.mark.parametrize("letters", ["가나", "abcdefgh", "𠮷가é3"])
def test_it_finds_what_a_plain_search_finds(letters, at_once, monkeypatch):
    monkeypatch.setattr(contained, "_AT_ONCE", at_once)
    rng = np.random.default_rng(len(letters))

    def text(low, high):
        return "".join(rng.choice(list(letters), rng.integers(low, high)))

    within = [text(0, 80) for _ in range(60)]
    cut = [t[(a := rng.integers(0, 20)) : a + rng.integers(8, 50)] for t in within]
    texts = sorted({*cut, *(text(5, 40) for _ in range(60)), *within[:5]})
    found = find_contained(texts, within)
    expected = {
        i for i, t in enumerate(texts) if len(t) >= 12 and any(t in w and t != w for w in within)
    }
    assert set(found) == expected
    assert len(expected) > 5
    assert all(texts[i] in within[k] and texts[i] != within[k] for i, k in found.items())


@pytest.mark.parametrize(("texts", "within"), [([], ["가" * 20]), (["가" * 20], []), ([""], [""])])
def test_nothing_is_in_nothing(texts, within):
    assert find_contained(texts, within) == {}


def test_two_texts_do_not_make_one():
    assert find_contained(["abcdefghijklmnop"], ["xxxxxxabcdefgh", "ijklmnopxxxxxx"]) == {}
