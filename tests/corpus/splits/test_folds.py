import numpy as np
import polars as pl
import pytest

from malsori.corpus.splits.dividing import Rows
from malsori.corpus.splits.folds import (
    Fold,
    by_ranges,
    inner_folds,
    leave_one_out,
    natural,
    with_partners,
)
from malsori.errors import MalsoriError
from malsori.notes import Note


def alone(n):
    return Rows(np.zeros((n, 0), np.int64), np.zeros(n, np.int64))


def test_each_value_is_tested_once_in_natural_order():
    values = pl.Series("speaker", ["s10", "s2", None, "s2", "s1"])
    rows = Rows(np.array([[0], [1], [3], [1], [2]]), np.zeros(5, np.int64))
    folds = leave_one_out("x", values, rows)
    assert [(fold.name, fold.said["tests"]) for fold in folds] == [
        ("x-0", "s1"), ("x-1", "s2"), ("x-2", "s10"),
    ]  # fmt: skip
    assert folds[1].parts.tolist() == ["train", "test", "train", "test", "train"]


def test_rows_that_share_another_value_with_the_tested_ones_are_dropped():
    values = pl.Series("speaker", ["a", "a", "b", "b"])
    rows = Rows(np.array([[0, 0], [0, 1], [1, 1], [1, 2]]), np.zeros(4, np.int64))
    assert leave_one_out("x", values, rows)[0].parts.tolist() == [
        "test", "test", "dropped", "train",
    ]  # fmt: skip


def test_too_few_or_too_many_values_to_leave_out():
    with pytest.raises(MalsoriError, match="1 value: none of them"):
        leave_one_out("x", pl.Series("speaker", ["a", "a"]), alone(2))
    with pytest.raises(MalsoriError, match=r"600 splits.*--folds 10"):
        leave_one_out("x", pl.Series("call", [str(k) for k in range(600)]), alone(600))


def test_ranges_of_numbers_keep_their_place_when_one_has_no_rows():
    sessions = pl.Series("session", ["03", "Session09", "10", "Sess17", None, "17"])
    folds = by_ranges("x", sessions, alone(6), [(1, 8), (25, 32), (17, 24)])
    assert [fold.name for fold in folds] == ["x-0", "x-2"]
    assert folds[1].parts.tolist() == ["train", "train", "train", "test", "dropped", "test"]
    assert folds[0].notes == (
        Note("split.dropped", {"n": 1, "column": "session"}),
        Note("split.no_rows", {"column": "session", "range": "25–32"}),
    )
    assert by_ranges("x", sessions, alone(6), [(1, 8)])[0].name == "x"
    with pytest.raises(MalsoriError, match="session 33–40 has no rows"):
        by_ranges("x", sessions, alone(6), [(33, 40)])


def test_a_part_of_a_download_says_which_ranges_it_cannot_test():
    sessions = pl.Series("meta.session", ["Sess01", "Sess02", "Sess03", None])
    with pytest.raises(MalsoriError) as error:
        by_ranges("x", sessions, alone(4), [(1, 8), (9, 16)])
    assert error.value.message.splitlines() == [
        "the corpus has session Sess01, Sess02, Sess03, of which none of the splits can be made:",
        "  session 1–8 leaves no row to train on: its split is left out.",
        "  session 9–16 has no rows: its split is left out.",
    ]
    assert "--leave-one-out session" in (error.value.hint or "")
    kept = by_ranges("x", pl.Series("session", ["1", "9", "9"]), alone(3), [(1, 9), (9, 16)])
    assert [fold.name for fold in kept] == ["x-1"]
    left_out = Note("split.no_training", {"column": "session", "range": "1–9"})
    assert kept[0].notes == (left_out,)


def test_the_partner_is_validated_on():
    fold = Fold("x", np.array(["test", "train", "train", "train"], dtype=object))
    (done,) = with_partners([fold], pl.Series(["1", "1", "2", None]))
    assert done.parts.tolist() == ["test", "validation", "train", "train"]


def test_inner_folds_go_round_over_all_that_is_not_tested():
    parts = np.array(["test"] * 4 + ["train"] * 9 + ["validation"] * 3 + ["dropped"], dtype=object)
    rows = Rows((np.arange(17) // 2)[:, None], np.zeros(17, np.int64))
    inner = list(inner_folds(Fold("x-1", parts), rows, 3, seed=0))
    assert [fold.name for fold in inner] == ["x-1.0", "x-1.1", "x-1.2"]
    assert inner[2].said == {"inside": "x-1", "inner_fold": 2}
    assert all(fold.inner for fold in inner)
    validated = sum((fold.parts == "validation").astype(int) for fold in inner)
    assert validated.tolist() == [0] * 4 + [1] * 12 + [0]
    for fold in inner:
        assert set(fold.parts[:4]) == {"dropped"} == {fold.parts[16]}
    with pytest.raises(MalsoriError, match=r"'x-1' has no inner folds: 30 folds"):
        list(inner_folds(Fold("x-1", parts), rows, 30, seed=0))


def test_numbers_in_names_sort_by_size():
    names = ["s10", "s9", "s9b", "", "10", "9"]
    assert sorted(names, key=natural) == ["", "s9", "s9b", "s10", "9", "10"]
