"""Recordings whose header or channels are odd."""

import gc

import numpy as np
import pytest
import soundfile

from malsori.signals import recordings
from malsori.signals.audio import AudioError, AudioFile, read_audio

WAVE = (0.3 * np.sin(np.arange(8000) / 9)).astype(np.float32)


@pytest.fixture
def stereo(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.stack([WAVE, WAVE / 2], axis=1), 8000, subtype="FLOAT")
    return tmp_path / "a.wav"


def test_one_channel_or_all(stereo):
    np.testing.assert_array_equal(read_audio(stereo, channel=0).samples, WAVE)
    np.testing.assert_array_equal(read_audio(stereo, 0.5, 1.0, 1).samples, WAVE[4000:] / 2)
    np.testing.assert_allclose(read_audio(stereo).samples, 0.75 * WAVE, atol=1e-7)
    with AudioFile(stereo) as file:
        assert file.channels == 2


def test_a_channel_that_is_not_there(stereo):
    with pytest.raises(AudioError, match="has 2 channels: there is no channel 2") as refused:
        read_audio(stereo, channel=2)
    assert refused.value.reason == "no-channel"


@pytest.mark.parametrize("rate", [1, 999])
def test_a_rate_of_no_speech(tmp_path, rate):
    soundfile.write(tmp_path / "a.wav", WAVE, rate)
    with pytest.raises(AudioError, match=f"sample rate of {rate} Hz"):
        read_audio(tmp_path / "a.wav")


def test_what_is_long_is_read_in_blocks_to_the_same_samples(tmp_path, monkeypatch):
    soundfile.write(tmp_path / "a.wav", WAVE, 8000, subtype="FLOAT")
    monkeypatch.setattr(recordings, "_AT_ONCE", 3000)
    np.testing.assert_array_equal(read_audio(tmp_path / "a.wav").samples, WAVE)


def test_what_does_not_fit_into_the_memory_is_told(tmp_path, monkeypatch):
    def full(*_):
        raise MemoryError

    soundfile.write(tmp_path / "a.wav", WAVE, 8000)
    monkeypatch.setattr(AudioFile, "_take", full)
    with pytest.raises(AudioError, match="too long for the memory: 1 s"):
        read_audio(tmp_path / "a.wav")


@pytest.mark.filterwarnings("error")
def test_a_file_that_cannot_be_opened_is_given_back(tmp_path):
    """A WAV whose header is mended, and is of no kind that anybody reads."""
    soundfile.write(tmp_path / "a.wav", WAVE, 8000)
    content = bytearray((tmp_path / "a.wav").read_bytes())
    content[20:22], content[40:44] = b"\x99\x99", bytes(4)
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(AudioError, match="cannot be decoded"):
        AudioFile(tmp_path / "a.wav")
    gc.collect()


@pytest.mark.parametrize("value", [32767.0, 1e25, -1e38, np.inf, np.nan])
def test_floats_beyond_any_full_scale_are_no_sound(tmp_path, value):
    samples = np.full((800, 2), 0.1, np.float32)
    samples[100, 1] = value
    soundfile.write(tmp_path / "a.wav", samples, 8000, subtype="FLOAT")
    with AudioFile(tmp_path / "a.wav") as file, pytest.raises(AudioError, match="holds samples"):
        file.read()
    with AudioFile(tmp_path / "a.wav") as file:
        assert file.read(channel=0).duration == 0.1, "the other channel is sound"
