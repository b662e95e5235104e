"""Texts that say nothing."""

from malsori.words import Words

say = Words("en").say


def plant(toy):
    return toy.but(text=["안녕하세요, 119입니다."] * 380 + toy.rows["text"].to_list()[380:])


def test_one_text_for_nearly_all_is_serious(toy):
    (found,) = plant(toy).examine("text")
    assert found.severity == "serious"
    assert found.numbers == {"rows": 380, "of": 400, "texts": 21}


def test_one_text_for_most_is_a_warning(toy):
    half = toy.but(text=["아"] * 240 + toy.rows["text"].to_list()[240:])
    assert [f.severity for f in half.examine("text")] == ["warning"]


def test_texts_without_a_letter(toy):
    texts = ["...", "?!", "♪", *toy.rows["text"].to_list()[3:]]
    (found,) = toy.but(text=texts).examine("text")
    assert found.severity == "note"
    assert say(found.message) == "3 of 400 transcripts (0.75 %) without a letter or digit"


def test_rows_without_text_are_not_its_business(toy):
    assert not toy.but(text=[None] * 100 + toy.rows["text"].to_list()[100:]).examine("text")
