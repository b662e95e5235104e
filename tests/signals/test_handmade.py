import librosa
import numpy as np
import pytest
import scipy.signal

from malsori.signals.audio import Audio
from malsori.signals.handmade import HANDMADE, handmade, onset_strength
from malsori.signals.spectra import log_mel, power_spectra

RATE = 8000


def voice(seconds=2.0, f0=150.0, level=0.3, seed=0) -> Audio:
    """A vowel between noise and pauses."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    wave = scipy.signal.sawtooth(2 * np.pi * f0 * time) * (time % 0.8 < 0.5)
    wave = scipy.signal.lfilter([1], [1, -1.3, 0.8], wave)
    wave = level * wave / np.abs(wave).max() + 0.002 * rng.normal(size=len(time))
    return Audio(wave.astype(np.float32), RATE)


def named(audio, **options):
    return dict(zip(HANDMADE, handmade(audio, **options)[0].tolist(), strict=True))


def magnitudes(audio):
    power = np.concatenate(list(power_spectra(audio.samples, RATE, window=0.064)))
    return np.sqrt(power).T.astype(np.float64)


@pytest.mark.parametrize("seed", [0, 1])
class TestAgainstLibrosa:
    """Its own functions, given the same spectra and frames."""

    def test_spectral_features(self, seed):
        audio = voice(f0=120 + 100 * seed, seed=seed)
        S, found = magnitudes(audio), named(audio)
        feature = librosa.feature
        expected = {
            "centroid": feature.spectral_centroid(S=S, sr=RATE),
            "bandwidth": feature.spectral_bandwidth(S=S, sr=RATE),
            "roll_off": feature.spectral_rolloff(S=S, sr=RATE),
            "flatness": feature.spectral_flatness(S=S),
            "contrast": feature.spectral_contrast(S=S, sr=RATE, n_bands=4),
        }
        for name, values in expected.items():
            assert found[name] == pytest.approx(values.mean(), rel=1e-3), name
        assert found["tonality"] == pytest.approx(1 - expected["flatness"].mean(), rel=1e-3)

    def test_waveform_features(self, seed):
        audio = voice(seed=seed)
        padded = np.pad(audio.samples, (216, 216))
        frames = librosa.util.frame(padded, frame_length=512, hop_length=80)
        crossed = librosa.feature.zero_crossing_rate(
            padded, frame_length=512, hop_length=80, center=False
        )
        found = named(audio)
        assert found["crossings.mean"] == pytest.approx(crossed.mean(), rel=1e-2)
        assert found["crossings.std"] == pytest.approx(crossed.std(), rel=1e-2)
        expected = np.sqrt((frames.astype(np.float64) ** 2).mean(axis=0)).mean()
        assert found["rms"] == pytest.approx(expected, rel=1e-3)

    def test_onsets(self, seed):
        mel = log_mel(voice(seed=seed).samples, RATE, window=0.064)
        mel = np.maximum(mel, mel.max() - 80)
        expected = librosa.onset.onset_strength(S=mel.T, sr=RATE, center=False)
        np.testing.assert_allclose(onset_strength(mel), expected, atol=1e-4)


def test_the_voice_is_described():
    found = named(voice(f0=150.0))
    assert found["f0.mean"] == pytest.approx(150, rel=0.02)
    assert found["f0.std"] < 5
    assert found["voiced.probability"] == pytest.approx(0.7, abs=0.1)


def test_louder_is_louder_and_nothing_else():
    wave = voice(level=0.1)
    soft, loud = named(wave), named(Audio(2 * wave.samples, RATE))
    assert loud["rms"] == pytest.approx(2 * soft["rms"], rel=1e-4)
    for name in set(HANDMADE) - {"rms"}:
        assert loud[name] == pytest.approx(soft[name], rel=1e-2), name


def test_parts_have_their_own_and_average_to_the_whole():
    audio = voice(seconds=3.0)
    parts, whole = handmade(audio, segment=1.0), handmade(audio)
    assert parts.shape == (3, 13)
    assert whole.shape == (1, 13)
    rms = HANDMADE.index("rms")
    assert parts[:, rms].mean() == pytest.approx(whole[0, rms], rel=1e-5)
    with pytest.raises(ValueError, match="shorter"):
        handmade(audio, segment=0.01)


@pytest.mark.parametrize("wave", [np.zeros(8000), np.zeros(1), np.full(400, 0.5), np.ones(1)])
def test_without_sound_what_is_unknown_is_nan(wave):
    found = named(Audio(wave.astype(np.float32), RATE))
    assert np.isnan(found["f0.mean"])
    assert np.isfinite([found["rms"], found["crossings.mean"], found["voiced.probability"]]).all()
    if not wave.any():
        assert np.isnan([found["centroid"], found["contrast"], found["flatness"]]).all()


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_every_rate_works(rate):
    time = np.arange(rate) / rate
    found = named(Audio(np.sin(2 * np.pi * 300 * time).astype(np.float32), rate))
    assert found["f0.mean"] == pytest.approx(300, rel=0.01)
    assert found["centroid"] == pytest.approx(300, rel=0.1)
