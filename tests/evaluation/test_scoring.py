import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss

from malsori.errors import MalsoriError
from malsori.evaluation.scoring import (
    CLIP,
    exceedance,
    prior,
    prior_scores,
    row_scores,
    skill,
)

KINDS = ("nominal", "ordinal")


def labels_of_shares(shares, n):
    """Class indices with exactly these frequencies."""
    return np.repeat(np.arange(len(shares)), [round(s * n) for s in shares])


@pytest.mark.parametrize(
    ("kind", "shares", "expected"),
    [
        # the calls of the reference study: what knowing nothing scores there
        ("ordinal", (0.354, 0.336, 0.310), 0.634),
        ("nominal", (0.536, 0.376, 0.065, 0.023), 0.966),
        ("nominal", (0.5, 0.5), math.log(2)),
        ("ordinal", (0.5, 0.5), math.log(2)),
    ],
)
def test_prior_score_is_chance_level(kind, shares, expected):
    y = labels_of_shares(shares, 1000)
    scores = prior_scores(kind, prior(y, len(shares)), y)
    assert scores.mean() == pytest.approx(expected, abs=6e-4)


def test_uniform_ordinal_guess_is_worse_than_the_prior_but_below_ln2():
    # ln 2 is no chance level of a three-class ordinal task: it takes outputs of .5 per threshold.
    y = labels_of_shares((0.354, 0.336, 0.310), 1000)
    uniform = np.full((1000, 3), 1 / 3)
    assert 0.634 < row_scores("ordinal", uniform, y).mean() < math.log(2)


def test_nominal_score_is_log_loss():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(5), 200)
    y = rng.integers(0, 5, 200)
    ours = row_scores("nominal", p, y).mean()
    assert ours == pytest.approx(log_loss(y, p, labels=range(5)), rel=1e-12)


def test_ordinal_score_by_hand():
    # P(y > 0) = .5, P(y > 1) = .3; the target 1 lies above the first threshold only.
    score = row_scores("ordinal", [[0.5, 0.2, 0.3]], [1])
    assert score == pytest.approx([-(math.log(0.5) + math.log(0.7)) / 2])


def test_ordinal_score_counts_the_distance():
    p = [[0.9, 0.05, 0.05]] * 3
    assert (np.diff(row_scores("ordinal", p, [0, 1, 2])) > 0).all()


def test_two_classes_score_alike_for_both_kinds():
    p, y = [[0.3, 0.7], [0.6, 0.4]], [0, 0]
    assert np.allclose(row_scores("nominal", p, y), row_scores("ordinal", p, y))


@pytest.mark.parametrize("kind", KINDS)
def test_a_sure_error_is_finite_and_a_sure_hit_is_zero(kind):
    scores = row_scores(kind, [[1.0, 0.0], [1.0, 0.0]], [1, 0])
    assert scores.tolist() == pytest.approx([-math.log(CLIP), 0.0])


def test_exceedance_of_rounded_probabilities_stays_a_probability():
    assert exceedance([[0.0, 0.6, 0.4000001]]).max() == 1.0


def test_prior_leaves_unlabelled_rows_out():
    assert prior([1, -1, 1, 0, -1], 2).tolist() == pytest.approx([1 / 3, 2 / 3])


def test_prior_of_an_absent_class_is_small_and_its_score_finite():
    shares = prior([0] * 999 + [1], 3)
    assert shares.sum() == pytest.approx(1)
    assert shares[2] == pytest.approx(0.5 / 1000.5)
    assert np.isfinite(prior_scores("nominal", shares, [2])).all()


@pytest.mark.parametrize("y", [[], [-1, -1]])
def test_prior_without_labels_is_refused(y):
    with pytest.raises(MalsoriError, match="no training row"):
        prior(y, 3)


def test_prior_of_an_index_beyond_the_classes_is_refused():
    with pytest.raises(MalsoriError, match="3 does not fit"):
        prior([0, 3], 3)


@given(
    kind=st.sampled_from(KINDS),
    train=st.lists(st.integers(0, 3), min_size=1, max_size=30),
    test=st.lists(st.integers(0, 3), min_size=1, max_size=30),
)
def test_the_prior_has_no_skill(kind, train, test):
    shares = prior(train, 4)
    assert skill(kind, np.tile(shares, (len(test), 1)), test, shares) == 0.0


@given(st.integers(0, 2**32 - 1), st.permutations(range(4)))
def test_nominal_skill_does_not_know_the_classes_names(seed, order):
    rng = np.random.default_rng(seed)
    p, y = rng.dirichlet(np.ones(4), 20), rng.integers(0, 4, 20)
    shares, to = prior(y, 4), np.argsort(order)
    other = skill("nominal", p[:, order], to[y], shares[list(order)])
    assert other == pytest.approx(skill("nominal", p, y, shares), abs=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_ordinal_skill_is_the_same_upside_down(seed):
    rng = np.random.default_rng(seed)
    p, y = rng.dirichlet(np.ones(3), 20), rng.integers(0, 3, 20)
    shares = prior(y, 3)
    turned = skill("ordinal", p[:, ::-1], 2 - y, shares[::-1])
    assert turned == pytest.approx(skill("ordinal", p, y, shares), abs=1e-9)


def test_ordinal_score_depends_on_the_order():
    p, y = [[0.7, 0.2, 0.1]], [2]
    swapped = row_scores("ordinal", [[0.7, 0.1, 0.2]], [1])
    assert row_scores("ordinal", p, y)[0] != pytest.approx(swapped[0])


def test_skill_of_certainty_is_one_and_of_no_rows_is_undefined():
    assert skill("nominal", [[0, 1.0]], [1], [0.5, 0.5]) == 1.0
    assert math.isnan(skill("nominal", [[0, 1.0]], [-1], [0.5, 0.5]))


def test_skill_against_a_sure_prior_is_undefined():
    assert math.isnan(skill("nominal", [[0.5, 0.5]], [0], [1.0, 0.0]))
