import numpy as np
import pytest

from malsori.signals.spectra import (
    cepstra,
    hz_to_mel,
    log_mel,
    mel_filterbank,
    mel_to_hz,
    power_spectra,
)


def tone(hz, rate=8000, level=1.0):
    return (level * np.sin(2 * np.pi * hz * np.arange(rate) / rate)).astype(np.float32)


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
@pytest.mark.parametrize("hz", [250.0, 1000.0, 3000.0])
def test_a_tone_is_loudest_in_its_band(rate, hz):
    edges = mel_to_hz(np.linspace(hz_to_mel(60.0), hz_to_mel(4000.0), 34))
    band = log_mel(tone(hz, rate), rate, high=4000.0)[50].argmax()
    assert edges[band] <= hz <= edges[band + 2]


def test_levels_do_not_depend_on_the_rate():
    """Noise of the same density below 4 kHz: a corpus of mixed rates must be comparable."""
    rng = np.random.default_rng(0)
    narrow = log_mel(rng.normal(size=80000).astype(np.float32) * 0.1, 8000, high=4000.0)
    wide = log_mel(rng.normal(size=160000).astype(np.float32) * 0.1 * 2**0.5, 16000, high=4000.0)
    np.testing.assert_allclose(narrow[5:-5].mean(0), wide[5:-5].mean(0), atol=0.6)


def test_twenty_decibels_are_twenty_decibels():
    difference = log_mel(tone(500.0), 8000) - log_mel(tone(500.0, level=0.1), 8000)
    loud = log_mel(tone(500.0), 8000) > -60
    np.testing.assert_allclose(difference[loud], 20.0, atol=0.01)


def test_silence_and_single_samples_are_finite():
    assert (log_mel(np.zeros(8000, np.float32), 8000) == -120.0).all()
    assert log_mel(np.ones(1, np.float32), 8000).shape == (1, 32)


@pytest.mark.parametrize("bands", [4, 24, 40, 80])
def test_every_triangle_has_a_sum_of_one(bands):
    bank = mel_filterbank(8000, 256, bands, 60.0, 4000.0)
    np.testing.assert_allclose(bank.sum(axis=0), 1.0, atol=1e-6)
    assert (bank >= 0).all()
    assert (np.diff(bank.argmax(axis=0)) >= 0).all()


@pytest.mark.parametrize(("low", "high"), [(100.0, 100.0), (-1.0, 100.0), (100.0, 4001.0)])
def test_bands_beyond_the_rate_are_refused(low, high):
    with pytest.raises(ValueError, match="8000 Hz"):
        mel_filterbank(8000, 256, 24, low, high)


def test_cepstra_keep_all_power():
    spectra = np.random.default_rng(0).normal(size=(10, 32)).astype(np.float32)
    full = cepstra(spectra, 32)
    np.testing.assert_allclose((full**2).sum(1), (spectra**2).sum(1), rtol=1e-5)
    np.testing.assert_array_equal(cepstra(spectra, 5), full[:, :5])


@pytest.mark.parametrize(("rate", "window", "bands"), [(8000, 0.032, 32), (16000, 0.025, 80)])
def test_log_mel_is_the_dense_product_in_double_precision(rate, window, bands):
    """The filterbank goes in blocks and the frames in portions; neither may show."""
    rng = np.random.default_rng(0)
    wave = rng.normal(size=6 * rate).astype(np.float32) * np.linspace(0, 1, 6 * rate) ** 2
    size, step = round(window * rate), rate // 100
    padded = np.pad(wave.astype(np.float64), (size - step) // 2)
    padded = np.pad(padded, (0, size))
    parts = np.lib.stride_tricks.sliding_window_view(padded, size)[::step][:600]
    taper = np.hanning(size + 1)[:-1]
    power = np.abs(np.fft.rfft(parts * taper * 2 / taper.sum())) ** 2
    expected = 10 * np.log10(power @ mel_filterbank(rate, size, bands, 60.0, rate / 2) + 1e-30)
    found = log_mel(wave.astype(np.float32), rate, window=window, bands=bands)
    np.testing.assert_allclose(found, np.maximum(expected, -120), atol=2e-3)


def test_a_power_spectrum_says_amplitudes():
    tones = tone(1000.0, level=0.5) + tone(2000.0, level=0.1)
    power = np.concatenate(list(power_spectra(tones, 8000)))[50]
    at = {hz: power[round(hz * 256 / 8000)] for hz in (1000, 2000, 3000)}
    assert at[1000] == pytest.approx(0.25, rel=1e-3)
    assert at[2000] == pytest.approx(0.01, rel=1e-3)
    assert at[3000] < 1e-9
