"""Of healthy vectors no check complains, and every finding is said in both languages."""

import numpy as np
import pytest

from malsori.vectors import VectorSummary, examine
from malsori.words import LANGS, Words


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 20, 64, 500])
def test_healthy_features_of_any_number(count, found, healthy):
    assert found(healthy(count)) == {}


def test_none_at_all():
    assert examine(VectorSummary("speech", network=True)) == []


def test_features_that_are_alike_but_differ(found):
    """The embeddings of one model have cosines of .99 and more."""
    rng = np.random.default_rng(0)
    base = rng.normal(size=64)
    alike = [(base + 0.01 * rng.normal(size=(2, 64))).astype(np.float32) for _ in range(100)]
    assert found(alike) == {}


def test_few_rows_in_many_dimensions(found, healthy):
    assert found(healthy(70, dim=768)) == {}


def test_features_made_by_hand_may_say_nan(found, healthy):
    features = healthy(50)
    for i in range(0, 50, 2):
        features[i][:, :8] = np.nan
    assert found(features, network=False) == {}


def test_correlated_features_made_by_hand(found):
    rng = np.random.default_rng(0)
    few = rng.normal(size=(300, 6)) @ rng.normal(size=(6, 240))
    mixed = (few + 0.3 * rng.normal(size=few.shape)).astype(np.float32)
    assert found(list(mixed[:, None]), network=False) == {}


def test_words_that_are_spelt_alike(found):
    rng = np.random.default_rng(0)
    ids = [rng.integers(30, size=(1, 16)).astype(np.int32) for _ in range(60)]
    assert found([*ids, *ids[:30]], network=False) == {}


def test_given_vectors_that_belong_to_a_speaker(found, healthy):
    vectors = healthy(10)
    assert found([vectors[i % 10] for i in range(200)], given=True) == {}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "how", [{"network": True}, {"network": False}, {"network": False, "given": True}]
)
def test_all_of_it_is_said_in_every_language(lang, how, healthy, found):
    words = Words(lang)
    rng = np.random.default_rng(0)
    same, near = (
        [np.ones((1, 32), np.float32)] * 70,
        [np.full((1 + i % 2, 8), 2, "f4") for i in range(9)],
    )
    line = (rng.normal(size=(300, 1)) * rng.normal(size=(1, 64)) + 3).astype("f4")
    void = [np.full((1, 32), np.nan, np.float32)] * 20
    for ill in (same, near, list(line[:, None]), [*same, *healthy(30)], [*void, *healthy(30)]):
        findings = found(ill, **how)
        assert findings
        for finding in findings.values():
            data = finding.data(words.say)
            for text in (data["message"], data["cause"], data["prescription"]["action"]):
                assert not set("{}|") & set(text)
                assert lang == "en" or any("가" <= c <= "힣" for c in text)
