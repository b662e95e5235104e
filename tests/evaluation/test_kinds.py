"""Every kind of task goes the whole way from predictions to numbers, tables and comparisons."""

import json

import numpy as np
import polars as pl
import pytest

from malsori.errors import MalsoriError
from malsori.evaluation import Bootstrap, difference, evaluate, over_seeds, prior_of
from malsori.schema import Task
from malsori.words import Words

SYMPTOM = Task(name="symptom", kind="multilabel", classes=("열", "통증", "드묾"))
VALENCE = Task(name="valence", kind="regression", low=1, high=5)
TASKS = {"symptom": SYMPTOM, "valence": VALENCE}


def labels(rows):
    rng = np.random.default_rng(0)
    return {
        "symptom": (rng.random((rows, 3)) < [0.6, 0.3, 0.1]).astype(int),
        "valence": rng.normal(3, 1, rows).clip(1, 5),
    }


PRIORS = {name: prior_of(TASKS[name], y).tolist() for name, y in labels(2000).items()}


def predictions(strength=2.0, seed=0, rows=240, groups=24, unlabelled=20):
    rng, y = np.random.default_rng([seed, 1]), labels(rows)
    z = strength * (2 * y["symptom"] - 1) + rng.normal(size=(rows, 3))
    p = 1 / (1 + np.exp(-z))
    share = strength / (1 + strength)
    v = 3 + share * (y["valence"] - 3) + 0.3 * rng.normal(size=rows)
    common = {
        "id": [f"u{i:04}" for i in range(rows)],
        "split": "test",
        "group": [f"s{i % groups}" for i in range(rows)],
        "condition": "text",
    }
    known = [i < rows - unlabelled for i in range(rows)]

    def there(values):
        return [v if k else None for v, k in zip(values, known, strict=True)]

    parts = [
        {**common, "task": "symptom", "targets": there(y["symptom"].tolist()),
         "values": (p > 0.5).astype(int).tolist(), "probabilities": p.tolist()},
        {**common, "task": "valence", "target": there(y["valence"].tolist()),
         "value": v.tolist()},
    ]  # fmt: skip
    frames = [pl.DataFrame(part) for part in parts]
    return pl.concat(frames, how="diagonal")


@pytest.fixture(scope="module")
def found():
    return evaluate(predictions(), TASKS, PRIORS)


def test_every_number_has_an_interval_around_it(found):
    for result in found.results:
        assert (result.labelled, result.unlabelled, result.units.count) == (220, 20, 24)
        for name, estimate in result.numbers.items():
            assert estimate.low <= estimate.value <= estimate.high, name
            if name in ("skill", "score"):
                assert estimate.low < estimate.value < estimate.high


def test_classes_that_go_together_have_their_own_numbers(found):
    result = found.get("test", "text", "symptom")
    y, there = labels(240)["symptom"][:220], predictions()
    assert result.support == y.sum(axis=0).tolist()
    v = np.array(there.filter(pl.col("task") == "symptom")["values"].to_list())[:220]
    assert result.predicted == v.sum(axis=0).tolist()
    assert result.confusion.shape == (3, 2, 2)
    assert result.confusion.sum(axis=(1, 2)).tolist() == [220] * 3
    for each in (result.recalls, result.f1s):
        assert len(each) == 3
        assert all(e.low <= e.value <= e.high for e in each)
    assert all(0.5 < e.value <= 1 for e in result.average_precisions)


def test_a_number_has_no_classes(found):
    result = found.get("test", "text", "valence")
    assert (result.support, result.predicted, result.never_predicted) == ([], [], [])
    assert (result.recalls, result.f1s) == ([], [])
    assert result.numbers["skill"].low > 0.5
    assert result.numbers["ccc"].value < result.numbers["pearson"].value


def test_the_tables_name_what_is_measured(found):
    text = "\n".join(table.text() for table in found.tables())
    for part in ("what was learned (multilabel)", "what was learned (regression)", "CCC",
                 "Pearson r", "R²", "micro-F1", "whole set right", "average precision",
                 "bootstrap interval"):  # fmt: skip
        assert part in text
    assert "classes of valence" not in text
    assert text.count("bootstrap interval") == 1


def test_it_can_be_held_by_json_and_a_frame(found):
    data = json.loads(json.dumps(found.data()))
    symptom, valence = data["results"]
    assert symptom["average_precision"]["열"]["low"] is None
    assert symptom["confusion"][0][1][1] > 0
    assert valence["classes"] == []
    metrics = set(found.frame()["metric"])
    assert {"ccc", "micro_f1", "recall/열", "average_precision/열"} <= metrics


def test_knowing_nothing_is_said_in_the_words_of_the_kind():
    found = evaluate(predictions(0.0), TASKS, PRIORS).results
    warned = [Words().say(note) for result in found for note in result.warnings]
    assert any("than the class prior" in w for w in warned)
    assert any("than the training mean" in w for w in warned)


def test_a_class_that_is_never_predicted_is_named():
    never = predictions().with_columns(
        pl.when(pl.col("task") == "symptom").then(pl.lit([1, 0, 0])).alias("values")
    )
    result = evaluate(never, TASKS, PRIORS).get("test", "text", "symptom")
    assert result.never_predicted == ["통증", "드묾"]
    assert any(Words().say(w).startswith("never predicted: 통증") for w in result.warnings)


@pytest.mark.parametrize(
    ("task", "metric"),
    [("symptom", "skill"), ("symptom", "macro_f1"), ("valence", "ccc"), ("valence", "mae")],
)
def test_two_models_are_compared_on_the_same_rows(task, metric):
    weak, strong = predictions(0.5), predictions(2.0)
    bootstrap = Bootstrap(resamples=200)
    found = difference(strong, weak, TASKS[task], PRIORS[task], metric=metric, bootstrap=bootstrap)
    assert found.shown
    assert (found.difference.value > 0) is (metric != "mae")
    seeds = [predictions(2.0, seed) for seed in range(3)]
    several = over_seeds(seeds, TASKS[task], PRIORS[task], metric=metric, bootstrap=bootstrap)
    assert several.low < several.value < several.high


def test_models_of_other_labels_are_not_compared():
    other = predictions().with_columns(pl.col("target") + 1)
    with pytest.raises(MalsoriError, match="have other targets"):
        difference(predictions(), other, VALENCE, PRIORS["valence"])


def test_a_metric_of_another_kind_is_refused():
    with pytest.raises(MalsoriError, match="regression tasks have no metric 'macro_f1'"):
        difference(predictions(), predictions(), VALENCE, PRIORS["valence"], metric="macro_f1")
