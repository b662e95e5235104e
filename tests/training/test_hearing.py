"""What a run hears of a file."""

import numpy as np
import pytest
import soundfile

from malsori.signals.audio import AudioError
from malsori.training.hearing import hear

WAVE = (0.3 * np.sin(np.arange(8000) / 9)).astype(np.float32)


@pytest.fixture
def stereo(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.stack([WAVE, -WAVE], axis=1), 8000, subtype="FLOAT")
    return tmp_path / "a.wav"


@pytest.fixture
def mono(tmp_path):
    soundfile.write(tmp_path / "m.wav", WAVE, 8000, subtype="FLOAT")
    return tmp_path / "m.wav"


def said(file, channel, trained):
    notes = []
    return hear(file, channel, trained, notes).samples, " ".join(notes)


def test_channels_are_averaged_where_nothing_was_chosen_and_that_is_said(stereo):
    samples, notes = said(stereo, None, None)
    assert not samples.any()
    assert "2 channels, averaged" in notes
    assert "cancel each other" in notes


def test_the_channel_of_training_is_heard(stereo):
    samples, notes = said(stereo, None, 1)
    np.testing.assert_array_equal(samples, -WAVE)
    assert notes == "channel 1 of 2, as in training"
    samples, notes = said(stereo, 0, 1)
    np.testing.assert_array_equal(samples, WAVE)
    assert notes == "channel 0 of 2"


def test_one_channel_is_what_there_is(mono):
    assert said(mono, None, None)[1] == ""
    assert said(mono, None, 0)[1] == ""
    assert "trained on channel 1" in said(mono, None, 1)[1]
    with pytest.raises(AudioError, match="no channel 1"):
        said(mono, 1, None)


def test_a_header_that_says_something_else_is_told(mono):
    content = mono.read_bytes()
    place = content.index(b"data") + 4
    mono.write_bytes(content[:place] + b"\0\0\0\0" + content[place + 4 :])
    samples, notes = said(mono, None, None)
    assert len(samples) == 8000
    assert notes.startswith("unfinished")


@pytest.mark.parametrize("amplitude", [0, 1e-6])
def test_only_silence_is_told(tmp_path, amplitude):
    faint = np.full(8000, amplitude, np.float32)
    soundfile.write(tmp_path / "a.wav", np.stack([WAVE, faint], 1), 8000, subtype="FLOAT")
    assert "only silence" in said(tmp_path / "a.wav", 1, None)[1]
    assert "only silence" in said(tmp_path / "a.wav", None, 1)[1]
    assert "silence" not in said(tmp_path / "a.wav", 0, None)[1]
    assert "silence" not in said(tmp_path / "a.wav", None, None)[1]
    soundfile.write(tmp_path / "m.wav", faint, 8000, subtype="FLOAT")
    assert said(tmp_path / "m.wav", None, None)[1] == "what is heard holds only silence"


def test_channels_that_cancel_each_other_are_not_told_twice(stereo):
    assert "only silence" not in said(stereo, None, None)[1]
