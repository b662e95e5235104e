"""What averaging does to channels."""

import numpy as np
import pytest

from malsori.signals.channels import compare, mixed

RNG = np.random.default_rng(0)
VOICE = (0.2 * RNG.standard_normal(8000)).astype(np.float32)
OTHER = (0.2 * RNG.standard_normal(8000)).astype(np.float32)


def of(*channels):
    return compare(np.stack(channels, axis=1))


def test_channels_of_opposite_phase_cancel():
    assert of(VOICE, -VOICE).cancelled
    assert of(VOICE, -VOICE).change == -120
    assert of(VOICE, -0.9 * VOICE).cancelled


def test_channels_that_are_the_same_lose_nothing():
    found = of(VOICE, VOICE)
    assert (found.change, found.dead, found.alike) == (0, 0, pytest.approx(1))
    assert not found.cancelled
    assert not found.different


def test_two_speakers_are_different_and_lose_three_decibels():
    found = of(VOICE, OTHER)
    assert found.different
    assert not found.cancelled
    assert found.change == pytest.approx(-3, abs=0.2)


def test_a_channel_without_sound_is_dead_and_not_different():
    for silent in (np.zeros(8000, np.float32), 1e-4 * OTHER):
        found = of(VOICE, silent.astype(np.float32))
        assert (found.dead, found.different, found.cancelled) == (1, False, False)


def test_many_channels_of_which_one_is_heard_do_not_cancel():
    found = of(VOICE, *[np.zeros(8000, np.float32)] * 7)
    assert (found.count, found.dead, found.cancelled) == (8, 7, False)


def test_silence_is_nothing_to_tell():
    found = of(np.zeros(800, np.float32), np.zeros(800, np.float32))
    assert (found.change, found.dead, found.alike) == (0, 0, 1)


@pytest.mark.parametrize("count", [2, 3, 8, 64])
def test_the_average_is_that_of_numpy_to_the_bit(count):
    frames = RNG.standard_normal((500, count)).astype(np.float32)
    np.testing.assert_array_equal(mixed(frames), frames.mean(axis=1))
    np.testing.assert_array_equal(mixed(frames, 1), frames[:, 1])
