"""A run beside its references: rows of the tables, and a finding where one of them is better."""

import numpy as np
import polars as pl
import pytest

from malsori.evaluation import evaluate
from malsori.evaluation.intervals import Bootstrap
from malsori.evaluation.references import with_references
from malsori.schema import Task
from malsori.words import Words

BOOTSTRAP = Bootstrap(200)
TASK = Task(name="sentiment", kind="nominal", classes=("a", "b", "c", "d"))


def answers(made, strength, condition="speech+text", seed=0, noise=0.3, rows=200):
    """What somebody of a given strength says of always the same rows."""
    y = np.random.default_rng(7).choice(4, rows, p=made.priors["sentiment"])
    rng = np.random.default_rng(seed)
    z = np.log(made.priors["sentiment"]) + noise * strength * rng.normal(size=(rows, 4))
    z[np.arange(rows), y] += strength
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return made.frame(p, y, "sentiment", condition)


def beside(made, network, **references):
    frames = [f.with_columns(reference=pl.lit(name)) for name, f in references.items()]
    tasks, priors = {"sentiment": TASK}, made.priors
    found = evaluate(network, tasks, priors, resamples=200, grouped_by="speaker")
    whole = pl.concat(frames) if frames else None
    return with_references(found, network, whole, tasks, priors, BOOTSTRAP)


def test_a_reference_that_is_better_is_a_finding_with_its_numbers(made):
    strong = answers(made, 4.0, seed=1)
    found = beside(made, answers(made, 1.0), linear=strong)
    (note,) = found.findings
    assert note.key == "reference.better"
    assert note.fields["name"] == "uar"
    assert note.fields["of_reference"] == found.references[0].numbers["uar"].value
    assert note.fields["gain"].low > 0
    assert "linear model on the same features (speech+text) is better" in Words().say(note)
    assert "선형 모델(speech+text)(이/가)" not in Words("ko").say(note)


def test_a_network_that_is_better_hears_nothing(made):
    assert beside(made, answers(made, 4.0), linear=answers(made, 1.0, seed=1)).findings == ()


def test_what_no_interval_shows_is_told_as_that(made):
    one, two = (answers(made, 1.0, seed=s, rows=40) for s in (2, 3))
    better = max((one, two), key=lambda f: (f["target"] == f["value"]).sum())
    worse = one if better is two else two
    (note,) = beside(made, worse, linear=better).findings
    assert note.key == "reference.as_good"
    assert note.fields["gain"].low <= 0


def test_a_network_that_ranks_as_well_and_is_badly_calibrated_is_told_by_its_skill(made):
    good = answers(made, 1.0, noise=1.0)
    shares = np.array(good["probabilities"].to_list()) ** 8
    shares /= shares.sum(axis=1, keepdims=True)
    column = pl.Series("probabilities", shares.tolist(), dtype=pl.List(pl.Float32))
    (note,) = beside(made, good.with_columns(column), linear=good).findings
    assert (note.key, note.fields["name"]) == ("reference.better", "skill")


def test_the_best_of_several_is_named_whatever_it_hears(made):
    refs = {"linear": answers(made, 2.0, seed=1), "n-grams": answers(made, 4.0, "text", seed=2)}
    (note,) = beside(made, answers(made, 1.0), **refs).findings
    assert (note.fields["reference"], note.fields["condition"]) == ("n-grams", "text")
    assert note.fields["against"] == "speech+text"


def test_only_rows_that_both_have_are_compared(made):
    some = answers(made, 4.0, "text", seed=2)[:120]
    (note,) = beside(made, answers(made, 1.0), **{"n-grams": some}).findings
    found = evaluate(some, {"sentiment": TASK}, made.priors, resamples=50)
    expected = found.results[0].numbers["uar"].value
    assert note.fields["of_reference"] == pytest.approx(expected)


def test_the_prior_is_a_row_and_no_finding(made):
    found = beside(made, answers(made, 0.0), prior=answers(made, 3.0))
    assert [r.reference for r in found.references] == ["prior"]
    assert found.findings == ()


def test_without_references_all_is_as_it_was(made):
    network = answers(made, 1.0)
    found = beside(made, network)
    assert found.references == found.findings == ()
    assert found.data()["references"] == []


def test_they_are_rows_of_every_table_of_numbers_and_of_the_json(made):
    found = beside(made, answers(made, 1.0), linear=answers(made, 4.0, seed=1))
    learned, scores, _, cautions = found.tables()
    for table in (learned, scores):
        assert [row[1] for row in table.rows] == ["speech+text", "linear (speech+text)"]
    assert "linear model" in cautions.rows[0][-1]
    assert "선형(speech+text)" in found.tables(Words("ko"))[0].text()
    data = found.data()
    assert data["references"][0]["reference"] == "linear"
    assert "reference" not in data["results"][0]
    assert data["findings"][0]["finding"] == "reference.better"
    assert found.only("test").findings == list(found.findings)
    assert found.only("validation").references == []
