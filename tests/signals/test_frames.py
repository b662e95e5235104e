import numpy as np
import pytest

from malsori.signals import frames as module
from malsori.signals.frames import frame_count, frames


@pytest.mark.parametrize("length", [1, 79, 80, 81, 1000, 8000])
@pytest.mark.parametrize("size", [40, 80, 200, 370])
def test_frames_are_centred_alike_whatever_their_size(length, size):
    ramp = np.arange(1, length + 1, dtype=np.float32)
    cut = np.concatenate(list(frames(ramp, size, 80)))
    assert cut.shape == (frame_count(length, 80), size)
    middle = cut[:, size // 2]
    centres = np.arange(len(cut)) * 80 + 40
    expected = np.where(centres < length, centres + 1, 0)
    np.testing.assert_array_equal(middle, expected)


def test_parts_join_to_the_same(monkeypatch):
    wave = np.random.default_rng(0).normal(size=5000).astype(np.float32)
    whole = np.concatenate(list(frames(wave, 200, 80)))
    monkeypatch.setattr(module, "FRAMES_AT_ONCE", 7)
    np.testing.assert_array_equal(np.concatenate(list(frames(wave, 200, 80))), whole)
