import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from malsori.errors import MalsoriError
from malsori.evaluation import metrics, sums
from malsori.evaluation.metrics import Sums, metric_named

CLASSES = 4


def sums_of(y, v, classes=CLASSES):
    confusion = np.zeros((classes, classes))
    np.add.at(confusion, (np.asarray(y, int), np.asarray(v, int)), 1)
    return Sums.of_confusion(confusion)


def sklearn_says(y, v):
    kappa = math.nan
    if len(set(y) | set(v)) > 1:
        kappa = sk.cohen_kappa_score(y, v, weights="quadratic", labels=range(CLASSES))
    present = sorted(set(y))
    return {
        "accuracy": sk.accuracy_score(y, v),
        "macro_f1": sk.f1_score(y, v, average="macro", zero_division=0),
        "weighted_f1": sk.f1_score(y, v, average="weighted", zero_division=0),
        "uar": sk.recall_score(y, v, average="macro", labels=present, zero_division=0),
        "mae": sk.mean_absolute_error(y, v),
        "qwk": kappa,
    }


@given(
    st.lists(
        st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES - 1)),
        min_size=1,
        max_size=40,
    )
)
def test_metrics_are_those_of_scikit_learn(pairs):
    # Short lists leave classes out of the targets, of the predictions, or of both.
    y, v = zip(*pairs, strict=True)
    expected = sklearn_says(y, v)
    ours = {name: float(metric_named("ordinal", name)(sums_of(y, v))) for name in expected}
    assert ours == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_metrics_of_many_rows_and_per_class():
    rng = np.random.default_rng(0)
    y, v = rng.choice(4, 3000, p=[0.86, 0.1, 0.03, 0.01]), rng.integers(0, 4, 3000)
    sums = sums_of(y, v)
    assert float(metrics.qwk(sums)) == pytest.approx(
        sk.cohen_kappa_score(y, v, weights="quadratic")
    )
    assert metrics.recalls(sums) == pytest.approx(sk.recall_score(y, v, average=None))
    assert metrics.f1s(sums) == pytest.approx(sk.f1_score(y, v, average=None))


def test_all_neutral_has_the_published_weighted_f1_and_hides_six_classes():
    # Evaluation rows of the seven-emotion study: weighted F1 .805, macro-F1 .133.
    y = np.repeat(np.arange(7), [2224, 237, 29, 31, 24, 9, 12])
    sums = sums_of(y, np.zeros_like(y), 7)
    assert float(metrics.weighted_f1(sums)) == pytest.approx(0.805, abs=5e-4)
    # over all seven classes: six of them score 0
    assert float(metrics.macro_f1(sums)) == pytest.approx(0.133, abs=5e-4)
    assert float(metrics.uar(sums)) == pytest.approx(1 / 7)


def test_a_class_that_only_training_knows_counts_nowhere():
    sums = sums_of([0, 0, 1, 1], [0, 0, 1, 0])
    assert float(metrics.uar(sums)) == 0.75
    assert np.isnan(metrics.recalls(sums)).tolist() == [False, False, True, True]


def test_a_wrongly_predicted_foreign_class_lowers_macro_f1_but_not_the_uars_classes():
    sums = sums_of([0, 0, 1, 1], [0, 0, 1, 3])
    assert float(metrics.macro_f1(sums)) == pytest.approx((1 + 2 / 3 + 0) / 3)
    assert float(metrics.uar(sums)) == 0.75


def test_no_rows_are_undefined_everywhere():
    sums = sums_of([], [])
    assert all(math.isnan(m(sums)) for m in metrics.metrics_of("ordinal").values())


def test_leading_axes_are_computed_alike():
    rng = np.random.default_rng(1)
    confusion = rng.integers(0, 9, (2, 5, 3, 3)).astype(float)
    confusion[0, 0, 1] = 0
    for metric in metrics.ORDINAL.values():
        every = metric(Sums.of_confusion(confusion, 1))
        each = [[metric(Sums.of_confusion(c, 1)) for c in row] for row in confusion]
        assert every == pytest.approx(np.array(each), nan_ok=True)


def test_sums_of_rows_add_up():
    rng = np.random.default_rng(2)
    p, y = rng.dirichlet(np.ones(3), 50), rng.integers(0, 3, 50)
    total = Sums.of_rows("nominal", p, y, p.argmax(1), [0.2, 0.5, 0.3]).total()
    assert total.confusion.tolist() == sk.confusion_matrix(y, p.argmax(1)).tolist()
    assert float(sums.score(total)) == pytest.approx(sk.log_loss(y, p))
    assert float(metrics.majority_accuracy(total)) == np.mean(y == 1)
    again = total.like(total.matrix())
    assert float(sums.skill(again)) == float(sums.skill(total))


def test_unknown_metric_names_the_nearest():
    with pytest.raises(MalsoriError, match="did you mean 'macro_f1'"):
        metric_named("nominal", "macrof1")
    with pytest.raises(MalsoriError, match="nominal tasks have no metric 'qwk'"):
        metric_named("nominal", "qwk")
