"""Sample rates."""

from malsori.words import Words

say = Words("en").say

RATES = [8000] * 40 + [16000] * 360


def plant(toy):
    return toy.but(sample_rate=RATES)


def test_rates_and_their_rows_are_named(toy):
    (found,) = plant(toy).examine("sample_rate")
    assert found.severity == "warning"
    assert found.numbers["rates"] == {16000: 360, 8000: 40}
    assert say(found.message) == "2 sample rates: 16 kHz (360 rows) and 8 kHz (40 rows)"
    assert found.examples == ("T000000", "T000001", "T000002")


def test_rates_too_low_for_speech(toy):
    slow, several = toy.but(sample_rate=[4000, *[16000] * 399]).examine("sample_rate")
    assert "1 of 400 recordings (0.25 %) has fewer than 8,000" in say(slow.message)
    assert several.numbers["rates"] == {16000: 399, 4000: 1}


def test_rates_that_are_not_known_are_not_looked_at(toy):
    assert "sample_rate" in toy.but(sample_rate=[None] * 400).audit("sample_rate").skipped
