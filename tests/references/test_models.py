"""One penalised linear model for each kind of task, the same as scikit-learn's own."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from malsori.evaluation.scoring import prior_of
from malsori.references.models import fit
from malsori.schema import Task

NOMINAL = Task(name="mood", kind="nominal", classes=("a", "b", "c"))
ORDINAL = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
MULTILABEL = Task(name="symptom", kind="multilabel", classes=("열", "통증"))
REGRESSION = Task(name="valence", kind="regression")


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=90)
    return rng.normal(size=(90, 4)) + np.eye(3, 4)[y], y


def test_nominal_is_logistic_regression(rows):
    x, y = rows
    own = LogisticRegression(C=0.3).fit(x, y).predict_proba(x)
    np.testing.assert_allclose(fit(NOMINAL, x, y, 0.3)(x), own, rtol=1e-10)


def test_multilabel_is_one_for_each_class(rows):
    x, y = rows
    sets = np.stack([y == 0, y > 0], axis=1).astype(np.int8)
    own = [LogisticRegression(C=0.3).fit(x, c).predict_proba(x)[:, 1] for c in sets.T]
    np.testing.assert_allclose(fit(MULTILABEL, x, sets, 0.3)(x), np.stack(own, axis=1))


def test_regression_is_ridge(rows):
    x, y = rows
    own = Ridge(alpha=2.0).fit(x, y).predict(x)
    np.testing.assert_allclose(fit(REGRESSION, x, y.astype(float), 0.5)(x)[:, 0], own)


def test_ordinal_is_one_for_each_threshold_and_a_distribution(rows):
    x, y = rows
    found = fit(ORDINAL, x, y, 0.3)(x)
    own = LogisticRegression(C=0.3).fit(x, y > 0).predict_proba(x)[:, 1]
    np.testing.assert_allclose(1 - found[:, 0], own)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found.min() >= 0


@pytest.mark.parametrize(
    ("task", "y"),
    [
        (NOMINAL, np.array([1, 1, 1])),
        (ORDINAL, np.array([1, 1, 1])),
        (MULTILABEL, np.array([[1, 0]] * 3)),
        (REGRESSION, np.array([2.5, 2.5, 2.5])),
    ],
)
def test_rows_that_say_all_the_same_give_what_is_known_of_them(task, y):
    found = fit(task, np.eye(3), y, 1.0)(np.eye(3))
    assert (found == found[0]).all()
    if task.kind in ("nominal", "multilabel", "regression"):
        np.testing.assert_allclose(found[0], prior_of(task, y)[: task.width])
    else:
        assert found[0].argmax() == 1
        assert found[0].min() > 0


def test_a_class_that_training_never_saw_keeps_its_share_of_the_prior(rows):
    x, y = rows
    seen = y > 0
    found = fit(NOMINAL, x[seen], y[seen], 1.0)(x)
    np.testing.assert_allclose(found[:, 0], prior_of(NOMINAL, y[seen])[0])
    np.testing.assert_allclose(found.sum(axis=1), 1)
