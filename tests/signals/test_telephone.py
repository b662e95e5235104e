"""A telephone line: what passes, what is lost, how much noise there is."""

import numpy as np
import pytest
from scipy import signal

from malsori.errors import MalsoriError
from malsori.signals.audio import Audio
from malsori.signals.telephone import add_noise, band_pass, mu_law

RATE = 8000


def tone(hz, seconds=2.0, amplitude=0.5, rate=RATE):
    t = np.arange(int(seconds * rate)) / rate
    return Audio((amplitude * np.sin(2 * np.pi * hz * t)).astype(np.float32), rate)


def level_db(audio):
    """Level of the middle half, away from the edges."""
    n = len(audio.samples)
    return 10 * np.log10(np.mean(audio.samples[n // 4 : 3 * n // 4].astype(np.float64) ** 2))


@pytest.mark.parametrize(
    ("hz", "gain_db", "tolerance"),
    [(100, -70, 12), (150, -48, 3), (300, -6, 0.3), (1000, 0, 0.05), (3400, -6, 0.3)],
)
def test_band_pass_attenuates_as_its_order_says(hz, gain_db, tolerance):
    before = tone(hz)
    assert level_db(band_pass(before)) - level_db(before) == pytest.approx(gain_db, abs=tolerance)


def test_band_pass_keeps_the_upper_edge_only_where_there_is_one():
    above = tone(5000, rate=16000)
    assert level_db(band_pass(above)) - level_db(above) < -24
    near = tone(3900)
    assert level_db(band_pass(near, high=4000)) - level_db(near) == pytest.approx(0, abs=0.05)


def test_band_pass_does_not_delay():
    click = np.zeros(4001, np.float32)
    click[2000] = 1.0
    assert int(np.argmax(band_pass(Audio(click, RATE)).samples)) == 2000


@pytest.mark.parametrize("length", [0, 1, 5, 40])
def test_band_pass_takes_short_signals(length):
    short = band_pass(Audio(np.ones(length, np.float32), RATE)).samples
    assert len(short) == length
    assert np.isfinite(short).all()


@pytest.mark.parametrize(("low", "high"), [(0, 3400), (3400, 300), (4000, 5000)])
def test_band_pass_refuses_an_empty_band(low, high):
    with pytest.raises(MalsoriError, match="no band"):
        band_pass(tone(440), low=low, high=high)


@pytest.mark.parametrize("amplitude_db", [0, -12, -24])
def test_mu_law_error_is_some_36_db_below_the_signal(amplitude_db):
    rng = np.random.default_rng(0)
    x = rng.laplace(size=40000) * 10 ** (amplitude_db / 20) / 8
    clean = Audio(np.clip(x, -1, 1).astype(np.float32), RATE)
    error = mu_law(clean).samples.astype(np.float64) - clean.samples
    snr = 10 * np.log10(np.mean(clean.samples.astype(np.float64) ** 2) / np.mean(error**2))
    assert 33 < snr < 40


def test_mu_law_is_idempotent_odd_and_has_255_levels():
    ramp = Audio(np.linspace(-1, 1, 20001, dtype=np.float32), RATE)
    once = mu_law(ramp)
    assert np.array_equal(mu_law(once).samples, once.samples)
    assert np.array_equal(once.samples, -once.samples[::-1])
    assert len(np.unique(once.samples)) == 255


@pytest.mark.parametrize("colour", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("snr_db", [-5.0, 0.0, 20.0])
def test_noise_has_exactly_the_ratio(snr_db, colour):
    clean = tone(440, seconds=1.237)
    noisy = add_noise(clean, snr_db, np.random.default_rng(3), colour=colour)
    noise = noisy.samples.astype(np.float64) - clean.samples
    ratio = 10 * np.log10(np.mean(clean.samples.astype(np.float64) ** 2) / np.mean(noise**2))
    assert ratio == pytest.approx(snr_db, abs=0.01)


@pytest.mark.parametrize("colour", [0.0, 1.0, 2.0])
def test_noise_falls_with_its_colour(colour):
    clean = tone(440, seconds=20, amplitude=1e-3)
    noisy = add_noise(clean, -40, np.random.default_rng(3), colour=colour)
    hz, power = signal.welch(noisy.samples - clean.samples, RATE, nperseg=1024)
    at = [10 * np.log10(power[(hz > f * 0.8) & (hz < f * 1.25)].mean()) for f in (300, 3000)]
    assert at[1] - at[0] == pytest.approx(-10 * colour, abs=0.7)


def test_noise_repeats_with_the_generator_and_spares_silence():
    clean = tone(440)
    one, two = (add_noise(clean, 10, np.random.default_rng(7)).samples for _ in range(2))
    assert np.array_equal(one, two)
    silence = Audio(np.zeros(100, np.float32), RATE)
    assert add_noise(silence, 10, np.random.default_rng(7)) is silence
    with pytest.raises(MalsoriError, match="ratio"):
        add_noise(clean, float("nan"), np.random.default_rng(7))
