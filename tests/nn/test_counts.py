import numpy as np
import pytest

from malsori.nn.counts import Counts, counts_of
from malsori.schema import Task

CLASSES = ("a", "b", "c")


@pytest.mark.parametrize(
    ("kind", "targets", "expected"),
    [
        ("nominal", np.array([0, 0, 2, -1]), Counts(3, (2, 0, 1))),
        ("ordinal", np.array([-1, -1]), Counts(0, (0, 0, 0))),
        (
            "multilabel",
            np.array([[1, 1, 0]] * 200 + [[0, 0, 0], [-1, -1, -1]], np.int8),
            Counts(201, (200, 200, 0)),
        ),
        ("regression", np.array([1.5, np.nan, 2.0]), Counts(2)),
    ],
)
def test_labelled_rows_are_counted_and_of_each_class_how_many_have_it(kind, targets, expected):
    task = Task(name="t", kind=kind, classes=() if kind == "regression" else CLASSES)
    found = counts_of(task, targets)
    assert found == expected
    assert Counts.read(found.data()) == found
