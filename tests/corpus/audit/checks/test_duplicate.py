"""The same sound or words twice."""

from malsori.words import Words

say = Words("en").say


def plant(toy):
    """Row 1 is row 0 again, and its words."""
    hashes, texts = toy.rows["audio_hash"].to_list(), toy.rows["text"].to_list()
    return toy.but(
        audio_hash=[hashes[0], *hashes[:1], *hashes[2:]], text=[*texts[:1] * 2, *texts[2:]]
    )


def test_what_is_there_twice_is_counted(toy):
    sounds, texts = plant(toy).examine("duplicate")
    assert (sounds.severity, sounds.numbers["copies"]) == ("note", 1)
    assert say(texts.message) == "2 of 400 transcripts (0.5 %) have the same words as another one"
    assert sounds.examples == texts.examples == ("T000000", "T000001")


def test_many_copies_are_a_warning(toy):
    hashes = [f"{i // 2:x}" for i in range(400)]
    (copies,) = toy.but(audio_hash=hashes).examine("duplicate")
    assert copies.severity == "warning"
    assert say(copies.message) == (
        "all 400 recordings share every sample with another one: 200 copies too many"
    )


def test_short_words_are_said_by_everybody(toy):
    texts = ["네", "아", "예예"] * 133 + ["네"]
    assert not toy.but(text=texts).examine("duplicate")


def test_the_vectors_that_came_along_are_looked_at_too(toy):
    import numpy as np

    vectors = np.random.default_rng(0).normal(size=(400, 8))
    vectors[:300] = 1.0
    (found,) = toy.with_vectors(vectors).examine("duplicate")
    assert (found.check, found.severity, found.subject) == ("duplicate", "serious", "voice")


def test_no_split_by_text_is_advised_where_two_sentences_are_read(toy):
    both = toy.but(text=["아이들이 문 옆에서 말합니다", "개들이 문 옆에 앉아 있습니다"] * 200)
    (found,) = both.examine("duplicate")
    assert "on one side of a split" not in say(found.prescription.action)
    assert "nothing by splitting" in say(found.prescription.action)
