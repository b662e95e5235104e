"""Nearly the same texts: planted pairs are found, others are not, and forms cost no square."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malsori.corpus.near.minhash import grams, signatures
from malsori.corpus.near.pairs import REACH, components_of
from malsori.corpus.near.texts import ALIKE, near_texts

LETTERS = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"


def jaccard(a, b):
    first, second = ({t[i : i + 3] for i in range(max(1, len(t) - 2))} for t in (a, b))
    return len(first & second) / len(first | second)


def by_hand(texts):
    return {
        (i, j): jaccard(texts[i], texts[j])
        for j in range(len(texts))
        for i in range(j)
        if jaccard(texts[i], texts[j]) >= ALIKE
    }


def changed(text, rng, changes):
    letters = list(text)
    for _ in range(changes):
        place = rng.integers(len(letters))
        letters[place : place + rng.integers(2)] = [LETTERS[rng.integers(len(LETTERS))]]
    return "".join(letters)


def scores(texts):
    pairs = near_texts(texts)
    both = zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)
    return dict(zip(both, pairs.score.tolist(), strict=True))


def planted(seed, count=1500):
    """Sentences, and copies of some of them with a few letters changed."""
    rng = np.random.default_rng(seed)
    texts = ["".join(rng.choice(list(LETTERS), rng.integers(12, 60))) for _ in range(count)]
    copies = [changed(t, rng, int(rng.integers(1, 4))) for t in texts[: count // 2]]
    return list(dict.fromkeys([*texts, *copies]))


def test_planted_pairs_are_found_with_their_exact_index():
    texts = planted(0)
    place = {text: i for i, text in enumerate(texts)}
    found = scores(texts)
    # Random sentences share nothing, so only a copy and its neighbours can be alike.
    short = texts[:150] + texts[1500:1650]
    wanted = {(place[short[i]], place[short[j]]): score for (i, j), score in by_hand(short).items()}
    assert len(wanted) > 20
    assert len(wanted.keys() & found.keys()) >= 0.95 * len(wanted)
    for pair in wanted.keys() & found.keys():
        assert found[pair] == pytest.approx(wanted[pair])
    assert all(score >= ALIKE for score in found.values())


@pytest.mark.parametrize("least", [0.8, 0.85, 0.9, 0.95])
def test_recall_is_high_just_above_the_threshold_too(least):
    rng = np.random.default_rng(int(100 * least))
    texts, wanted = [], []
    while len(wanted) < 150:
        text = "".join(rng.choice(list(LETTERS), 80))
        copy = changed(text, rng, int(rng.integers(1, 5)))
        if least <= jaccard(text, copy) < least + 0.05:
            wanted.append((len(texts), len(texts) + 1))
            texts += [text, copy]
    found = set(scores(texts))
    assert len(found & set(wanted)) >= 0.95 * len(wanted)
    assert found <= set(wanted)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text("가나다ab", min_size=1, max_size=12), min_size=0, max_size=9, unique=True))
def test_nothing_is_called_alike_that_is_not(texts):
    exact = by_hand(texts)
    for pair, score in scores(texts).items():
        assert exact[pair] == pytest.approx(score)


def test_a_form_that_is_filled_in_costs_no_square_and_hangs_together():
    texts = [
        f"안녕하세요고객님주문번호{i:04d}번상품이오늘오후에발송되었습니다감사합니다"
        for i in range(2000)
    ]
    pairs = near_texts(texts)
    assert len(pairs) <= 12 * REACH * len(texts)
    assert components_of(pairs, len(texts)).max() == 0


def test_the_order_of_the_texts_changes_only_the_numbers():
    texts = planted(1, 300)
    turned = texts[::-1]

    def alike(texts):
        return {frozenset((texts[i], texts[j])) for i, j in scores(texts)}

    assert alike(texts) == alike(turned)
    assert len(alike(texts)) > 30


def test_signatures_are_the_same_in_one_piece_and_in_many(monkeypatch):
    texts = planted(2, 100)
    whole = signatures(texts)
    monkeypatch.setattr("malsori.corpus.near.minhash._LETTERS_AT_ONCE", 50)
    assert np.array_equal(signatures(texts), whole)


def test_agreement_of_signatures_estimates_the_index():
    rng = np.random.default_rng(3)
    a = ["".join(rng.choice(list(LETTERS), 60)) for _ in range(200)]
    b = [changed(text, rng, 4) for text in a]
    estimate = (signatures(a) == signatures(b)).mean()
    exact = np.mean([jaccard(*pair) for pair in zip(a, b, strict=True)])
    assert estimate == pytest.approx(exact, abs=0.02)


def test_grams_do_not_reach_into_the_next_text():
    codes, starts = grams(["abcd", "xy", "z"])
    assert len(codes) == 4
    assert starts.tolist() == [0, 2, 3]
    assert grams([])[0].tolist() == []


def test_nothing_and_one_text_have_no_pairs():
    assert len(near_texts([])) == len(near_texts(["네"])) == 0
