import math

import numpy as np
import polars as pl
import pytest

from malsori.errors import MalsoriError
from malsori.evaluation.frame import check, labelled


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


def test_labelled_rows(rows, made):
    part = rows.filter((pl.col("task") == "urgency") & (pl.col("condition") == "text"))
    found = labelled(part, made.tasks["urgency"])
    assert (len(found.ids), found.unlabelled, found.units.count) == (18, 2, 4)
    assert found.probabilities.shape == (18, 3)
    assert found.targets.dtype == np.int64
