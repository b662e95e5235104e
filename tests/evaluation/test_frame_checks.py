import math

import polars as pl
import pytest

from malsori.errors import MalsoriError
from malsori.evaluation.frame_checks import check
from malsori.schema import Task


@pytest.fixture
def rows(made):
    return made.make(20, 4)


def broken(rows, **changes):
    """The first row of `rows` with other content."""
    first = rows.head(1).with_columns(**changes)
    return pl.concat([first.cast(rows.schema), rows.tail(-1)])


def test_good_predictions_pass(rows, made):
    check(rows, made.tasks, made.priors)


@pytest.mark.parametrize("dtype", [pl.List(pl.Float64), pl.Array(pl.Float32, 4)])
def test_other_widths_of_number_pass(rows, made, dtype):
    only = rows.filter(pl.col("task") == "sentiment")
    only = only.with_columns(pl.col("probabilities").cast(dtype), pl.col("target").cast(pl.UInt8))
    check(only, {"sentiment": made.tasks["sentiment"]}, made.priors)


def test_probabilities_of_half_precision_pass(rows, made):
    half = pl.col("probabilities").list.eval(pl.element().round(3))
    check(rows.with_columns(half), made.tasks, made.priors)


@pytest.mark.parametrize(
    ("numbers", "why"),
    [
        ([0.5, 0.5], "is no list of 3 numbers"),
        (None, "is no list of 3 numbers"),
        ([0.5, 0.2, 0.2], "is no distribution"),
        ([0.5, 0.5, math.nan], "is no distribution"),
        ([0.5, 0.5, None], "is no distribution"),
        ([1.5, -0.25, -0.25], "is no distribution"),
        ([math.inf, 0.0, 0.0], "is no distribution"),
    ],
)
def test_probabilities_that_are_none_are_refused(rows, made, numbers, why):
    bad = broken(rows, probabilities=pl.Series([numbers], dtype=pl.List(pl.Float32)))
    with pytest.raises(
        MalsoriError, match=f"task 'urgency': probabilities .* of id 'u0000' .*{why}"
    ):
        check(bad, made.tasks, made.priors)


@pytest.mark.parametrize("value", [3.0, -1.0, 0.5, math.nan, None])
def test_values_that_are_no_class_are_refused(rows, made, value):
    with pytest.raises(MalsoriError, match=r"value .* of id 'u0000' .* no class index from 0 to 2"):
        check(broken(rows, value=pl.lit(value, pl.Float64)), made.tasks, made.priors)


@pytest.mark.parametrize("target", [3, -1])
def test_targets_that_are_no_class_are_refused(rows, made, target):
    # −1 means "not labelled" inside the program; here a null says so.
    with pytest.raises(MalsoriError, match=f"target {target} of id 'u0000'"):
        check(broken(rows, target=pl.lit(target)), made.tasks, made.priors)


def test_labels_instead_of_indices_are_refused(rows, made):
    with pytest.raises(MalsoriError, match="hold String in 'target'"):
        check(rows.with_columns(target=pl.lit("상")), made.tasks, made.priors)


def test_one_number_instead_of_a_list_is_refused(rows, made):
    with pytest.raises(MalsoriError, match="hold Float64 in 'probabilities'"):
        check(rows.with_columns(probabilities=pl.lit(0.5)), made.tasks, made.priors)


def test_the_same_utterance_twice_is_refused(rows, made):
    twice = pl.concat([rows, rows.head(1)])
    message = "2 rows more than once; the first: id 'u0000', task 'urgency', condition 'text'"
    with pytest.raises(MalsoriError, match=message):
        check(twice, made.tasks, made.priors)


def test_no_rows_and_missing_columns_are_refused(rows, made):
    with pytest.raises(MalsoriError, match="no rows"):
        check(rows.clear(), made.tasks, made.priors)
    with pytest.raises(MalsoriError, match="lack group, value"):
        check(rows.drop("group", "value"), made.tasks, made.priors)


