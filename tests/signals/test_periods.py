import numpy as np
import pytest

from malsori.signals.audio import Audio, resample
from malsori.signals.periods import periods
from malsori.signals.prosody import Pitch, track_pitch

RATE, FINE = 8000, 64000


def voice(f0=125.0, seconds=4.0, jitter=0.0, shimmer=0.0, seed=0) -> tuple[np.ndarray, dict]:
    """Pulses through one formant; every period and every strength is drawn on its own.

    Args:
        f0: Hz.
        seconds: length.
        jitter: standard deviation of the periods, relative.
        shimmer: standard deviation of the pulses' levels, dB.
        seed: of the draws.

    Returns:
        The samples, and what Praat would call local jitter (%) and local shimmer (dB).
    """
    rng = np.random.default_rng(seed)
    count = round(seconds * f0)
    lengths = (1 + jitter * rng.normal(size=count)).clip(0.9, 1.1) / f0
    levels = shimmer * rng.normal(size=count)
    wave = np.zeros(round(FINE * (lengths.sum() + 0.05)))
    at = np.rint(np.cumsum(lengths) * FINE).astype(int)
    wave[at] = 10 ** (levels / 20)
    time = np.arange(round(0.012 * FINE)) / FINE
    ringing = np.exp(-np.pi * 200 * time) * np.sin(2 * np.pi * 700 * time)
    wave = 0.3 * np.convolve(wave, ringing)[: len(wave)]
    truth = {
        "jitter": 100 * np.abs(np.diff(lengths)).mean() / lengths.mean(),
        "shimmer": np.abs(np.diff(levels)).mean(),
    }
    return resample(Audio(wave.astype(np.float32), FINE), RATE).samples, truth


def found(wave):
    of = periods(wave, RATE, track_pitch(wave, RATE))
    return {name: float(np.nanmean(getattr(of, name))) for name in vars(of)}


@pytest.mark.parametrize("f0", [80.0, 125.0, 210.0, 330.0])
def test_a_steady_voice_has_none(f0):
    wave, _ = voice(f0)
    of = found(wave)
    assert of["jitter"] < 0.35
    assert of["shimmer"] < 0.15
    assert of["harmonicity"] > 20


@pytest.mark.parametrize("f0", [100.0, 150.0, 220.0])
@pytest.mark.parametrize("jitter", [0.01, 0.02])
def test_jitter_is_measured(f0, jitter):
    wave, truth = voice(f0, jitter=jitter, seed=1)
    assert found(wave)["jitter"] == pytest.approx(truth["jitter"], rel=0.3)


@pytest.mark.parametrize("f0", [100.0, 150.0, 220.0])
@pytest.mark.parametrize("shimmer", [0.5, 1.5])
def test_shimmer_is_measured(f0, shimmer):
    wave, truth = voice(f0, shimmer=shimmer, seed=1)
    assert found(wave)["shimmer"] == pytest.approx(truth["shimmer"], rel=0.3)


@pytest.mark.parametrize("snr", [5.0, 10.0, 20.0])
def test_harmonicity_is_the_ratio_to_the_noise(snr):
    wave, _ = voice()
    noise = np.random.default_rng(2).normal(size=len(wave)) * wave.std() * 10 ** (-snr / 20)
    assert found((wave + noise).astype(np.float32))["harmonicity"] == pytest.approx(snr, abs=1.5)


def test_level_does_not_matter():
    wave, _ = voice(jitter=0.01, shimmer=1.0)
    for name, value in found(wave).items():
        assert found(0.01 * wave)[name] == pytest.approx(value, rel=0.02)


def test_without_voice_nothing_is_known():
    wave, _ = voice(seconds=1.0)
    silent = Pitch(np.full(105, np.nan, np.float32), np.zeros(105, np.float32))
    assert all(np.isnan(values).all() for values in vars(periods(wave, RATE, silent)).values())


@pytest.mark.parametrize("f0", [65.0, 500.0])
@pytest.mark.parametrize("length", [1, 90, 4001])
def test_voice_up_to_both_ends_is_within_the_samples(f0, length):
    count = max(1, -(-length // 80))
    pitch = Pitch(np.full(count, f0, np.float32), np.ones(count, np.float32))
    rng = np.random.default_rng(0)
    of = periods(rng.normal(size=length).astype(np.float32), RATE, pitch)
    assert of.jitter.shape == (count,)
    assert not np.isinf(np.stack(list(vars(of).values()))).any()
