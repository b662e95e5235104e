"""Multilabel metrics are those of scikit-learn; everything follows from sums."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from malsori.evaluation.metrics import metrics_of, sums_of
from malsori.evaluation.multilabel import LabelSums, average_precisions, f1s, recalls
from malsori.evaluation.scoring import prior_of, prior_scores, row_scores, skill
from malsori.schema import Task

TASK = Task(name="symptom", kind="multilabel", classes=("a", "b", "c"))


def made(rows, seed=0, strength=1.0):
    rng = np.random.default_rng(seed)
    y = (rng.random((rows, 3)) < [0.6, 0.3, 0.05]).astype(int)
    z = rng.normal(size=(rows, 3)) + strength * (2 * y - 1)
    return 1 / (1 + np.exp(-z)), y


def sklearn_says(y, v):
    """Averages are over the classes that occur somewhere, as everywhere in malsori."""
    there = [k for k in range(3) if y[:, k].any() or v[:, k].any()]
    return {
        "macro_f1": sk.f1_score(y, v, labels=there, average="macro", zero_division=0),
        "micro_f1": sk.f1_score(y, v, average="micro", zero_division=0),
        "subset_accuracy": sk.accuracy_score(y, v),
    }


@given(st.lists(st.tuples(*[st.booleans()] * 6), min_size=1, max_size=20))
def test_metrics_are_those_of_scikit_learn(rows):
    y, v = np.array(rows, int)[:, :3], np.array(rows, int)[:, 3:]
    if not y.any() and not v.any():
        return  # nothing to average
    total = LabelSums.of_rows(np.full(y.shape, 0.5), y, v, [0.5] * 3).total()
    expected = sklearn_says(y, v)
    ours = {name: float(metrics_of("multilabel")[name](total)) for name in expected}
    assert ours == pytest.approx(expected, abs=1e-12)


def test_metrics_per_class():
    p, y = made(500)
    v = (p > 0.5).astype(int)
    total = LabelSums.of_rows(p, y, v, [0.5] * 3).total()
    assert recalls(total) == pytest.approx(sk.recall_score(y, v, average=None))
    assert f1s(total) == pytest.approx(sk.f1_score(y, v, average=None))
    assert total.confusion().tolist() == sk.multilabel_confusion_matrix(y, v).tolist()


@pytest.mark.parametrize("digits", [1, 6])
def test_average_precision_is_that_of_scikit_learn_with_ties_too(digits):
    p, y = made(400)
    p = p.round(digits)
    expected = sk.average_precision_score(y, p, average=None)
    assert average_precisions(p, y) == pytest.approx(expected)
    y[:, 2] = 0
    assert np.isnan(average_precisions(p, y)).tolist() == [False, False, True]


def test_the_score_is_the_mean_cross_entropy_of_the_classes():
    p, y = made(300)
    expected = np.mean([sk.log_loss(y[:, k], p[:, k]) for k in range(3)])
    assert row_scores("multilabel", p, y).mean() == pytest.approx(expected)


def test_the_prior_is_the_frequency_of_each_class_and_never_sure():
    y = np.array([[1, 1, 0], [1, 0, 0], [1, 0, 0], [-1, -1, -1]])
    assert prior_of(TASK, y).tolist() == pytest.approx([3 / 3.5, 1 / 3, 0.5 / 3.5])
    assert np.isfinite(prior_scores("multilabel", prior_of(TASK, y), 1 - np.abs(y))).all()


def test_the_prior_itself_has_skill_0_and_the_truth_1():
    _, y = made(1000)
    prior = prior_of(TASK, y)
    assert skill("multilabel", np.tile(prior, (1000, 1)), y, prior) == pytest.approx(0)
    assert skill("multilabel", y, y, prior) == pytest.approx(1, abs=1e-5)
    assert skill("multilabel", 1 - y, y, prior) < -5


def test_rows_without_label_do_not_count():
    p, y = made(50)
    more = np.vstack([y, [[-1, -1, -1]]])
    prior = prior_of(TASK, more)
    assert prior.tolist() == prior_of(TASK, y).tolist()
    found = skill("multilabel", np.vstack([p, [[0.1] * 3]]), more, prior)
    assert found == skill("multilabel", p, y, prior)


def test_leading_axes_are_computed_alike():
    p, y = made(60)
    sums = sums_of("multilabel", p, y, (p > 0.5).astype(int), [0.6, 0.3, 0.05])
    drawn = np.random.default_rng(1).integers(0, 3, (2, 4, 60)).astype(float)
    every = sums.like(drawn @ sums.matrix())
    for metric in [*metrics_of("multilabel").values(), recalls, f1s]:
        each = [[metric(sums.like(d @ sums.matrix())) for d in row] for row in drawn]
        assert metric(every) == pytest.approx(np.array(each), nan_ok=True)


def test_no_rows_are_undefined_everywhere():
    empty = np.zeros((0, 3))
    total = sums_of("multilabel", empty, empty, empty, [0.5] * 3).total()
    assert all(math.isnan(m(total)) for m in metrics_of("multilabel").values())
