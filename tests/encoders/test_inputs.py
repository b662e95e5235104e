"""What features do not tell: cut texts, and audio that lacks what a model hears."""

from pathlib import Path

import polars as pl
import pytest

from malsori.corpus import Corpus, CorpusSpec
from malsori.corpus.audit.case import MEASURES
from malsori.corpus.columns import complete
from malsori.encoders.inputs import look_at_inputs
from malsori.encoders.kinds.jamo import Jamo
from malsori.encoders.kinds.logmel import LogMel
from malsori.words import Words

say = Words("en").say
SPEC = CorpusSpec(name="calls", adapter="table", tasks=())


class Reader(Jamo):
    token_limit = 5

    def token_length(self, text):
        return len(text.split())


class Wide(LogMel):
    rate = 16000


class Sounds(Corpus):
    """A corpus that lies nowhere, with measured sounds."""

    sounds = None

    def __init__(self, bandwidths=()):
        super().__init__(Path("calls"), SPEC, pl.DataFrame(), pl.DataFrame())
        measures = {m: [0.0] * len(bandwidths) for m in MEASURES} | {"bandwidth": bandwidths}
        ids = [f"c{i}" for i in range(len(bandwidths))]
        self.sounds = pl.DataFrame(
            {"id": ids, **measures},
            schema={"id": pl.String(), **{m: pl.Float64() for m in MEASURES}},
        )


def audio(count, rate=16000):
    rows = {"id": [f"c{i}" for i in range(count)], "audio": ["a.wav"] * count}
    return complete(pl.DataFrame({**rows, "sample_rate": [rate] * count}))


def texts(values):
    return complete(pl.DataFrame({"id": [f"t{i}" for i in range(len(values))], "text": values}))


def test_texts_that_are_cut_are_counted_with_what_is_lost():
    rows = texts(["a b c"] * 90 + ["a b c d e f g"] * 9 + [None])
    (finding,) = look_at_inputs(Sounds(), Reader(), rows)
    assert (finding.check, finding.severity) == ("cut", "warning")
    assert finding.numbers == {
        "texts": 9, "of": 99, "limit": 5, "tokens_lost": 18, "tokens": 333, "longest": 7,
    }  # fmt: skip
    assert finding.prescription.settings == {"encoders.text.long": "chunk"}
    assert finding.examples == ("t90", "t91", "t92", "t93", "t94")


def test_nothing_is_cut_or_long_texts_are_read_in_parts():
    rows = texts(["a b c d e f g"])
    chunking = Reader()
    chunking.token_limit = None
    assert (look_at_inputs(Sounds(), chunking, rows)) == []
    short = texts(["a"])
    assert (look_at_inputs(Sounds(), Reader(), short)) == []


@pytest.mark.parametrize("rate", [8000, 16000])
def test_telephone_audio_in_a_wideband_model(rate):
    (finding,) = look_at_inputs(Sounds([3500.0] * 20), Wide(), audio(20, rate))
    assert (finding.check, finding.severity) == ("bandwidth", "warning")
    assert "in all 20 recordings" in say(finding.message)
    assert "3.5 kHz" in say(finding.message)
    assert "16 kHz audio" in say(finding.message)
    assert finding.numbers["median_hz"] == 3500


def test_without_measured_sounds_the_rate_tells():
    (finding,) = look_at_inputs(Sounds(), Wide(), audio(20, 8000))
    assert finding.numbers["median_hz"] == 4000


def test_a_mixture_is_named():
    mixed = Sounds([3500.0] * 10 + [7800.0] * 10)
    (finding,) = look_at_inputs(mixed, Wide(), audio(20))
    assert "10 of 20" in say(finding.message)
    assert "the model hears which" in say(finding.message)


def test_wideband_audio_silence_and_single_vowels_are_no_matter():
    assert (look_at_inputs(Sounds([7000.0] * 30), Wide(), audio(30))) == []
    assert (look_at_inputs(Sounds([0.0] * 30), Wide(), audio(30))) == []
    few = Sounds([2000.0] + [7000.0] * 29)
    assert (look_at_inputs(few, Wide(), audio(30))) == []


def test_an_encoder_without_a_rate_of_its_own():
    assert (look_at_inputs(Sounds([3500.0] * 20), LogMel(), audio(20))) == []
