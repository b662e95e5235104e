"""Levels of speech."""

import numpy as np

from malsori.words import Words

say = Words("en").say


def plant(toy):
    return toy.heard(level=[-52.0] * 60 + [-24.0] * 340)


def test_soft_speech_is_found_and_the_spread_it_makes(toy):
    soft, spread = plant(toy).examine("level")
    assert say(soft.message).startswith("speech is very soft in 60 of 400 recordings (15 %)")
    assert (soft.severity, spread.severity) == ("warning", "note")
    assert spread.numbers["high_dbfs"] - spread.numbers["low_dbfs"] == 28


def test_loud_speech_is_found(toy):
    (found,) = toy.heard(level=[-5.0] * 400).examine("level")
    assert "very loud in all 400 recordings: above -8 dBFS (median -5)" in say(found.message)


def test_emotions_of_one_speaker_are_no_spread(toy):
    levels = np.random.default_rng(0).normal(-25, 5, 400)
    assert not toy.heard(level=levels).examine("level")


def test_digital_silence_has_no_level(toy):
    assert not toy.heard(level=[-100.0] * 400, peak=[-100.0] * 400).examine("level")
