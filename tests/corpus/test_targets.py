"""Labels as arrays."""

import numpy as np
import polars as pl
import pytest

from malsori.corpus.targets import encode, known, unlabelled
from malsori.schema import Task, UnknownLabel

URGENCY = Task(name="urgency", kind="ordinal", classes=("하", "상"))
SYMPTOM = Task(name="symptom", kind="multilabel", classes=("열", "통증", "구토"))
VALENCE = Task(name="valence", kind="regression", low=1, high=5)


def test_classes_are_indices():
    found = encode(URGENCY, pl.Series(["상", None, "하"]))
    assert found.dtype == np.int64
    assert found.tolist() == [1, -1, 0]


def test_sets_are_rows_of_zeros_and_ones():
    column = pl.Series([["구토", "열"], None, [], ["통증"]], dtype=pl.List(pl.String))
    found = encode(SYMPTOM, column)
    assert found.dtype == np.int8
    assert found.tolist() == [[1, 0, 1], [-1, -1, -1], [0, 0, 0], [0, 1, 0]]
    assert known(found).tolist() == [True, False, True, True]


def test_numbers_are_numbers():
    found = encode(VALENCE, pl.Series([1.5, None]))
    assert found.dtype == np.float64
    assert found[0] == 1.5
    assert known(found).tolist() == [True, False]


@pytest.mark.parametrize("task", [URGENCY, SYMPTOM, VALENCE])
def test_nobody_is_labelled(task):
    nothing = unlabelled(task, 3)
    assert len(nothing) == 3
    assert not known(nothing).any()
    column = pl.Series([None] * 3, dtype=pl.Null)
    assert encode(task, column).shape == nothing.shape
    assert encode(task, column).dtype == nothing.dtype
    assert not known(encode(task, column)).any()


def test_an_unknown_class_is_an_error():
    with pytest.raises(UnknownLabel, match="no class '발진'"):
        encode(SYMPTOM, pl.Series([["발진"]], dtype=pl.List(pl.String)))
