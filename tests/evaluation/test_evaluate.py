import json
import math

import numpy as np
import polars as pl
import pytest
from sklearn import metrics as sk

from malsori.errors import MalsoriError
from malsori.evaluation import evaluate
from malsori.schema import Task
from malsori.words import Words

PAIR = Task(name="pair", kind="nominal", classes=("x", "y"))


def pair(targets, p_of_y, groups=None):
    """Predictions of a task of two classes."""
    p = np.asarray(p_of_y, dtype=float)
    return pl.DataFrame(
        {
            "id": [str(i) for i in range(len(p))],
            "split": "test",
            "group": groups,
            "condition": "text",
            "task": "pair",
            "target": pl.Series(targets, dtype=pl.Int64),
            "probabilities": np.column_stack([1 - p, p]).tolist(),
            "value": (p > 0.5).astype(float),
        }
    )


def of_pair(predictions, prior=(0.5, 0.5), **options):
    options = {"resamples": 100} | options
    found = evaluate(predictions, {"pair": PAIR}, {"pair": prior}, **options)
    return found.get("test", "text", "pair")


def test_every_split_condition_and_task_has_its_result(made):
    frames = pl.concat([made.make(split="test"), made.make(50, split="validation")])
    found = evaluate(frames, made.tasks, made.priors, resamples=50)
    order = [(r.split, r.task.name, r.condition) for r in found.results]
    conditions = ["speech+text", "speech", "text"]
    splits, names = ["test", "validation"], ["urgency", "sentiment"]
    assert order == [(s, n, c) for s in splits for n in names for c in conditions]
    assert found.get("validation", "text", "urgency").labelled == 45


def test_numbers_are_those_of_the_labelled_rows(made):
    found = evaluate(made.make(), made.tasks, made.priors, resamples=50)
    rows = made.make().filter(
        (pl.col("task") == "urgency") & (pl.col("condition") == "speech")
    ).drop_nulls("target")  # fmt: skip
    y, v = rows["target"].to_numpy(), rows["value"].to_numpy().astype(int)
    result = found.get("test", "speech", "urgency")
    assert (result.labelled, result.unlabelled) == (180, 20)
    assert (result.units.unit, result.units.count) == ("group", 20)
    assert result.confusion.tolist() == sk.confusion_matrix(y, v).tolist()
    assert result.predicted == np.bincount(v, minlength=3).tolist()
    values = {name: e.value for name, e in result.numbers.items()}
    assert values["uar"] == pytest.approx(sk.balanced_accuracy_score(y, v))
    assert values["majority_accuracy"] == pytest.approx(np.mean(y == 0))
    assert values["qwk"] == pytest.approx(sk.cohen_kappa_score(y, v, weights="quadratic"))
    assert values["skill"] == pytest.approx(1 - values["score"] / values["prior_score"])
    assert [e.value for e in result.recalls] == pytest.approx(sk.recall_score(y, v, average=None))


def test_every_number_has_an_interval_around_it(made):
    found = evaluate(made.make(400, 40), made.tasks, made.priors, resamples=200)
    for result in found.results:
        for estimate in [*result.numbers.values(), *result.recalls]:
            assert estimate.low - 1e-9 <= estimate.value <= estimate.high + 1e-9


def said(result):
    return [Words().say(note) for note in result.warnings]


def test_learning_shows_and_not_learning_is_said(made):
    found = evaluate(made.make(), made.tasks, made.priors, resamples=200)
    both, text = (found.get("test", c, "sentiment") for c in ("speech+text", "text"))
    assert both.numbers["skill"].low > 0.2
    assert not any("prior" in warning for warning in said(both))
    # text answers with the prior: its skill is 0 but for the rounding of float32
    assert text.numbers["skill"].value == pytest.approx(0, abs=1e-6)
    assert text.never_predicted == ["b", "c", "d"]
    assert any("equals that of always answering" in warning for warning in said(text))


def test_the_class_prior_has_no_skill_and_a_warning_says_so():
    result = of_pair(pair([0, 1, 1, 0] * 5, [0.4] * 20), prior=(0.6, 0.4))
    assert result.numbers["skill"].value == 0.0
    assert said(result)[0] == (
        "skill 0.000 [0.00, 0.00]: the interval includes 0, no better than the class prior"
    )


def test_worse_than_the_prior_is_said():
    result = of_pair(pair([0, 1] * 20, [0.9, 0.1] * 20))
    assert "worse than the class prior" in said(result)[0]
    assert "accuracy 0.000 is below" in said(result)[1]


