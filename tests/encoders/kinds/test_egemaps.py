import importlib.util

import numpy as np
import pytest

from malsori.encoders.kinds import egemaps
from malsori.encoders.kinds.egemaps import Egemaps
from malsori.errors import MalsoriError
from malsori.signals.audio import Audio, resample

installed = pytest.mark.skipif(
    importlib.util.find_spec("opensmile") is None, reason="opensmile is not installed"
)


def buzz(seconds=2.5, f0=200.0, rate=16000) -> Audio:
    time = np.arange(round(seconds * rate)) / rate
    wave = sum(np.sin(2 * np.pi * k * f0 * time) / k for k in range(1, 15))
    noise = np.random.default_rng(0).normal(scale=0.01, size=len(time))
    return Audio((0.2 * wave * (time % 1 < 0.8) + 0.1 * noise).astype(np.float32), rate)


def test_without_opensmile_it_says_how_to_get_it_and_its_licence(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MalsoriError, match="commercial use") as caught:
        Egemaps()
    assert "malsori[egemaps]" in str(caught.value.hint)


@pytest.mark.parametrize("options", [{"sample_rate": 4000}, {"segment": 0.1}])
def test_impossible_options_are_refused(options):
    with pytest.raises(MalsoriError, match="egemaps cannot"):
        Egemaps(**options)


@installed
class TestInstalled:
    def test_the_licence_is_said_once(self, capsys):
        egemaps._say_licence.cache_clear()
        Egemaps()
        Egemaps(set="GeMAPSv01b")
        assert capsys.readouterr().err.count("research") == 1

    @pytest.mark.parametrize(
        ("options", "shape"),
        [
            ({}, (1, 88)),
            ({"set": "GeMAPSv01b"}, (1, 62)),
            ({"segment": 1.0}, (2, 88)),
            ({"set": "ComParE_2016"}, (1, 6373)),
        ],
    )
    def test_sizes(self, options, shape):
        found = Egemaps(**options).prepare(buzz(2.2))
        assert found.shape == shape
        assert found.dtype == np.float32

    def test_pitch_is_the_first_feature(self):
        """Semitones above 27.5 Hz."""
        for f0 in (110.0, 220.0):
            value = Egemaps(sample_rate=16000).prepare(buzz(f0=f0))[0, 0]
            assert value == pytest.approx(12 * np.log2(f0 / 27.5), abs=0.5)

    def test_what_is_too_short_is_nan_and_warns_nobody(self):
        assert np.isnan(Egemaps().prepare(buzz(0.01))).all()

    def test_a_higher_rate_is_resampled_and_a_lower_one_refused(self):
        here = Egemaps().prepare(resample(buzz(), 8000))
        np.testing.assert_allclose(Egemaps().prepare(buzz()), here, rtol=1e-3, atol=1e-3)
        with pytest.raises(MalsoriError, match="8000 Hz"):
            Egemaps(sample_rate=16000).prepare(resample(buzz(), 8000))

    def test_the_version_of_opensmile_is_in_the_fingerprint(self):
        assert Egemaps().fingerprint()["opensmile"][0].isdigit()
