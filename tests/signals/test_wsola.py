import numpy as np
import pytest

from malsori.errors import MalsoriError
from malsori.signals.prosody import track_pitch
from malsori.signals.wsola import shift_pitch, stretch

RATE = 16000


def gliding(seconds=3.0, rate=RATE):
    """A voice whose pitch swings by seven semitones, in a little noise."""
    time = np.arange(round(seconds * rate)) / rate
    phase = np.cumsum(110 * 2 ** (0.3 * np.sin(2 * np.pi * 0.7 * time)) / rate)
    waves = [np.cos(2 * np.pi * k * phase) / k for k in range(1, 20)]
    noise = 0.002 * np.random.default_rng(0).normal(size=len(time))
    return (0.1 * np.sum(waves, axis=0) + noise).astype(np.float32)


def test_at_its_own_tempo_a_signal_is_itself():
    np.testing.assert_allclose(stretch(gliding(), RATE, 1.0), gliding(), atol=1e-6)


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
@pytest.mark.parametrize("rate", [8000, 16000])
def test_the_melody_runs_in_the_new_tempo(speed, rate):
    samples = gliding(rate=rate)
    slow = stretch(samples, rate, speed)
    before, after = track_pitch(samples, rate).f0, track_pitch(slow, rate).f0
    at = np.minimum((np.arange(len(after)) * speed).round().astype(int), len(before) - 1)
    off = np.abs(12 * np.log2(after / before[at]))
    assert np.isfinite(off).mean() > 0.95
    assert np.nanpercentile(off, 95) < 0.35  # semitones; the pitch moves by 0.3 in 20 ms
    assert np.std(slow) == pytest.approx(np.std(samples), rel=0.1)


def test_the_level_follows_the_tempo_too():
    """What was loud at 40 % is loud at 40 %."""
    samples = gliding() * np.repeat(np.float32([0.1, 1, 0.1, 1]), len(gliding()) // 4)
    slow = stretch(samples, RATE, 0.7)
    quarters = [np.std(part) for part in np.array_split(slow, 4)]
    assert quarters[1] > 5 * quarters[0]
    assert quarters[3] > 5 * quarters[2]


@pytest.mark.parametrize("length", [1, 2, 77, 239, 240, 481])
@pytest.mark.parametrize("speed", [0.25, 0.9, 4.0])
def test_short_signals_have_their_length_too(length, speed):
    samples = np.random.default_rng(0).normal(size=length).astype(np.float32)
    found = stretch(samples, RATE, speed)
    assert len(found) == max(1, round(length / speed))
    assert np.isfinite(found).all()
    assert len(shift_pitch(samples, RATE, 3)) == length


def test_a_tempo_that_makes_no_sense():
    for speed in (0, -1, 5, float("nan")):
        with pytest.raises(MalsoriError, match="tempo"):
            stretch(np.ones(100, np.float32), RATE, speed)
