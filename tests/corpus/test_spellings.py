"""Names of groups: one form, and what is told of how they are written."""

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.spellings import alike, can_group, one_form, respell, respelled, unify
from malsori.schema import group_name

NAMES = st.text(alphabet="aB3.0- \t가각\u1100\u1161\u200b\ufeff\u00a0\u3000３é", max_size=5)


@given(st.lists(st.none() | NAMES, max_size=12))
def test_a_column_has_the_form_of_each_of_its_names(names):
    wanted = [None if name is None else group_name(name) or None for name in names]
    assert one_form(pl.Series(names, dtype=pl.String)).to_list() == wanted


def test_a_column_in_order_is_the_very_same():
    rows = pl.DataFrame({"speaker": ["s1", "김 민", None], "call": ["1", "2", "03"]})
    assert respell(rows) == (rows, {})
    assert respell(rows)[0] is rows
    notes = []
    assert unify(rows, notes) is rows
    assert not notes


def test_spellings_and_names_are_counted():
    written = pl.Series(["s1", " s1", "s1 ", "3.0", "\u200b", "", None, "s2"])
    found = respelled(written)
    assert (found.written, found.names, found.blank) == (5, 3, 2)
    assert found.shown() == "' s1' and 's1'"


def test_letters_that_look_the_same_are_told_apart():
    found = respelled(pl.Series([unicodedata.normalize("NFD", "김민"), "김민"]))
    assert found.shown() == (f"{unicodedata.normalize('NFD', '김민')!r} (NFD) and '김민'")


@pytest.mark.parametrize("other", ["s01", "Ｓ0１", "S1", "S 01", "s  1", "S001", "ｓ１"])
def test_names_that_may_be_one_are_found(other):
    assert alike(pl.Series(["S01", "S02", "S10", other])) == [tuple(sorted(("S01", other)))]


@pytest.mark.parametrize(
    "names",
    [
        ["1.05", "1.5"],
        ["10", "1"],
        ["a 1 2", "a 12"],
        ["S1", "S10", "S100"],
        ["0", "00x"],
        ["é", "e"],
    ],
)
def test_names_that_differ_otherwise_are_not(names):
    assert alike(pl.Series(names)) == []


def test_an_import_writes_names_in_one_way_and_says_so():
    rows = pl.DataFrame({
        "speaker": ["        s1", "s1", "s2", "\u3164"],
        "call": ["1.0", "2.0", "3.0", "4.0"],
        "role": ["Caller", "caller", "caller", "caller"],
    })  # fmt: skip
    notes = []
    done = unify(rows, notes)
    assert done["speaker"].to_list() == ["s1", "s1", "s2", None]
    assert done["call"].to_list() == ["1", "2", "3", "4"]
    assert [note.partition(":")[0] for note in notes] == ["speaker", "speaker", "call", "role"]
    assert notes[0].endswith("1 row holds nothing that can be seen: no speaker")
    assert "3 spellings are 2 names (such as '        s1' and 's1')" in notes[1]
    assert "(such as '1.0' as '1')" in notes[2]
    assert "'Caller' and 'caller'); they count as different" in notes[3]


def test_other_columns_change_only_where_spellings_are_one_name():
    rows = pl.DataFrame({"meta.version": ["1.0", "1.1"], "meta.room": ["a ", "a"]})
    notes = []
    done = unify(rows, notes)
    assert done["meta.version"].to_list() == ["1.0", "1.1"]
    assert done["meta.room"].to_list() == ["a", "a"]
    assert len(notes) == 1


def test_columns_of_remarks_do_not_group():
    rows = pl.DataFrame({"meta.remark": ["a", "b", "c"], "meta.room": ["x", "x", "x"]})
    assert can_group(rows.with_columns(speaker=pl.lit("s"))) == ["speaker", "meta.room"]
