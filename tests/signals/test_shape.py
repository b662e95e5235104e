import librosa
import numpy as np
import pytest

from malsori.signals import shape

RATE, N_FFT = 8000, 512


@pytest.fixture
def magnitude():
    rng = np.random.default_rng(0)
    return (rng.gamma(2.0, size=(50, 257)) * np.geomspace(1, 0.01, 257)).astype(np.float32)


@pytest.fixture
def hz():
    return shape.frequencies(RATE, N_FFT)


def test_definitions_are_those_of_librosa(magnitude, hz):
    S, feature = magnitude.T.astype(np.float64), librosa.feature
    centroid, bandwidth = shape.centroid_and_bandwidth(magnitude, hz)
    for found, expected in (
        (centroid, feature.spectral_centroid(S=S, sr=RATE)),
        (bandwidth, feature.spectral_bandwidth(S=S, sr=RATE)),
        (shape.roll_off(magnitude, hz), feature.spectral_rolloff(S=S, sr=RATE)),
        (shape.flatness(magnitude**2), feature.spectral_flatness(S=S)),
    ):
        np.testing.assert_allclose(found, expected[0], rtol=1e-3)


def test_contrast_is_that_of_librosa_where_its_octaves_fit(magnitude, hz):
    """Four octaves above 200 Hz: librosa lets the last one reach to the end of the spectrum.

    (Here no bin is 80 dB below another: librosa would raise that one.)
    """
    expected = librosa.feature.spectral_contrast(
        S=magnitude.T.astype(np.float64), sr=RATE, n_bands=4
    )
    np.testing.assert_allclose(shape.contrast(magnitude, hz), expected.mean(axis=0), atol=1e-3)


@pytest.mark.parametrize("rate", [4000, 8000, 16000, 22050, 44100])
@pytest.mark.parametrize("n_fft", [256, 512, 2048])
def test_every_bin_is_in_one_band_of_the_contrast(rate, n_fft):
    used = np.zeros(n_fft // 2 + 1, int)
    for bins, count in shape.contrast_bands(tuple(shape.frequencies(rate, n_fft).tolist()), 200.0):
        used[bins] += 1
        assert 1 <= count <= bins.stop - bins.start
    assert used.min() == 1


def test_a_tone_has_a_place_and_no_width(hz):
    magnitude = np.zeros((1, 257), np.float32)
    magnitude[0, 64] = 1.0
    centroid, bandwidth = shape.centroid_and_bandwidth(magnitude, hz)
    assert (centroid[0], bandwidth[0]) == (1000.0, 0.0)
    assert shape.roll_off(magnitude, hz)[0] == 1000.0
    assert shape.flatness(magnitude**2)[0] < 1e-6


def test_slope_is_that_of_numpy(hz):
    decibels = np.random.default_rng(0).normal(size=(5, 257)).astype(np.float32)
    inside = (hz >= 500) & (hz <= 1500)
    expected = np.polyfit(hz[inside] / 1000, decibels[:, inside].T, 1)[0]
    np.testing.assert_allclose(shape.slope(decibels, hz, 500, 1500), expected, atol=1e-3)


def test_a_steeper_spectrum_has_a_larger_ratio(hz):
    alpha, hammarberg = shape.balance(10.0 ** (-np.outer([1, 2, 3], hz) / 1000), hz)
    assert (np.diff(alpha) > 5).all()
    assert (np.diff(hammarberg) > 15).all()
    assert hammarberg[0] == pytest.approx(20.0, abs=0.1)  # 10 dB a kHz, 2 kHz apart


def test_silence_has_no_shape(hz):
    nothing = np.zeros((2, 257), np.float32)
    assert not shape.sounding(nothing).any()
    centroid, bandwidth = shape.centroid_and_bandwidth(nothing, hz)
    for values in (
        centroid,
        bandwidth,
        shape.roll_off(nothing, hz),
        shape.flatness(nothing),
        shape.contrast(nothing, hz),
        *shape.balance(nothing, hz),
    ):
        assert np.isnan(values).all()
