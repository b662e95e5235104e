import io

import numpy as np
import pytest
import soundfile

from malsori.signals.audio import AudioFile

RATE, FRAMES = 16000, 32000


@pytest.fixture(scope="session")
def tone():
    """Two seconds of a tone in noise."""
    wave = 0.3 * np.sin(2 * np.pi * 200 * np.arange(FRAMES) / RATE)
    return (wave + 0.02 * np.random.default_rng(0).standard_normal(FRAMES)).astype(np.float32)


@pytest.fixture(scope="session")
def encoded(tone):
    """The bytes of the tone in a format."""

    def encode(form, subtype="PCM_16", samples=tone):
        file = io.BytesIO()
        soundfile.write(file, samples, RATE, format=form, subtype=subtype)
        return file.getvalue()

    return encode


@pytest.fixture
def heard(tmp_path):
    """What is told of a file with some bytes, and its samples; or raises."""

    def hear(content):
        path = tmp_path / "a.wav"
        path.write_bytes(content)
        with AudioFile(path) as file:
            return [oddity.kind for oddity in file.told], file.read().samples

    return hear


@pytest.fixture
def reason(heard):
    """Why a file with some bytes is refused."""
    from malsori.signals.audio import AudioError

    def refused(content):
        with pytest.raises(AudioError) as caught:
            heard(content)
        return caught.value.reason

    return refused


@pytest.fixture
def same(heard):
    """Whether a file sounds like another one, and what is told of it."""

    def compare(content, whole):
        told, samples = heard(content)
        np.testing.assert_array_equal(samples, heard(whole)[1])
        return told

    return compare
