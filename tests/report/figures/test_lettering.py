from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malsori.report.figures.lettering import plain, shorten, width_of, wrap

names = st.text(max_size=60).map(plain)


@given(names, st.floats(30, 300))
def test_shortened_text_fits(text: str, room: float) -> None:
    assert width_of(shorten(text, 12, room), 12) <= room


@given(names, st.floats(30, 300), st.integers(1, 4))
def test_wrapped_text_fits_and_keeps_its_letters(text: str, room: float, lines: int) -> None:
    found = wrap(text, 12, room, lines)
    assert len(found) <= lines
    assert all(width_of(line, 12) <= room for line in found)
    if not any("…" in line for line in found):
        assert "".join(found).replace(" ", "") == text.replace(" ", "")


@given(st.text())
def test_plain_text_is_one_line_without_controls(text: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", plain(text))
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(("text", "whole"), [("a\x00b", "a b"), ("\ud800x", "x"), ("\ufffe", "")])
def test_what_xml_cannot_hold_is_left_out(text: str, whole: str) -> None:
    assert plain(text) == whole
