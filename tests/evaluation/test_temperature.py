import numpy as np
import pytest

from malsori.evaluation.scoring import exceedance, row_scores
from malsori.evaluation.temperature import FEWEST, LARGEST, apply, fit
from malsori.schema import Task
from malsori.training.inference import decide

KINDS = {
    "nominal": Task(name="t", kind="nominal", classes=("a", "b", "c")),
    "ordinal": Task(name="t", kind="ordinal", classes=("a", "b", "c")),
    "multilabel": Task(name="t", kind="multilabel", classes=("a", "b", "c")),
}


def said(kind, rows=200, seed=0, sure=3.0):
    """Probabilities of a network, and labels as often right as it would be at `sure`."""
    rng = np.random.default_rng(seed)
    if kind == "multilabel":
        true = rng.beta(1, 1, (rows, 3))
        labels = (rng.random((rows, 3)) < true).astype(np.int64)
    else:
        true = rng.dirichlet([1, 1, 1], rows)
        labels = (rng.random((rows, 1)) > true.cumsum(axis=1)).sum(axis=1)
    return apply(kind, true, 1 / sure), labels


@pytest.mark.parametrize("kind", KINDS)
def test_too_sure_a_network_is_cooled_to_where_it_is_right(kind):
    p, y = said(kind, rows=2000)
    found = fit(kind, p, y)
    assert 2.5 < found < 3.5
    before, after = (row_scores(kind, q, y).mean() for q in (p, apply(kind, p, found)))
    others = [row_scores(kind, apply(kind, p, found * by), y).mean() for by in (0.9, 1.1)]
    assert after < before
    assert after < min(others)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", [1 / LARGEST, 0.5, 2.5, LARGEST])
def test_no_answer_changes_and_what_comes_out_are_probabilities(kind, at):
    p, _ = said(kind, sure=1.0)
    cooled = apply(kind, p.astype(np.float32), at)
    assert cooled.dtype == np.float32
    assert np.array_equal(decide(KINDS[kind], cooled), decide(KINDS[kind], p))
    assert ((cooled >= 0) & (cooled <= 1)).all()
    if kind != "multilabel":
        assert np.allclose(cooled.sum(axis=1), 1)


def test_an_ordinal_temperature_divides_the_logits_of_the_thresholds():
    p = np.array([[0.7, 0.2, 0.1]])
    above = exceedance(apply("ordinal", p, 2.0))
    logit = np.log(exceedance(p) / (1 - exceedance(p)))
    assert np.allclose(above, 1 / (1 + np.exp(-logit / 2)))


def test_each_row_may_have_its_own():
    p = np.array([[0.9, 0.1], [0.9, 0.1]])
    assert apply("nominal", p, [2.0, 1.0])[0] == pytest.approx(apply("nominal", p[:1], 2.0)[0])
    assert np.allclose(apply("nominal", p, [2.0, 1.0])[1], p[1])


def test_one_changes_no_bit():
    p = np.random.default_rng(0).random((5, 3)).astype(np.float32)
    assert apply("nominal", p, 1.0) is p


def test_nothing_is_fitted_where_there_is_nothing_to_fit():
    p, y = said("nominal")
    assert fit("nominal", p[: FEWEST - 1], y[: FEWEST - 1]) is None
    assert fit("nominal", p, np.zeros(len(p), np.int64)) is None
    assert fit("regression", np.arange(20.0), np.arange(20.0)) is None
    assert fit("nominal", p[:0], y[:0]) is None


def test_few_rows_that_are_all_right_do_not_make_it_endlessly_sure():
    y = np.arange(12) % 2
    p = np.where(np.eye(2)[y] == 1, 0.8, 0.2)
    assert 2 / LARGEST < fit("nominal", p, y) < 1


def test_certainty_and_impossibility_stay_finite():
    p = np.array([[1.0, 0.0, 0.0]] * 12)
    for kind in ("nominal", "ordinal", "multilabel"):
        assert np.isfinite(apply(kind, p, 3.0)).all()
