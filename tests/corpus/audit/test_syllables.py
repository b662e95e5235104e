"""Syllables of a text."""

import pytest

from malsori.corpus.audit.syllables import syllables


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("네.", 1),
        ("불이 났어요!", 5),
        ("119에 전화했어요", 9),
        ("I cannot breathe", 5),
        ("ㅋㅋㅋ", 0),
        ("火事です", 4),
        ("Помогите", 4),
    ],
)
def test_counts(text, count):
    assert syllables(text) == count
