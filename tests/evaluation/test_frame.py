"""What a predictions frame says of a task."""

import numpy as np
import polars as pl

from malsori.evaluation.frame import is_known, labelled
from malsori.schema import Task


def test_labelled_rows(made):
    rows = made.make(20, 4)
    part = rows.filter((pl.col("task") == "urgency") & (pl.col("condition") == "text"))
    found = labelled(part, made.tasks["urgency"])
    assert (len(found.ids), found.unlabelled, found.units.count) == (18, 2, 4)
    assert found.probabilities.shape == (18, 3)
    assert found.targets.dtype == np.int64


def test_labelled_rows_of_lists():
    task = Task(name="symptom", kind="multilabel", classes=("열", "통증"))
    rows = pl.DataFrame(
        {
            "id": ["b", "a", "c"],
            "group": [None] * 3,
            "target": pl.Series([None] * 3, dtype=pl.Float64),
            "targets": [[1, 0], [0, 0], None],
            "values": [[1, 1], [0, 1], [0, 0]],
            "probabilities": [[0.9, 0.6], [0.1, 0.7], [0.1, 0.1]],
        }
    )
    assert rows.select(is_known(rows)).to_series().to_list() == [True, True, False]
    found = labelled(rows, task)
    assert (found.ids, found.unlabelled) == (["a", "b"], 1)
    assert found.targets.tolist() == [[0, 0], [1, 0]]
    assert found.values.tolist() == [[0, 1], [1, 1]]
    assert found.probabilities.tolist() == [[0.1, 0.7], [0.9, 0.6]]


def test_no_row_is_labelled():
    task = Task(name="symptom", kind="multilabel", classes=("열", "통증"))
    rows = pl.DataFrame(
        {
            "id": ["a"], "group": ["g"], "target": [None], "targets": [None],
            "values": [[0, 1]], "probabilities": [[0.1, 0.7]],
        },
        schema_overrides={"targets": pl.List(pl.Int8)},
    )  # fmt: skip
    assert labelled(rows, task).targets.shape == (0, 2)
