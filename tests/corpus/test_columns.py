"""Every corpus has the same columns, in one order."""

import polars as pl
import pytest

from malsori.corpus.columns import UTTERANCES, check_name, complete
from malsori.errors import MalsoriError


def test_families_follow_the_schema_in_order():
    frame = pl.DataFrame({"meta.b": ["1"], "label.y": ["a"], "meta.a": ["2"], "id": ["u"]})
    assert complete(frame).columns == [*UTTERANCES, "label.y", "meta.b", "meta.a"]


def test_types_are_those_of_the_schema():
    done = complete(pl.DataFrame({"id": [1], "turn": ["3"], "start": [0], "text": [""]}))
    assert {c: done[c].dtype for c in UTTERANCES} == UTTERANCES
    assert done.select("id", "turn", "start", "text").row(0) == ("1", 3, 0.0, None)


def test_no_rows_are_a_table_too():
    assert complete(pl.DataFrame()).columns == list(UTTERANCES)


@pytest.mark.parametrize("name", ["urgency", "감정_1", "1번-감정", "A"])
def test_usable_names(name):
    assert check_name(name, "task") == name


@pytest.mark.parametrize("name", ["", "a.b", "a b", "../a", "-a", "a/b", "a\n"])
def test_names_that_are_no_file_names(name):
    with pytest.raises(MalsoriError, match="is not usable"):
        check_name(name, "modality")
