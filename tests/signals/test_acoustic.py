import numpy as np
import pytest
import scipy.signal

from malsori.signals.acoustic import acoustic, acoustic_names
from malsori.signals.audio import Audio, resample

RATE = 8000


def voice(f0=150.0, *, seconds=3.0, tilt=0.9, level=0.3, talk=0.5, seed=0) -> Audio:
    """Syllables of a buzzing voice, four a second, with a pause every second.

    Args:
        f0: Hz.
        seconds: length.
        tilt: of the glottal source, 0 bright to 1 dark.
        level: of the loudest sample.
        talk: share of each second that is spoken.
        seed: of the noise.
    """
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    phase = f0 * time + 0.3 * np.sin(2 * np.pi * time)
    pulses = np.diff(np.floor(phase), prepend=0.0)
    wave = scipy.signal.lfilter([1], [1, -tilt], pulses)
    wave = scipy.signal.lfilter([1], [1, -1.2, 0.8], wave)
    wave = wave * (0.6 - 0.4 * np.cos(2 * np.pi * 4 * time)) * (time % 1.0 < talk)
    wave = level * wave / np.abs(wave).max() + 0.0005 * rng.normal(size=len(time))
    return Audio(wave.astype(np.float32), RATE)


def named(audio):
    return dict(zip(acoustic_names(), acoustic(audio)[0].tolist(), strict=True))


def test_names_are_unique_and_fit():
    assert len(set(acoustic_names(segments=True))) == len(acoustic_names(segments=True))
    assert acoustic(voice()).shape == (1, len(acoustic_names()))
    assert acoustic(voice(), segment=1.0).shape == (3, len(acoustic_names(segments=True)))


def test_pitch_is_in_semitones_above_100_hertz():
    low, high = named(voice(110.0)), named(voice(220.0))
    assert high["pitch.mean"] - low["pitch.mean"] == pytest.approx(12.0, abs=0.5)
    assert low["pitch.mean"] == pytest.approx(12 * np.log2(1.1), abs=0.5)


def test_a_brighter_voice_has_a_flatter_spectrum():
    dark, bright = named(voice(tilt=0.95)), named(voice(tilt=0.3))
    assert bright["centroid.mean"] > dark["centroid.mean"] + 100
    assert bright["roll_off.mean"] > dark["roll_off.mean"]
    for falls in ("alpha.mean", "hammarberg.mean", "cepstrum1.mean"):
        assert bright[falls] < dark[falls], falls
    assert bright["slope.low.mean"] > dark["slope.low.mean"]


def test_noise_lowers_harmonicity_and_raises_jitter():
    clean = voice()
    noise = np.random.default_rng(1).normal(scale=0.01, size=len(clean.samples))
    rough = named(Audio((clean.samples + noise).astype(np.float32), RATE))
    smooth = named(clean)
    assert rough["harmonicity.mean"] < smooth["harmonicity.mean"] - 5
    assert rough["jitter.mean"] > smooth["jitter.mean"]


def test_pauses_and_rate():
    little, much = named(voice(talk=0.5)), named(voice(talk=0.75))
    assert little["pauses.share"] > much["pauses.share"] + 0.15
    assert little["pauses.rate"] > 0.5


def test_loudness_is_one_number():
    loud, soft = named(voice(level=0.4)), named(Audio(0.1 * voice(level=0.4).samples, RATE))
    assert loud["level"] - soft["level"] == pytest.approx(20.0, abs=0.1)
    for name in set(loud) - {"level"}:
        assert soft[name] == pytest.approx(loud[name], rel=0.02, abs=0.05), name


def test_the_rate_of_the_recording_does_not_matter():
    fine = resample(voice(), 24000)
    there, here = named(resample(fine, RATE)), named(voice())
    for name in ("pitch.mean", "alpha.mean", "jitter.mean", "centroid.mean", "pauses.share"):
        assert there[name] == pytest.approx(here[name], rel=0.05, abs=0.05), name


@pytest.mark.parametrize("wave", [np.zeros(8000), np.zeros(1), np.ones(1), np.full(9000, 0.2)])
def test_what_is_unknown_is_nan_and_nothing_is_infinite(wave):
    values = acoustic(Audio(wave.astype(np.float32), RATE), segment=0.5)
    assert not np.isinf(values).any()
    found = dict(zip(acoustic_names(segments=True), values[0].tolist(), strict=True))
    assert np.isnan([found["pitch.mean"], found["jitter.mean"], found["segment.jitter.mean"]]).all()


def test_a_segment_without_voice_does_not_know_its_voice():
    audio = voice(seconds=4.0)
    audio.samples[:16000] = 0.001 * np.random.default_rng(0).normal(size=16000)
    values = acoustic(audio, segment=2.0)
    at = {name: i for i, name in enumerate(acoustic_names(segments=True))}
    assert np.isnan(values[0, at["segment.jitter.mean"]])
    assert np.isfinite(values[1, at["segment.jitter.mean"]])
    np.testing.assert_array_equal(values[0, 39:], values[1, 39:])
