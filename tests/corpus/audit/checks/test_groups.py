"""Speakers and calls that are not known."""

from malsori.words import Words

say = Words("en").say


def plant(toy):
    return toy.but(speaker=[None] * 12 + toy.rows["speaker"].to_list()[12:])


def test_rows_without_a_speaker_are_counted(toy):
    (found,) = plant(toy).examine("groups")
    assert (found.severity, found.subject) == ("note", "speaker")
    assert say(found.message) == "12 rows have no speaker"
    (one,) = toy.but(call=[None] + ["c"] * 399).examine("groups")
    assert say(one.message) == "1 row has no call"


def test_a_corpus_without_speakers_says_what_follows(toy):
    (found,) = toy.but(speaker=[None] * 400).examine("groups")
    assert say(found.message) == "no row has a speaker: a split cannot keep speakers apart"