def test_intervals_over_groups_are_wider_when_groups_differ():
    p = np.repeat([0.9, 0.2, 0.9, 0.9, 0.2, 0.2, 0.9, 0.9, 0.2, 0.9, 0.9, 0.9], 10)
    groups = np.repeat([f"s{i}" for i in range(12)], 10).tolist()
    by_group, by_row = of_pair(pair([1] * 120, p, groups)), of_pair(pair([1] * 120, p))
    assert (by_group.units.unit, by_row.units.unit) == ("group", "row")
    one, other = by_group.numbers["accuracy"], by_row.numbers["accuracy"]
    assert one.high - one.low > 2 * (other.high - other.low)


def test_one_class_in_the_test_rows():
    result = of_pair(pair([1] * 20, [0.6] * 20))
    assert result.numbers["uar"].value == 1.0
    assert math.isnan(result.recalls[0].value)
    assert result.support == [0, 20]
    assert "every labelled row is y: UAR and F1 compare nothing" in said(result)
    assert result.never_predicted == ["x"]
    assert not any("never predicted" in words for words in said(result))  # it does not occur


def test_one_row_has_numbers_and_no_interval():
    result = of_pair(pair([1], [0.75]))
    assert result.numbers["skill"].value == pytest.approx(1 - math.log(0.75) / math.log(0.5))
    assert math.isnan(result.numbers["skill"].low)
    assert "no interval: 1 row" in said(result)


def test_no_labelled_row_is_said_and_shown():
    found = evaluate(pair([None] * 3, [0.5] * 3), {"pair": PAIR}, {"pair": [0.5, 0.5]})
    result = found.get("test", "text", "pair")
    assert (result.labelled, result.unlabelled) == (0, 3)
    assert all(math.isnan(e.value) for e in result.numbers.values())
    assert said(result) == ["no row has a label: there is nothing to score"]
    assert "–" in found.tables()[0].text()


@pytest.mark.parametrize(
    ("groups", "warning"),
    [
        (["a"] * 20, "all rows are of one group: the interval is over rows"),
        (["a", "b"] * 10, "only 2 groups: the interval covers less than 95 %"),
    ],
)
def test_few_groups_are_said(groups, warning):
    result = of_pair(pair([0, 1] * 10, [0.2, 0.8] * 10, groups))
    assert any(text.startswith(warning) for text in said(result))


def test_same_seed_same_evaluation(made):
    one, two = (evaluate(made.make(), made.tasks, made.priors, resamples=50) for _ in range(2))
    other = evaluate(made.make(), made.tasks, made.priors, resamples=50, seed=1)
    assert one.data() == two.data() != other.data()


def test_order_of_rows_does_not_change_the_numbers(made):
    predictions = made.make()
    shuffled = predictions.sample(fraction=1, shuffle=True, seed=3)
    one, two = (evaluate(p, made.tasks, made.priors, resamples=50) for p in (predictions, shuffled))
    assert one.data() == two.data()


def test_data_is_json_and_holds_denominators(made):
    data = evaluate(made.make(), made.tasks, made.priors, resamples=50).data()
    again = json.loads(json.dumps(data, allow_nan=False))
    first = again["results"][0]
    keys = ("split", "condition", "task", "labelled", "unlabelled", "unit", "units", "few_units")
    assert [first[k] for k in keys] == [
        "test", "speech+text", "urgency", 180, 20, "group", 20, False,
    ]  # fmt: skip
    assert sum(map(sum, first["confusion"])) == 180


def test_frame_has_one_row_a_number(made):
    found = evaluate(made.make(), made.tasks, made.priors, resamples=50).frame()
    assert found.group_by("task").len().sort("task")["len"].to_list() == [3 * 16, 3 * 16]
    row = found.row(
        by_predicate=(pl.col("metric") == "recall/상") & (pl.col("condition") == "text")
    )
    assert row[0] == "test"
    assert found.null_count().select("labelled", "unit", "units", "metric").row(0) == (0, 0, 0, 0)


def test_get_names_what_there_is(made):
    found = evaluate(made.make(), made.tasks, made.priors, resamples=50)
    with pytest.raises(MalsoriError, match=r"no result for test, text, mood .*test, text, urgency"):
        found.get("test", "text", "mood")


def test_bad_predictions_are_refused():
    with pytest.raises(MalsoriError, match="no distribution"):
        of_pair(pair([0], [1.2]))


def test_resampling_is_cheap_in_calls_of_metrics(made, monkeypatch):
    # The promise behind the speed: a metric sees all resamples in one call.
    from malsori.evaluation import metrics

    calls = []
    real = metrics.NOMINAL["uar"]
    monkeypatch.setitem(metrics.NOMINAL, "uar", lambda sums: (calls.append(1), real(sums))[1])
    of_pair(pair([0, 1] * 10, [0.2, 0.8] * 10), resamples=500)
    assert len(calls) == 2
