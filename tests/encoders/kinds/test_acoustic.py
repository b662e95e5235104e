import numpy as np
import pytest

from malsori.encoders.kinds.acoustic import Acoustic
from malsori.errors import MalsoriError
from malsori.signals.audio import Audio


def noise(seconds: float, rate: int = 8000) -> Audio:
    wave = np.random.default_rng(0).normal(size=round(seconds * rate)) * 0.1
    return Audio(wave.astype(np.float32), rate)


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({}, (1, 69)),
        ({"segment": 1.0}, (3, 108)),
        ({"set": "study_a"}, (1, 13)),
        ({"set": "study_a", "segment": 0.5}, (5, 13)),
    ],
)
def test_sizes(options, shape):
    assert Acoustic(**options).prepare(noise(2.6)).shape == shape


def test_the_study_compressed_its_features():
    plain = Acoustic(set="study_a").prepare(noise(1.0))
    log = Acoustic(set="study_a", log1p=True).prepare(noise(1.0))
    np.testing.assert_allclose(np.expm1(log), plain, rtol=1e-4, atol=1e-6)


def test_a_compressed_functional_keeps_its_sign():
    plain, log = Acoustic().prepare(noise(1.0)), Acoustic(log1p=True).prepare(noise(1.0))
    assert (plain < -5).any()
    np.testing.assert_array_equal(np.sign(plain), np.sign(log))
    assert np.nanmax(np.abs(log)) < 10


def test_every_option_is_in_the_fingerprint():
    prints = [
        Acoustic(**options).fingerprint()
        for options in (
            {},
            {"set": "study_a"},
            {"set": "study_a", "log1p": True},
            {"segment": 1.0},
            {"sample_rate": 16000},
        )
    ]
    assert all(prints.count(each) == 1 for each in prints)


@pytest.mark.parametrize("options", [{"sample_rate": 4000}, {"segment": 0.01}])
def test_impossible_options_are_refused(options):
    with pytest.raises(MalsoriError):
        Acoustic(**options)
