import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malsori.signals.korean import jamo, normalise_text


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("불이 났어요!", "불이났어요"),
        ("불이 났어요", unicodedata.normalize("NFD", "불이 났어요")),  # as file names on a Mac
        ("Straße", "STRASSE"),
        ("  네,\n알겠습니다…  ", "네 알겠습니다."),
        ("좋아요~ ♥", "좋아요"),
    ],
)
def test_these_texts_are_the_same(text, other):
    assert normalise_text(text) == normalise_text(other)


@pytest.mark.parametrize(
    ("text", "other"), [("니가", "네가"), ("3층", "4층"), ("ㅋㅋ", "ㅎㅎ"), ("हिंदी", "हद")]
)
def test_these_are_not(text, other):
    assert normalise_text(text) != normalise_text(other)


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise_text(normalise_text(text)) == normalise_text(text)


def test_positions_are_kept():
    assert jamo("각") == "\u1100\u1161\u11a8"
    assert jamo("값") == "\u1100\u1161\u11b9"  # a double consonant below is one letter
    assert jamo("가 ABC é ㅋㅋ 中") == "\u1100\u1161 abc é ㅋㅋ 中"


@given(st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)))
def test_nothing_is_lost(text):
    assert unicodedata.normalize("NFC", jamo(text)) == text


def test_composed_and_decomposed_input_give_the_same():
    assert jamo(unicodedata.normalize("NFD", "불이 났어요")) == jamo("불이 났어요")
