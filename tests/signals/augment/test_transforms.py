"""That each transform does what it says."""

import numpy as np
import pytest

from malsori.errors import MalsoriError
from malsori.signals.audio import Audio
from malsori.signals.augment.codec import Codec
from malsori.signals.augment.gain import Gain
from malsori.signals.augment.mu_law import MuLaw
from malsori.signals.augment.noise import Noise
from malsori.signals.augment.peak_noise import PeakNoise
from malsori.signals.augment.pitch import Pitch
from malsori.signals.augment.room import Room
from malsori.signals.augment.spec_augment import SpecAugment, draw_gaps
from malsori.signals.augment.stretch import Stretch
from malsori.signals.augment.telephone import Telephone
from malsori.signals.prosody import track_pitch

RATE = 16000


def rng(seed=0):
    return np.random.default_rng(seed)


def voice(f0=120.0, seconds=1.5, rate=RATE) -> Audio:
    """A buzz with the harmonics of a voice."""
    time = np.arange(round(seconds * rate)) / rate
    waves = [np.cos(2 * np.pi * k * f0 * time) / k for k in range(1, 20) if k * f0 < rate / 2]
    return Audio((0.1 * np.sum(waves, axis=0)).astype(np.float32), rate)


def white(seconds=2.0, rate=RATE) -> Audio:
    return Audio((0.1 * rng(9).normal(size=round(seconds * rate))).astype(np.float32), rate)


def power_in(audio: Audio, low: float, high: float) -> float:
    """Power between two frequencies, in dB."""
    spectrum = np.abs(np.fft.rfft(audio.samples)) ** 2
    hz = np.fft.rfftfreq(len(audio.samples), 1 / audio.sample_rate)
    return float(10 * np.log10(spectrum[(hz >= low) & (hz < high)].mean() + 1e-20))


def f0_of(audio: Audio) -> float:
    return float(np.nanmedian(track_pitch(audio.samples, audio.sample_rate).f0[10:-10]))


class TestNoise:
    def test_has_ratios_all_over_the_range(self):
        clean, transform = voice(), Noise(low=0, high=30)
        ratios = []
        for seed in range(40):
            noise = transform(clean, rng(seed)).samples - clean.samples
            ratios.append(10 * np.log10(np.mean(clean.samples**2) / np.mean(noise**2)))
        assert 0 <= min(ratios) < 6
        assert 24 < max(ratios) <= 30

    def test_colour_moves_the_noise_down(self):
        clean = Audio(np.full(RATE, 1e-3, np.float32), RATE)
        tilt = {}
        for colour in (0.0, 1.0):
            noise = Noise(low=0, high=0, colour=colour)(clean, rng()).samples - clean.samples
            heard = Audio(noise, RATE)
            tilt[colour] = power_in(heard, 200, 400) - power_in(heard, 3200, 6400)
        assert abs(tilt[0.0]) < 1.5
        assert tilt[1.0] == pytest.approx(12, abs=2)  # four octaves of 3 dB


class TestPeakNoise:
    def test_is_what_the_study_adds(self):
        """0.005 · U(0, 1) · max |x| · N(0, 1), whose deviation is even between 0 and its bound."""
        clean = Audio((0.5 * voice().samples).astype(np.float32), RATE)
        bound = 0.005 * np.abs(clean.samples).max()
        shares = [
            (PeakNoise()(clean, rng(seed)).samples - clean.samples).std() / bound
            for seed in range(200)
        ]
        assert max(shares) < 1.03
        assert np.mean(shares) == pytest.approx(0.5, abs=0.07)
        assert np.std(shares) == pytest.approx(1 / np.sqrt(12), abs=0.04)


class TestStretch:
    @pytest.mark.parametrize("speed", [0.5, 0.8, 1.2, 2.0])
    def test_changes_the_length_exactly_and_keeps_the_pitch(self, speed):
        audio = voice()
        heard = Stretch(low=speed, high=speed)(audio, rng())
        assert len(heard.samples) == round(len(audio.samples) / speed)
        assert 12 * np.log2(f0_of(heard) / f0_of(audio)) == pytest.approx(0, abs=0.05)

    def test_says_how_long_it_may_get(self):
        assert Stretch(low=0.8).longest == 1.25
        assert Stretch(low=1.1, high=1.2).longest == 1.0


class TestPitch:
    @pytest.mark.parametrize("semitones", [-4.0, -0.7, 0.7, 4.0])
    def test_moves_the_pitch_and_keeps_the_length(self, semitones):
        audio = voice()
        heard = Pitch(low=semitones, high=semitones)(audio, rng())
        assert len(heard.samples) == len(audio.samples)
        assert 12 * np.log2(f0_of(heard) / f0_of(audio)) == pytest.approx(semitones, abs=0.05)


class TestGain:
    def test_clips_as_a_recorder_unless_it_shall_not(self):
        loud = Audio(np.float32([0.9, -0.1]), RATE)
        clipped = Gain(low=20, high=20)(loud, rng()).samples
        np.testing.assert_allclose(clipped, [1.0, -1.0], atol=1e-6)
        np.testing.assert_allclose(
            Gain(low=20, high=20, clip=False)(loud, rng()).samples, [9.0, -1.0], rtol=1e-5
        )


class TestTelephone:
    def test_keeps_its_band_only(self):
        before, after = white(), Telephone()(white(), rng())
        assert abs(power_in(after, 500, 3000) - power_in(before, 500, 3000)) < 1
        assert power_in(after, 20, 150) < power_in(before, 20, 150) - 20
        assert power_in(after, 6000, 8000) < power_in(before, 6000, 8000) - 20


