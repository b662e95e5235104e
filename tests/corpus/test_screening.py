"""Each check names the first fault of a row, and looks at whole rows only."""

import numpy as np
import polars as pl

from malsori.corpus.screening import (
    Faults,
    check_features,
    check_ids,
    check_labels,
    check_numbers,
    check_signals,
)
from malsori.schema import Task


def test_numbers():
    faults = Faults()
    rows = pl.DataFrame({"turn": ["3", "3.5", " 4 ", None], "end": ["inf", "1e-1", "0,5", "0"]})
    done = check_numbers(rows, faults)
    assert done["turn"].to_list() == [3, None, 4, None]
    assert done["end"].to_list() == [None, 0.1, None, 0.0]
    assert faults.found == {
        0: ("bad-row", "end 'inf' is not a number of seconds"),
        1: ("bad-row", "turn '3.5' is not a whole number"),
        2: ("bad-row", "end '0,5' is not a number of seconds (write 0.5)"),
    }


def test_the_first_double_counts_for_all_later_ones():
    faults = Faults()
    notes = []
    check_ids(pl.DataFrame({"row": [2, 3, 4], "id": ["a", " a", "a"]}), faults, notes)
    assert notes == ["id: blanks around it are left out (1 row)"]
    assert {i: d for i, (_, d) in faults.found.items()} == {
        1: "id 'a' is already that of row 2",
        2: "id 'a' is already that of row 2",
    }


def test_each_task_is_looked_up_in_its_own_classes():
    tasks = [
        Task(name="a", kind="nominal", classes=("x", "y")),
        Task(name="b", kind="nominal", classes=("y", "z")),
    ]
    rows = pl.DataFrame({"label.a": ["x", "z", "y"], "label.b": ["x", "z", "Y"]})
    faults = Faults()
    done = check_labels(rows, tasks, faults, [])
    assert done["label.b"].to_list() == [None, "z", "y"]
    assert {i: d.split(";")[0] for i, (_, d) in faults.found.items()} == {
        0: "b: 'x' is no class",
        1: "a: 'z' is no class",
    }


def test_the_usual_length_of_vectors_is_that_of_most_rows():
    faults = Faults()
    arrays = [np.ones((1, 3)), np.ones((4, 2)), np.ones((1, 2)), None]
    assert check_features({"face": arrays}, faults, []) == {0, 1, 2}
    assert faults.found == {0: ("bad-shape", "face vectors have length 3; 2 rows have 2")}


def test_vectors_of_broken_rows_are_not_looked_at():
    faults = Faults({0: ("bad-row", "no id")})
    notes = []
    assert check_features({"face": [np.zeros((1, 3)), np.ones((1, 2))]}, faults, notes) == {1}
    assert notes == []


def test_one_signal_is_enough():
    rows = pl.DataFrame({"audio": ["a", None, None, None], "text": [None, "t", None, None]})
    faults = Faults()
    check_signals(rows, {2}, faults)
    assert list(faults.found) == [3]
