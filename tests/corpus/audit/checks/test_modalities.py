"""Modalities that rows lack."""

from malsori.words import Words

say = Words("en").say


def plant(toy):
    return toy.but(text=[None] * 120 + toy.rows["text"].to_list()[120:])


def test_the_share_without_text(toy):
    (found,) = plant(toy).examine("modalities")
    assert (found.severity, found.subject) == ("warning", "text")
    assert say(found.message) == "120 of 400 rows (30 %) without text"


def test_a_few_without_audio_are_a_note(toy):
    (found,) = toy.but(audio=[None] * 4 + ["a.wav"] * 396).examine("modalities")
    assert (found.severity, found.subject) == ("note", "speech")


def test_vectors_are_modalities_too(toy):
    (found,) = toy.but(features__video=["v.npy:0:1"] * 200 + [None] * 200).examine("modalities")
    assert found.subject == "video"


def test_a_corpus_of_text_only_lacks_nothing(toy):
    assert not toy.but(audio=[None] * 400).examine("modalities")
