"""Labels that are lists or numbers: what is written, what is missing, what is wrong."""

import polars as pl

from malsori.corpus.label_cells import read_lists, read_numbers
from malsori.corpus.screening import Faults
from malsori.schema import Task

SYMPTOM = Task(
    name="symptom", kind="multilabel", classes=("열", "통증", "a;b"), aliases={"통": "통증"}
)
VALENCE = Task(name="valence", kind="regression", low=1, high=5)


def test_lists_are_named_as_their_classes_and_in_their_order():
    faults, notes = Faults(), []
    cells = ["통; 열", "a;b", "[]", "", None, "nan", "열;null", '["열", "열"]']
    done = read_lists(pl.Series("label.symptom", cells), SYMPTOM, faults, notes)
    assert done.dtype == pl.List(pl.String)
    assert done.to_list() == [["열", "통증"], ["a;b"], [], None, None, None, ["열"], ["열"]]
    assert faults.found == {}
    assert notes == ["symptom: 'null' in a list of labels is left out"]


def test_commas_part_what_is_no_class_by_itself():
    cells = pl.Series("label.symptom", ["통증, 열", "열,통", '["열, 통증"]', "열, 기침", "None"])
    faults, notes = Faults(), []
    done = read_lists(cells, SYMPTOM, faults, notes)
    assert done.to_list() == [["열", "통증"], ["열", "통증"], ["열", "통증"], None, None]
    assert faults.labels == {("symptom", "열, 기침"): 1}
    named = Task(name="symptom", kind="multilabel", classes=("none", "열, 통증"))
    cells = pl.Series("label.symptom", ["None", "열, 통증"])
    assert read_lists(cells, named, Faults(), []).to_list() == [["none"], ["열, 통증"]]


def test_lists_may_be_lists_already():
    cells = pl.Series("label.symptom", [["통증", "열"], [], None], dtype=pl.List(pl.String))
    assert read_lists(cells, SYMPTOM, Faults(), []).to_list() == [["열", "통증"], [], None]


def test_a_column_of_nothing_is_a_column_of_missing_labels():
    assert read_lists(pl.Series("x", [None]), SYMPTOM, Faults(), []).to_list() == [None]
    assert read_numbers(pl.Series("x", [None]), VALENCE, Faults(), []).to_list() == [None]


def test_an_unknown_class_is_named_and_counted_by_itself():
    faults = Faults({3: ("bad-row", "no id")})
    cells = pl.Series("label.symptom", ["열;통쯩", "[열", "통쯩", "통쯩"])
    assert read_lists(cells, SYMPTOM, faults, []).to_list() == [None] * 4
    assert {i: reason for i, (reason, _) in faults.found.items()} == {
        0: "unknown-label", 1: "unknown-label", 2: "unknown-label", 3: "bad-row",
    }  # fmt: skip
    assert faults.found[0][1] == "symptom: '통쯩' is no class; there is: 열, 통증, a;b"
    assert faults.found[1][1] == "symptom: '[열' is no list of classes"
    assert faults.labels == {("symptom", "통쯩"): 2, ("symptom", "[열"): 1}


def test_numbers_are_read_and_held_to_their_range():
    faults, notes = Faults(), []
    cells = ["1", " 5.0 ", "0.99", "1e0", "drei", "inf", "1_0", "3,5", None, "N/A"]
    done = read_numbers(pl.Series("label.valence", cells), VALENCE, faults, notes)
    assert done.to_list() == [1.0, 5.0, None, 1.0, None, None, None, None, None, None]
    assert {i: d for i, (_, d) in faults.found.items()} == {
        2: "valence: 0.99 is not in the range from 1 to 5",
        4: "valence: 'drei' is no number",
        5: "valence: 'inf' is no number",
        6: "valence: '1_0' is no number",
        7: "valence: '3,5' is no number (write 3.5)",
    }
    assert notes == ["valence: 'N/A' counts as a missing label (1 row)"]


def test_numbers_that_are_numbers_already():
    cells = pl.Series("label.valence", [1.5, float("nan"), None, 6.0])
    faults = Faults()
    assert read_numbers(cells, VALENCE, faults, []).to_list() == [1.5, None, None, None]
    assert list(faults.found) == [3]


def test_ranges_with_one_end():
    faults = Faults()
    low = Task(name="t", kind="regression", low=0)
    high = Task(name="t", kind="regression", high=0)
    assert read_numbers(pl.Series(["1e9", "-1"]), low, faults, []).to_list() == [1e9, None]
    assert read_numbers(pl.Series(["-1e9", "1"]), high, Faults(), []).to_list() == [-1e9, None]
    assert faults.found[1][1] == "t: -1 is not at least 0"
