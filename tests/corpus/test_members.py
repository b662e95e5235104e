"""Cells that name several classes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.members import members_of


@pytest.mark.parametrize(
    ("cell", "members"),
    [
        ("두통", ["두통"]),
        (" 두통 ;구토; ", ["두통", "구토"]),
        ("a|b|a", ["a", "b"]),
        ('["a", "b", 3]', ["a", "b", "3"]),
        ("['a', 'b']", ["a", "b"]),  # as Python writes a list into a CSV
        (["a", None, "b "], ["a", "b"]),
        ("[]", []),
        ([], []),
        ("", None),
        (None, None),
        (";", None),
        ("nan", None),
        ("n/a; NULL", None),
    ],
)
def test_what_a_cell_names(cell, members):
    assert members_of(cell) == members


@pytest.mark.parametrize("cell", ["[a", "[a, b]", '[["a"]]', '[{"a": 1}]', "[" * 5000])
def test_what_only_looks_like_a_list_is_refused(cell):
    with pytest.raises(ValueError, match="is no list of classes"):
        members_of(cell)


@given(st.lists(st.text("abc두통", min_size=1), unique=True))
def test_json_gives_back_what_it_was_made_of(names):
    assert members_of(json.dumps(names)) == names
