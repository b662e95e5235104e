"""Telephone audio, and what else ends before half its sample rate."""

import pytest

from malsori.words import Words

say = Words("en").say


def plant(toy):
    return toy.heard(bandwidth=[3875.0] * 400)


def test_telephone_audio_stored_at_16_khz_is_named_as_such(toy):
    (found,) = plant(toy).examine("bandwidth")
    assert found.severity == "warning"
    assert say(found.message).startswith("telephone audio stored at 16 kHz: in all 400 recordings")
    assert found.numbers == {"rows": 400, "of": 400, "median_hz": 3875.0}
    assert "8 kHz" in say(found.prescription.action)


def test_a_mixture_is_told_with_its_share(toy):
    (found,) = toy.heard(bandwidth=[3500.0] * 100 + [8000.0] * 300).examine("bandwidth")
    assert "100 of 400 recordings (25 %)" in say(found.message)
    assert "75 % are wideband" in say(found.prescription.action)


@pytest.mark.parametrize("narrow", [0, 4])
def test_one_recording_in_a_hundred_may_be_a_vowel(toy, narrow):
    bandwidth = [4000.0] * narrow + [8000.0] * (400 - narrow)
    assert not toy.heard(bandwidth=bandwidth).examine("bandwidth")


def test_telephone_audio_at_its_own_rate_is_in_order(toy):
    assert not plant(toy).but(sample_rate=[8000] * 400).examine("bandwidth")


def test_16_khz_stored_at_48_khz_is_a_note(toy):
    wide = toy.but(sample_rate=[48000] * 400).heard(bandwidth=[7875.0] * 400)
    (found,) = wide.examine("bandwidth")
    assert found.severity == "note"
    assert "median 7.9 kHz" in say(found.message)


def test_silence_has_no_bandwidth(toy):
    assert not toy.heard(bandwidth=[0.0] * 400).examine("bandwidth")


def test_without_sounds_it_says_what_to_do(toy):
    audited = toy.heard(level=[None] * 400).audit("bandwidth")
    assert "--listen" in say(audited.skipped["bandwidth"])
