"""What goes on with the audio, and what does not."""

import numpy as np
import pytest

from malsori.signals.containers.trailing import Coding, sounds_like_more

RNG = np.random.default_rng(0)
WAVE = 0.3 * np.sin(np.arange(8000) / 9) + 0.01 * RNG.standard_normal(8000)


@pytest.mark.parametrize(
    ("coding", "samples"),
    [
        (Coding(2, "signed"), (WAVE * 32767).astype("<i2")),
        (Coding(2, "signed", big=True), (WAVE * 32767).astype(">i2")),
        (Coding(4, "float"), WAVE.astype("<f4")),
        (Coding(1, "unsigned"), (WAVE * 127 + 128).astype("u1")),
    ],
)
def test_audio_goes_on_and_noise_and_text_do_not(coding, samples):
    content = samples.tobytes()
    before, behind = content[: len(content) // 2], content[len(content) // 2 :]
    assert sounds_like_more(before, behind, coding)
    assert not sounds_like_more(before, RNG.bytes(8000), coding)
    assert not sounds_like_more(before, bytes(8000), coding)
    assert not sounds_like_more(before, "여기는 소리가 아닙니다".encode() * 99, coding)


def test_a_few_bytes_may_be_anything_so_they_are_read():
    assert sounds_like_more(b"", b"\x01\x02", Coding(2, "signed"))