def test_tasks_and_priors_must_fit(rows, made):
    urgency = {"urgency": made.tasks["urgency"]}
    with pytest.raises(MalsoriError, match="task 'sentiment', which is not declared"):
        check(rows, urgency, made.priors)
    only = rows.filter(pl.col("task") == "urgency")
    with pytest.raises(MalsoriError, match="no prediction for task 'sentiment'"):
        check(only, made.tasks, made.priors)
    with pytest.raises(MalsoriError, match="'urgency' has no training prior"):
        check(only, urgency, {})


@pytest.mark.parametrize(
    "prior", [[0.5, 0.5], [0.5, 0.5, 0.5], [1.5, -0.5, 0], [math.nan, 0.5, 0.5]]
)
def test_priors_that_are_none_are_refused(rows, made, prior):
    only = rows.filter(pl.col("task") == "urgency")
    with pytest.raises(MalsoriError, match="training prior of task 'urgency'"):
        check(only, {"urgency": made.tasks["urgency"]}, {"urgency": prior})


SYMPTOM = Task(name="symptom", kind="multilabel", classes=("열", "통증"))
VALENCE = Task(name="valence", kind="regression", low=1, high=5)
OWN = {"symptom": SYMPTOM, "valence": VALENCE}
OWN_PRIORS = {"symptom": [0.5, 0.9], "valence": [3.0, 0.5]}


def of_other_kinds(**changes):
    """One row of a multilabel task and one of a regression task."""
    common = {"id": "u0", "split": "test", "group": None, "condition": "text"}
    row = {
        "symptom": {"targets": [1, 0], "values": [1, 1], "probabilities": [0.9, 0.6]},
        "valence": {"target": 2.5, "value": 3.0},
    }
    rows = [{**common, "task": task, **row[task], **changes.get(task, {})} for task in row]
    schema = {
        **dict.fromkeys(("id", "split", "group", "condition", "task"), pl.String),
        **dict.fromkeys(("target", "value"), pl.Float64),
        **dict.fromkeys(("targets", "values", "probabilities"), pl.List(pl.Float64)),
    }
    return pl.DataFrame(rows, schema=schema)


def test_lists_of_classes_and_numbers_pass_with_and_without_label():
    check(of_other_kinds(), OWN, OWN_PRIORS)
    check(of_other_kinds(symptom={"targets": None}, valence={"target": None}), OWN, OWN_PRIORS)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"symptom": {"targets": [1]}}, "targets .* of id 'u0' .* is no list of 2 numbers"),
        ({"symptom": {"targets": [2, 0]}}, "targets .* is no list of zeros and ones"),
        ({"symptom": {"values": [0.5, 0]}}, "values .* is no list of zeros and ones"),
        ({"symptom": {"values": None}}, "values None .* is no list of 2 numbers"),
        ({"symptom": {"probabilities": [0.5, 1.5]}}, "is no list of numbers from 0 to 1"),
        ({"symptom": {"probabilities": [0.5, math.nan]}}, "is no list of numbers from 0 to 1"),
        ({"valence": {"value": None}}, "value None of id 'u0' .* is no finite number"),
        ({"valence": {"value": math.nan}}, "value nan .* is no finite number"),
        ({"valence": {"target": math.inf}}, "target inf .* is no finite number"),
    ],
)
def test_lists_and_numbers_that_are_none_are_refused(changes, why):
    with pytest.raises(MalsoriError, match=why):
        check(of_other_kinds(**changes), OWN, OWN_PRIORS)


def test_a_frame_of_before_there_were_lists_has_no_multilabel_task():
    with pytest.raises(MalsoriError, match="task 'symptom' lack targets, values"):
        check(of_other_kinds().drop("targets", "values"), OWN, OWN_PRIORS)


@pytest.mark.parametrize(
    "priors",
    [
        {"symptom": [0.5]},
        {"symptom": [0.5, 1.5]},
        {"valence": [3.0]},
        {"valence": [3.0, math.nan]},
    ],
)
def test_priors_of_lists_and_numbers_must_fit(priors):
    with pytest.raises(MalsoriError, match=f"training prior of task '{next(iter(priors))}'"):
        check(of_other_kinds(), OWN, {**OWN_PRIORS, **priors})
