"""Rules that turn votes into labels: the known vectors, and what holds for any votes."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malsori.corpus.labels import RULES, Vote, aggregate
from malsori.errors import MalsoriError
from malsori.schema import UnknownLabel

EMOTIONS = ("happiness", "angry", "disgust", "fear", "neutral", "sadness", "surprise")


def votes_of(text):
    """'neutral0 happiness1 neutral0*3' as five votes."""
    words = []
    for word in text.split():
        name, _, times = word.partition("*")
        words += [name] * int(times or 1)
    return [Vote(str(i), w[:-1], float(w[-1])) for i, w in enumerate(words, start=1)]


# votes, label and ties by the sum of intensities, label and ties by majority, votes of the best
VECTORS = [
    ("angry2 surprise2 happiness2*3", "happiness", (), "happiness", (), 3),
    ("happiness2 happiness1 sadness1*3", "sadness", (), "sadness", (), 3),
    (
        "neutral0 happiness1 sadness1 sadness1 neutral0",
        "sadness",
        (),
        None,
        ("neutral", "sadness"),
        2,
    ),
    ("neutral0 happiness1 neutral0*3", "happiness", (), "neutral", (), 4),
    ("neutral0*5", "neutral", (), "neutral", (), 5),
]


@pytest.mark.parametrize(("text", "by_sum", "sum_ties", "by_votes", "ties", "best"), VECTORS)
def test_the_known_vectors(text, by_sum, sum_ties, by_votes, ties, best):
    votes = votes_of(text)
    assert len(votes) == 5
    summed = aggregate(votes, EMOTIONS, "intensity_sum")
    assert (summed.label, summed.compound) == (by_sum, sum_ties)
    for rule in ("majority", "soft"):
        most = aggregate(votes, EMOTIONS, rule)
        assert (most.label, most.compound) == (by_votes, ties)
    assert aggregate(votes, EMOTIONS).label == (by_votes if best >= 3 else None)
    assert aggregate(votes, EMOTIONS, "majority(5)").label == (by_votes if best == 5 else None)


def test_every_rule_keeps_the_shares_of_votes():
    votes = votes_of("neutral0 happiness1 neutral0*3")
    for rule in RULES:
        assert aggregate(votes, EMOTIONS, rule).soft == [0.2, 0, 0, 0, 0.8, 0, 0]


def test_equal_sums_and_equal_votes_are_undecided():
    decision = aggregate(votes_of("sadness2 angry2 neutral0"), EMOTIONS, "intensity_sum")
    assert decision.label is None
    assert decision.compound == ("angry", "sadness")  # in class order


def test_a_zero_for_another_class_than_neutral_stands_with_its_votes():
    assert aggregate(votes_of("fear0 fear0 neutral0"), EMOTIONS, "intensity_sum").label == "fear"


def test_sums_of_decimals_that_are_equal_on_paper_are_a_tie():
    votes = [Vote("1", "fear", 0.1), Vote("2", "fear", 0.2), Vote("3", "angry", 0.3)]
    assert aggregate(votes, EMOTIONS, "intensity_sum").label == "fear"  # by two votes
    votes.append(Vote("4", "angry", 0.0))
    assert aggregate(votes, EMOTIONS, "intensity_sum").compound == ("angry", "fear")


def test_without_any_intensity_their_sum_does_not_decide():
    decision = aggregate([Vote("1", "fear"), Vote("2", "fear")], EMOTIONS, "intensity_sum")
    assert (decision.label, decision.compound) == (None, ())
    assert decision.soft is not None
    decision = aggregate([Vote("1", "fear"), Vote("2", "angry", 1)], EMOTIONS, "intensity_sum")
    assert decision.label == "angry"


def test_the_situation_is_the_scripted_intent_whatever_raters_hear():
    votes = votes_of("neutral0*5")
    assert aggregate(votes, EMOTIONS, "situation", situation="fear").label == "fear"
    assert aggregate(votes, EMOTIONS, "situation").label is None
    with pytest.raises(UnknownLabel, match="did you mean 'fear'"):
        aggregate(votes, EMOTIONS, "situation", situation="feer")


def test_nobody_voted():
    for rule in RULES:
        nobody = aggregate([Vote("1", None, 2)], EMOTIONS, rule)
        assert (nobody.label, nobody.soft, nobody.compound) == (None, None, ())


def test_what_is_refused():
    with pytest.raises(UnknownLabel, match="did you mean 'disgust'"):
        aggregate([Vote("1", "disqust")], EMOTIONS)
    for intensity in (-1, float("nan"), float("inf")):
        with pytest.raises(MalsoriError, match="rater '7' gave 'fear' the intensity"):
            aggregate([Vote("7", "fear", intensity)], EMOTIONS, "intensity_sum")


ballots = st.lists(
    st.builds(
        Vote,
        st.text("123456789", min_size=1, max_size=2),
        st.sampled_from([*EMOTIONS[:4], None]),
        st.sampled_from([0.0, 0.1, 0.2, 0.3, 1.0, 2.0, None]),
    ),
    max_size=10,
)
rules = st.sampled_from([*RULES, "majority(2)", "majority(10)"])


@given(ballots, rules, st.randoms())
def test_the_order_of_raters_never_matters(votes, rule, rng):
    shuffled = list(votes)
    rng.shuffle(shuffled)
    assert aggregate(shuffled, EMOTIONS, rule) == aggregate(votes, EMOTIONS, rule)


@given(ballots, rules)
def test_shares_sum_to_one_and_no_label_comes_from_nowhere(votes, rule):
    decision = aggregate(votes, EMOTIONS, rule)
    given_labels = {v.label for v in votes} - {None}
    if decision.soft is None:
        assert not given_labels
    else:
        assert sum(decision.soft) == pytest.approx(1)
        voted = {c for c, share in zip(EMOTIONS, decision.soft, strict=True) if share}
        assert voted == given_labels
    assert len(decision.compound) != 1
    assert {decision.label, *decision.compound} - {None} <= given_labels
    assert decision.label is None or not decision.compound


@given(ballots)
def test_a_higher_bar_only_undecides(votes):
    labels = [aggregate(votes, EMOTIONS, f"majority({n})").label for n in range(1, 12)]
    for lower, higher in itertools.pairwise(labels):
        assert higher in (lower, None)


@given(ballots)
def test_majority_is_the_class_with_most_votes(votes):
    counts = {c: sum(v.label == c for v in votes) for c in EMOTIONS}
    best = [c for c in EMOTIONS if counts[c] == max(counts.values())]
    decision = aggregate(votes, EMOTIONS, "majority")
    if not any(counts.values()):
        assert decision.soft is None
    elif len(best) == 1:
        assert decision.label == best[0]
    else:
        assert decision.compound == tuple(best)


@given(ballots)
def test_the_sum_of_intensities_as_written_in_exact_decimals(votes):
    """An independent computation in tenths, which are whole numbers."""
    voted = [v for v in votes if v.label]
    asked = any(v.intensity is not None for v in voted)
    key = {
        c: (sum(round(10 * (v.intensity or 0)) for v in voted if v.label == c), n)
        for c in {v.label for v in voted}
        if (n := sum(v.label == c for v in voted))
    }
    best = [c for c in EMOTIONS if c in key and key[c] == max(key.values())] if asked else []
    decision = aggregate(votes, EMOTIONS, "intensity_sum")
    assert decision.label == (best[0] if len(best) == 1 else None)
    assert decision.compound == (tuple(best) if len(best) > 1 else ())


@settings(max_examples=20)
@given(st.integers(1, 5), st.randoms(use_true_random=False))
def test_other_names_of_the_classes_change_nothing(k, rng):
    names = {c: f"c{i}" for i, c in enumerate(EMOTIONS)}
    votes = [Vote(str(i), random.Random(i * k).choice(EMOTIONS), float(i % 3)) for i in range(5)]
    renamed = [v._replace(label=names[v.label]) for v in votes]
    for rule in RULES[:3]:
        a = aggregate(votes, EMOTIONS, rule)
        b = aggregate(renamed, list(names.values()), rule)
        assert (names.get(a.label), a.soft) == (b.label, b.soft)
