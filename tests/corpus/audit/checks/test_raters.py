"""Agreement of raters."""

import numpy as np
import polars as pl
import pytest

from malsori.corpus.columns import RATING
from malsori.words import Words

say = Words("en").say

CLASSES = ("불안", "당황", "중립")


def rated(toy, error, seed=0):
    rng = np.random.default_rng(seed)
    votes = [
        [
            {
                "rater": f"r{r}",
                "label": label if rng.random() > error else CLASSES[rng.integers(3)],
                "intensity": None,
            }
            for r in range(5)
        ]
        for label in toy.rows["label.mood"]
    ]
    return toy.but(raters__mood=pl.Series(votes, dtype=pl.List(RATING)))


def plant(toy):
    return rated(toy, 0.7)


def test_low_agreement_is_a_warning_with_its_number(toy):
    (found,) = plant(toy).examine("raters")
    assert found.severity == "warning"
    assert found.numbers["fleiss_kappa"] == pytest.approx(0.09, abs=0.05)
    assert f"κ {found.numbers['fleiss_kappa']:.2f}" in say(found.message)
    assert "2,000 ratings of 400 utterances" in say(found.message)


def test_middling_agreement_is_a_note(toy):
    assert [f.severity for f in rated(toy, 0.28).examine("raters")] == ["note"]


def test_numbers_have_no_soft_labels(toy):
    rng = np.random.default_rng(0)
    votes = [
        [{"rater": f"r{r}", "label": str(rng.integers(1, 6)), "intensity": None} for r in range(4)]
        for _ in range(400)
    ]
    toy = toy.but(raters__valence=pl.Series(votes, dtype=pl.List(RATING)))
    (found,) = toy.but(raters__mood=pl.Series([None] * 400)).examine("raters")
    assert found.subject == "valence"
    assert "soft" not in say(found.prescription.action)
    assert "errors" in say(found.prescription.action)
    assert "soft labels" in say(plant(toy).examine("raters")[0].prescription.action)


def test_few_utterances_say_nothing(make_toy):
    assert not rated(make_toy(40), 0.7).examine("raters")


def test_without_raters_it_does_not_look(toy):
    assert "raters" in toy.but(raters__mood=pl.Series([None] * 400)).audit("raters").skipped
