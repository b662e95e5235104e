import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malsori.errors import MalsoriError
from malsori.signals.cleaning import STEPS, clean

# What transcripts hold, so that chance writes masks, markers and repeats.
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            ["[", "]", "[개인정보]", "#@이름#", "&name1&", "#", "&", "(", ")", "(웃음)", "c/", "n/",
             "N/", "b", "/", "*", "+", "ㅋㅋㅋㅋ", "하하", "안돼", "!", "!!!", "111", "그", " ",
             "\t", "\u200b", "'", ",", "네", "불이", "났어요", "o", "\u1100\u1161\u11a8"]
        ),
        st.text(max_size=3),
    ),
    max_size=12,
).map("".join)  # fmt: skip


def letters(text: str) -> Counter[str]:
    return Counter(c for c in text if unicodedata.category(c)[0] in "LNM")


@pytest.mark.parametrize("step", sorted(STEPS))
@given(text=TEXTS)
def test_a_step_done_twice_is_done_once(step, text):
    once = STEPS[step](text)
    assert STEPS[step](once) == once


@pytest.mark.parametrize("step", sorted(STEPS))
@given(text=TEXTS)
def test_no_step_invents_a_letter(step, text):
    composed = unicodedata.normalize("NFC", text) if step == "nfc" else text
    assert not letters(STEPS[step](text)) - letters(composed)


@pytest.mark.parametrize("step", ["nfc", "spaces", "punctuation", "mask_words"])
@given(text=TEXTS)
def test_these_steps_lose_no_letter(step, text):
    composed = unicodedata.normalize("NFC", text) if step == "nfc" else text
    assert letters(STEPS[step](text)) == letters(composed)


@pytest.mark.parametrize(
    ("step", "text", "cleaned"),
    [
        ("masks", "저 [개인정보]인데요", "저  인데요"),
        ("masks", "[[이름]]", "[ ]"),
        ("masks", "[a [이름] b]", ""),  # one stands in another
        ("masks", "[]와 [ ", "[]와 ["),
        ("mask_words", "[[이름]] #@주소# &name1&", "이름 주소 name1"),
        ("markers", "n/ 네 N/ b/(한숨 (크게))u/", "네"),
        ("markers", "그+ 그래서 /음 *아마", "그 그래서 음 아마"),
        ("repeats", "ㅠㅠㅠㅠ아아아", "ㅠㅠ아아"),
        ("repeats", "살려줘살려줘살려줘 119 1000 000", "살려줘살려줘 119 1000 000"),
        ("repeats", "하하 네 네 네 네", "하하 네 네 네 네"),  # twice is speech; so are words
        ("punctuation", "3.5%가, '정말'로?", "3 5 가  정말로"),
        ("spaces", "\u3000네 \n\n 네\ufeff\u200b ", "네 네"),
    ],
)
def test_by_hand(step, text, cleaned):
    assert STEPS[step](text).strip() == cleaned


def test_steps_act_in_the_order_declared():
    assert clean("ㅋ(웃음)ㅋㅋ", ["markers", "spaces", "repeats"]) == "ㅋ ㅋㅋ"
    assert clean("ㅋ!ㅋ!ㅋ!ㅋ!", ["punctuation", "repeats"]) == "ㅋ ㅋ ㅋ ㅋ "
    assert clean("ㅋ!ㅋ!ㅋ!ㅋ!", ["repeats", "punctuation"]) == "ㅋ ㅋ "


def test_no_step_changes_nothing():
    assert clean(" 네,,, [이름] ", []) == " 네,,, [이름] "


def test_an_unknown_step_is_refused_with_the_nearest():
    with pytest.raises(MalsoriError, match="did you mean 'markers'"):
        clean("네", ["nfc", "marker"])
