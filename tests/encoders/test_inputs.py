"""What features do not tell: cut texts, and audio that lacks what a model hears."""

import polars as pl
import pytest

from malsori.corpus.columns import SOUNDS
from malsori.encoders.inputs import look_at_inputs
from malsori.encoders.kinds.jamo import Jamo
from malsori.encoders.kinds.logmel import LogMel


class Reader(Jamo):
    token_limit = 5

    def token_length(self, text):
        return len(text.split())


class Wide(LogMel):
    rate = 16000


class Sounds:
    """As much of a corpus as is looked at."""

    def __init__(self, bandwidths=()):
        rows = {"id": [f"c{i}" for i in range(len(bandwidths))], "bandwidth": bandwidths}
        self.sounds = pl.DataFrame(rows, schema={k: SOUNDS[k] for k in rows})


def audio(count, rate=16000):
    rows = {"id": [f"c{i}" for i in range(count)], "audio": ["a.wav"] * count}
    return pl.DataFrame({**rows, "sample_rate": [rate] * count})


def test_texts_that_are_cut_are_counted_with_what_is_lost():
    texts = ["a b c"] * 90 + ["a b c d e f g"] * 9 + [None]
    rows = pl.DataFrame({"id": [f"t{i}" for i in range(100)], "text": texts})
    (finding,) = look_at_inputs(Sounds(), Reader(), "text", rows)
    assert (finding.check, finding.severity) == ("cut", "warning")
    assert finding.numbers == {"texts": 9, "of": 99, "tokens_lost": 18, "tokens": 333}
    assert finding.prescription.settings == {"encoders.text.long": "chunk"}
    assert finding.examples == ("t90", "t91", "t92", "t93", "t94")


def test_nothing_is_cut_or_long_texts_are_read_in_parts():
    rows = pl.DataFrame({"id": ["a"], "text": ["a b c d e f g"]})
    chunking = Reader()
    chunking.token_limit = None
    assert list(look_at_inputs(Sounds(), chunking, "text", rows)) == []
    short = pl.DataFrame({"id": ["a"], "text": ["a"]})
    assert list(look_at_inputs(Sounds(), Reader(), "text", short)) == []


@pytest.mark.parametrize("rate", [8000, 16000])
def test_telephone_audio_in_a_wideband_model(rate):
    (finding,) = look_at_inputs(Sounds([3500.0] * 20), Wide(), "speech", audio(20, rate))
    assert (finding.check, finding.severity) == ("bandwidth", "warning")
    assert "20 of 20 recordings" in finding.message
    assert "3.5 kHz" in finding.message
    assert "16 kHz audio" in finding.message
    assert finding.numbers["median_hz"] == 3500


def test_without_measured_sounds_the_rate_tells():
    (finding,) = look_at_inputs(Sounds(), Wide(), "speech", audio(20, 8000))
    assert finding.numbers["median_hz"] == 4000


def test_a_mixture_is_named():
    mixed = Sounds([3500.0] * 10 + [7800.0] * 10)
    (finding,) = look_at_inputs(mixed, Wide(), "speech", audio(20))
    assert "10 of 20" in finding.message
    assert "the model hears which" in finding.message


def test_wideband_audio_silence_and_single_vowels_are_no_matter():
    assert list(look_at_inputs(Sounds([7000.0] * 30), Wide(), "speech", audio(30))) == []
    assert list(look_at_inputs(Sounds([0.0] * 30), Wide(), "speech", audio(30))) == []
    few = Sounds([2000.0] + [7000.0] * 29)
    assert list(look_at_inputs(few, Wide(), "speech", audio(30))) == []


def test_an_encoder_without_a_rate_of_its_own():
    assert list(look_at_inputs(Sounds([3500.0] * 20), LogMel(), "speech", audio(20))) == []
