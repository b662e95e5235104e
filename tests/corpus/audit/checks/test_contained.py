"""Held-out sentences inside longer training texts."""

from malsori.words import Words

say = Words("en").say
PARTS = ["train"] * 300 + ["test"] * 100


def plant(toy):
    """Each training text ends in the words of a test text."""
    texts = toy.rows["text"].to_list()
    calls = [f"{text} {texts[300 + i % 100]}." for i, text in enumerate(texts[:300])]
    return toy.but(text=calls + texts[300:]).split(PARTS)


def test_texts_that_training_has_in_longer_ones(toy):
    (found,) = plant(toy).examine("contained")
    assert found.severity == "warning"
    long = sum(len(t.replace(" ", "")) >= 12 for t in toy.rows["text"][300:])
    assert found.numbers == {"part": "test", "rows": long, "of": 100, "texts": long}
    assert "word for word in longer training texts" in say(found.message)
    texts = dict(plant(toy).rows.select("id", "text").rows())
    for inside, holder in zip(found.examples[::2], found.examples[1::2], strict=True):
        assert texts[inside] in texts[holder]


def test_equal_texts_are_left_to_the_check_of_leaks(toy):
    texts = toy.rows["text"].to_list()
    assert not toy.but(text=texts[300:] * 4).split(PARTS).examine("contained")


def test_short_phrases_are_everybodys(toy):
    texts = [*[f"여보세요 {t}" for t in toy.rows["text"][:300]], *["여보세요"] * 100]
    assert not toy.but(text=texts).split(PARTS).examine("contained")


def test_four_of_a_hundred_are_few(toy):
    texts = toy.rows["text"].to_list()
    long = [t for t in texts[300:] if len(t) > 30]
    for i in range(4):
        texts[i] += long[i]
    assert not toy.but(text=texts).split(PARTS).examine("contained")
    texts[4] += long[4]
    assert toy.but(text=texts).split(PARTS).examine("contained")


def test_it_says_what_it_lacks(toy):
    assert "--split" in say(toy.audit("contained").skipped["contained"])
    assert toy.but(text=[None] * 400).split(PARTS).audit("contained").skipped
