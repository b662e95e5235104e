import numpy as np
import pytest
import scipy.signal

from malsori.signals.audio import Audio, resample
from malsori.signals.prosody import active, energy_db, pauses, syllables, track_pitch

RATE = 8000
TELEPHONE = scipy.signal.butter(4, [300, 3400], "bandpass", fs=RATE, output="sos")


def voice(f0: float, seconds=1.5, glide=0.0, seed=0) -> tuple[np.ndarray, np.ndarray]:
    """Glottal pulses through three formants, and the true pitch every 10 ms.

    Args:
        f0: Hz in the middle.
        seconds: length.
        glide: octaves from the beginning to the end.
        seed: of the vowel.
    """
    rng = np.random.default_rng(seed)
    fine = 8 * RATE
    course = f0 * 2 ** (glide * np.linspace(-0.5, 0.5, round(seconds * fine)))
    phase = np.cumsum(course) / fine
    pulses = np.diff(np.floor(phase), prepend=0).astype(np.float32)
    wave = resample(Audio(pulses, fine), RATE).samples.astype(np.float64)
    for low, high in ((300, 800), (900, 2200), (2300, 3000)):
        radius = np.exp(-np.pi * 100 / RATE)
        angle = 2 * np.pi * rng.uniform(low, high) / RATE
        wave = scipy.signal.lfilter([1], [1, -2 * radius * np.cos(angle), radius**2], wave)
    wave = 0.5 * wave / np.abs(wave).max()
    return wave.astype(np.float32), course[40 * 8 :: 80 * 8]


def noisy(wave: np.ndarray, snr: float) -> np.ndarray:
    noise = np.random.default_rng(1).normal(size=len(wave)) * wave.std() * 10 ** (-snr / 20)
    return (wave + noise).astype(np.float32)


@pytest.mark.parametrize("telephone", [False, True], ids=["full", "telephone"])
@pytest.mark.parametrize(("snr", "gross"), [(40, 0.0), (20, 0.0), (10, 0.02)])
def test_pitch_is_found_within_a_semitone(telephone, snr, gross):
    """Below 300 Hz a telephone carries no fundamental; the period is there all the same."""
    errors, found = [], []
    for seed, f0 in enumerate(np.geomspace(80, 420, 13)):
        wave, course = voice(f0, glide=0.5, seed=seed)
        wave = noisy(wave, snr)
        if telephone:
            wave = scipy.signal.sosfiltfilt(TELEPHONE, wave).astype(np.float32)
        pitch = track_pitch(wave, RATE)
        inside = slice(5, -5)
        error = np.abs(12 * np.log2(pitch.f0[inside] / course[inside]))
        errors.append(error[pitch.voiced[inside]])
        found.append(pitch.voiced[inside])
    error = np.concatenate(errors)
    assert np.concatenate(found).mean() > 0.97
    assert (error > 1.0).mean() <= gross
    assert np.median(error) < 0.05


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_pitch_does_not_depend_on_the_rate(rate):
    wave, _ = voice(150.0)
    pitch = track_pitch(resample(Audio(wave, RATE), rate).samples, rate)
    assert np.nanmedian(pitch.f0) == pytest.approx(150.0, rel=0.01)


@pytest.mark.parametrize("level", [1e-3, 1.0])
def test_noise_is_not_voiced_at_any_level(level):
    noise = level * np.random.default_rng(0).normal(size=16000)
    assert track_pitch(noise.astype(np.float32), RATE).voiced.mean() < 0.01
    band = scipy.signal.sosfiltfilt(TELEPHONE, noise).astype(np.float32)
    assert track_pitch(band, RATE).voiced.mean() < 0.01


def test_silence_an_offset_and_a_single_sample_have_no_pitch():
    for wave in (np.zeros(8000), np.full(8000, 0.5), np.ones(1)):
        assert not track_pitch(wave.astype(np.float32), RATE).voiced.any()


def test_only_speech_is_looked_at():
    wave, _ = voice(150.0)
    speech = np.zeros(150, bool)
    speech[30:60] = True
    pitch = track_pitch(wave, RATE, speech)
    assert pitch.voiced[30:60].all()
    assert not pitch.voiced[~speech].any()
    assert not track_pitch(wave, RATE, np.zeros(150, bool)).voiced.any()


def test_a_long_signal_is_the_same_as_its_parts():
    """2,048 frames are analysed at once; the seam must not show."""
    wave, _ = voice(150.0, seconds=25.0)
    speech = np.random.default_rng(0).random(2500) < 0.5
    whole = track_pitch(wave, RATE, speech)
    part = track_pitch(wave[80 * 2000 : 80 * 2100], RATE, speech[2000:2100])
    both = whole.voiced[2010:2090] & part.voiced[10:90]
    assert both.sum() > 30
    np.testing.assert_allclose(whole.f0[2010:2090][both], part.f0[10:90][both], rtol=1e-3)


class TestEnergy:
    def test_level(self):
        wave = np.full(8000, 0.1, np.float32)
        np.testing.assert_allclose(energy_db(wave, RATE)[5:-5], -20.0, atol=1e-4)
        assert (energy_db(np.zeros(100, np.float32), RATE) == -100.0).all()

    def test_activity_at_any_level_and_in_noise(self):
        truth = np.repeat([False, True, False, True, False], [40, 60, 50, 70, 30])
        rng = np.random.default_rng(0)
        for level, noise in ((-10, -70), (-50, -95), (-20, -38)):
            energy = np.where(truth, level, noise) + rng.normal(size=250)
            found = active(energy.astype(np.float32))
            assert (found != truth).mean() < 0.03

    def test_closures_are_filled_and_clicks_dropped(self):
        energy = np.full(200, -80, np.float32)
        energy[50:150] = -20
        energy[100:103] = -80  # the closure of a stop
        energy[20] = -20  # a click
        np.testing.assert_array_equal(np.flatnonzero(active(energy)), np.arange(50, 150))


class TestTempo:
    @pytest.mark.parametrize("rate", [3.0, 5.0, 7.0])
    def test_syllables_of_a_known_rate(self, rate):
        time = np.arange(1000) * 0.01
        energy = (-25 + 6 * np.cos(2 * np.pi * rate * time)).astype(np.float32)
        energy += np.random.default_rng(0).normal(scale=0.5, size=1000).astype(np.float32)
        found = syllables(energy, np.ones(1000, bool))
        assert len(found) == pytest.approx(10 * rate, rel=0.1)
        assert len(syllables(energy, np.zeros(1000, bool))) == 0

    def test_pauses_are_between_speech_and_long_enough(self):
        speech = np.repeat(
            [False, True, False, True, False, True, False], [90, 50, 30, 9, 10, 5, 70]
        )
        np.testing.assert_allclose(pauses(speech), [0.3])
        np.testing.assert_allclose(pauses(speech, shortest=0.1), [0.3, 0.1])

    @pytest.mark.parametrize(
        "speech", [[True] * 9, [False] * 9, [False, True], [True, False], [True]]
    )
    def test_no_pause_at_all(self, speech):
        assert len(pauses(np.array(speech), shortest=0.01)) == 0
