"""Mirror images of earlier rates: found where there are some, and in nothing else."""

import numpy as np
import pytest

from malsori.signals.frames import frames
from malsori.signals.mirrors import RATES, WINDOW, Mirrors


def hiss(seconds, rate, seed=0):
    return np.random.default_rng(seed).normal(0, 0.1, int(seconds * rate)).astype(np.float32)


def former(wave, rate):
    size, hop = round(WINDOW * rate), round(WINDOW * rate / 2)
    mirrors = Mirrors(rate, size, hop)
    for part in frames(wave, size, hop):
        mirrors.add(np.fft.rfft(part * np.hanning(size)).astype(np.complex64))
    return mirrors.rate()


@pytest.mark.parametrize("to", [16000, 22050, 44100, 48000])
@pytest.mark.parametrize("rate", RATES)
def test_straight_lines_between_samples(rate, to):
    slow = hiss(3, rate)
    wave = np.interp(np.arange(3 * to) * rate / to, np.arange(len(slow)), slow)
    found = former(wave.astype(np.float32), to)
    assert found == (rate if rate < 0.95 * to else None)


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000, 12345])
@pytest.mark.parametrize("seconds", [0.02, 0.1, 0.3, 3])
def test_hiss_has_no_image(rate, seconds):
    assert not any(former(hiss(seconds, rate, seed), rate) for seed in range(20))


def test_noise_that_came_later_hides_no_image():
    slow = hiss(3, 8000)
    wave = np.interp(np.arange(48000) / 2, np.arange(24000), slow)
    wave += 0.03 * np.random.default_rng(1).normal(size=48000)
    assert former(wave.astype(np.float32), 16000) == 8000


def test_a_soft_image_is_found_under_pauses_and_noise():
    wave = np.repeat(hiss(3, 8000), 2)
    wave[16000:32000] *= 1e-3
    assert former(wave + 0.05 * hiss(3, 16000, 1), 16000) == 8000


def test_tones_in_harmony_are_no_image():
    """Overtones of 100 Hz lie at f and at 8,000 - f, each with a phase of its own."""
    rng, t = np.random.default_rng(0), np.arange(16000) / 16000
    tones = [np.cos(2 * np.pi * 100 * k * t + rng.uniform(0, 6.28)) / k for k in range(1, 80)]
    assert former(np.sum(tones, axis=0).astype(np.float32), 16000) is None


def test_silence_has_none():
    assert former(np.zeros(16000, np.float32), 16000) is None
