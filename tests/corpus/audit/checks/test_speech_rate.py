"""Syllables per second."""

import pytest

from malsori.words import Words

say = Words("en").say


def plant(toy):
    durations = toy.rows["duration"].to_list()
    return toy.but(duration=[0.2] * 40 + durations[40:])


def test_texts_that_nobody_can_say_in_that_time(toy):
    (found,) = plant(toy).examine("speech_rate")
    assert found.severity == "warning"
    assert say(found.message).startswith(
        "40 of 400 rows (10 %) have more than 14 syllables a second"
    )
    assert found.examples == ("T000000", "T000001", "T000002")


def test_recordings_much_longer_than_their_text(toy):
    durations = [200.0] * 8 + toy.rows["duration"].to_list()[8:]
    (found,) = toy.but(duration=durations).examine("speech_rate")
    assert (found.severity, found.numbers["rows"]) == ("note", 8)
    assert "fewer than 0.5 syllables" in say(found.message)


def test_long_silences_that_are_measured_do_not_make_it_slow(toy):
    durations = [200.0] * 8 + toy.rows["duration"].to_list()[8:]
    silent = [0.97] * 8 + [0.1] * 392
    assert not toy.but(duration=durations).heard(silence=silent).examine("speech_rate")


def test_a_short_answer_after_a_pause_is_in_order(toy):
    texts = ["네"] * 20 + toy.rows["text"].to_list()[20:]
    durations = [5.0] * 20 + toy.rows["duration"].to_list()[20:]
    assert not toy.but(text=texts, duration=durations).examine("speech_rate")


@pytest.mark.parametrize("column", ["text", "duration"])
def test_both_must_be_known(toy, column):
    assert "speech_rate" in toy.but(**{column: [None] * 400}).audit("speech_rate").skipped
