import numpy as np
import pytest

from malsori.encoders.kinds.logmel import LogMel
from malsori.errors import MalsoriError
from malsori.signals.audio import Audio, resample
from malsori.signals.functionals import segment_names, utterance_names


def noise(seconds: float, rate: int = 8000) -> Audio:
    wave = np.random.default_rng(0).normal(size=round(seconds * rate)) * 0.1
    return Audio(wave.astype(np.float32), rate)


@pytest.mark.parametrize(
    ("seconds", "segment", "tokens"), [(0.01, 1.0, 1), (2.4, 1.0, 2), (2.6, 1.0, 3), (2.0, 0.5, 4)]
)
def test_a_token_for_every_segment(seconds, segment, tokens):
    assert len(LogMel(segment=segment).prepare(noise(seconds))) == tokens


def test_the_utterance_stands_in_every_token():
    features = LogMel(bands=8).prepare(noise(3.0))
    own = len(segment_names(8))
    assert features.shape[1] == own + len(utterance_names(8))
    np.testing.assert_array_equal(features[0, own:], features[2, own:])
    assert not np.array_equal(features[0, :own], features[2, :own])


def test_one_corpus_of_several_rates_is_comparable():
    """The same sound at 16 and at 48 kHz gives nearly the same features."""
    wide = resample(noise(2.0, 16000), 48000)
    near, same = LogMel().prepare(wide), LogMel().prepare(noise(2.0, 16000))
    level = near[:, :32] - same[:, :32]
    assert np.abs(level).max() < 0.2


@pytest.mark.parametrize("options", [{"sample_rate": 4000}, {"bands": 1}, {"segment": 0.01}])
def test_impossible_options_are_refused(options):
    with pytest.raises(MalsoriError):
        LogMel(**options)