class TestMuLaw:
    def test_leaves_an_error_of_eight_bits(self):
        clean = voice()
        error = MuLaw()(clean, rng()).samples - clean.samples
        assert 30 < 10 * np.log10(np.mean(clean.samples**2) / np.mean(error**2)) < 42


class TestCodec:
    @pytest.mark.parametrize("name", ["gsm", "g721", "mu_law", "a_law", "opus", "mp3"])
    @pytest.mark.parametrize("rate", [8000, 16000, 22050])
    def test_does_not_delay_and_stays_recognisable(self, name, rate):
        clean = voice(rate=rate)
        heard = Codec(name=name, high=0.9)(clean, rng())
        size = 2 * len(clean.samples)
        spectra = [np.fft.rfft(x.samples * np.hanning(len(x.samples)), size)
                   for x in (clean, heard)]  # fmt: skip
        correlation = np.fft.irfft(spectra[1] * spectra[0].conj(), size)
        period = rate / 120
        lag = (np.argmax(correlation) + period / 2) % period - period / 2
        assert abs(lag) < 0.001 * rate
        assert not np.array_equal(heard.samples, clean.samples)
        assert np.corrcoef(heard.samples, clean.samples)[0, 1] > 0.5

    def test_telephone_codecs_lose_what_is_above_4_khz(self):
        heard = Codec(name="gsm")(white(), rng())
        assert power_in(heard, 4500, 8000) < power_in(heard, 1000, 3000) - 30

    def test_any_draws_all_of_them(self):
        clean = Audio(voice(seconds=0.3).samples, RATE)
        heard = {Codec(low=0.9, high=0.9)(clean, rng(s)).samples.tobytes() for s in range(40)}
        assert len(heard) == 6

    def test_long_recordings_pass(self):
        minutes = Audio(np.tile(voice(seconds=1).samples, 180), RATE)
        assert len(Codec(name="opus")(minutes, rng()).samples) == len(minutes.samples)


class TestRoom:
    @pytest.mark.parametrize("seconds", [0.2, 0.6])
    def test_the_tail_dies_away_in_its_time(self, seconds):
        click = np.zeros(RATE, np.float32)
        click[0] = 1
        room = Room(low=seconds, high=seconds, near=0, far=0)
        slopes = []
        for seed in range(12):
            tail = room(Audio(click, RATE), rng(seed)).samples[round(0.012 * RATE) :]
            left = 10 * np.log10(np.cumsum(tail[::-1] ** 2)[::-1] + 1e-20)  # Schroeder's integral
            fell = left[0] - left
            first, last = np.searchsorted(fell, 3), np.searchsorted(fell, 23)
            slopes.append((last - first) / RATE * 3)
        assert np.mean(slopes) == pytest.approx(seconds, rel=0.07)

    def test_the_ratio_of_direct_to_reverberant_energy(self):
        click = np.zeros(RATE, np.float32)
        click[0] = 1
        heard = Room(low=0.3, high=0.3, near=6, far=6)(Audio(click, RATE), rng()).samples
        assert 10 * np.log10(heard[0] ** 2 / np.sum(heard[1:] ** 2)) == pytest.approx(6, abs=0.1)

    def test_keeps_the_level_and_fills_pauses(self):
        samples = voice().samples.copy()
        samples[8000:12000] = 0
        heard = Room(low=0.6, high=0.6)(Audio(samples, RATE), rng()).samples
        assert np.std(heard) == pytest.approx(np.std(samples), rel=1e-3)
        assert np.std(heard[8200:9000]) > 0.01 * np.std(heard)


class TestSpecAugment:
    def test_gaps_are_silent_and_the_rest_is_as_it_was(self):
        clean = white()
        heard = SpecAugment(times=1, time=0.2, bands=0)(clean, rng(2)).samples
        silent = np.flatnonzero(heard == 0)
        assert 0 < len(silent) <= 0.2 * len(clean.samples)
        assert (np.diff(silent) == 1).all()
        near = round(0.006 * RATE)
        rest = np.ones(len(heard), bool)
        rest[max(0, silent[0] - near) : silent[-1] + near] = False
        np.testing.assert_array_equal(heard[rest], clean.samples[rest])

    def test_a_band_is_taken_out_and_its_neighbours_stay(self):
        clean = white()
        transform = SpecAugment(times=0, bands=1, band=0.3)
        heard = transform(clean, rng(3))
        spectrum = np.abs(np.fft.rfft(heard.samples)) / np.abs(np.fft.rfft(clean.samples))
        gone = np.flatnonzero(spectrum < 1e-3)
        assert len(gone) > 50
        hz = gone * RATE / len(clean.samples)
        assert hz[-1] - hz[0] == pytest.approx(len(gone) * RATE / len(clean.samples), rel=0.05)
        assert np.median(spectrum) == pytest.approx(1, abs=1e-3)

    def test_says_what_makes_no_sense(self):
        for wrong in ({"time": 0}, {"band": 1.5}, {"times": -1}, {"times": 0, "bands": 0}):
            with pytest.raises(MalsoriError):
                SpecAugment(**wrong)

    def test_gaps_are_anywhere(self):
        found = np.array([draw_gaps(rng(seed), 1, 0.5)[0] for seed in range(300)])
        covered = [np.mean((found[:, 0] <= x) & (x < found[:, 1])) for x in (0.3, 0.5, 0.7)]
        assert min(covered) > 0.15
        assert found.min() >= 0
        assert found.max() <= 1
        assert (found[:, 1] - found[:, 0]).max() <= 0.5
