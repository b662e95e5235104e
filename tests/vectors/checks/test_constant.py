"""Vectors that are all alike."""

import numpy as np

from malsori.words import Words

say = Words("en").say


def test_the_same_vector_for_all(found):
    finding = found([np.full((1 + i % 3, 8), 2.5, np.float32) for i in range(20)])["constant"]
    assert finding.severity == "serious"
    assert say(finding.message) == (
        "the features of all 20 signals have the same mean over time: they say nothing about "
        "any of them"
    )
    assert finding.numbers["relative_spread"] == 0
    assert finding.examples[:2] == ("call-0", "call-1")


def test_zeros(found):
    finding = found([np.zeros((1, 8), np.float32)] * 20)["constant"]
    assert say(finding.message) == (
        "the features of all 20 signals are the same: they say nothing about any of them"
    )


def test_the_same_but_for_rounding(found):
    rng = np.random.default_rng(0)
    base = rng.normal(size=256)
    near = [(base * (1 + 1e-6 * rng.normal(size=(1, 256)))).astype("f4") for _ in range(50)]
    finding = found(near)["constant"]
    assert 0 < finding.numbers["relative_spread"] < 1e-4
    assert say(finding.message) == (
        "the features of all 50 signals differ by only 1e-06 of their size: they say nothing "
        "about any of them"
    )


def test_ids(found):
    assert "constant" in found([np.ones((2, 16), np.int32)] * 20, network=False)


def test_given(found):
    assert "constant" in found([np.ones((1, 4), np.float32)] * 20, given=True, network=False)


def test_few_may_be_alike_by_chance(found):
    assert found([np.ones((1, 4), np.float32)] * 7) == {}
