"""What is no file is told as what it is, and never waited for."""

import os

import pytest

from malsori.signals.audio import AudioError, read_audio
from malsori.signals.opening import not_a_file


@pytest.fixture
def odd(tmp_path):
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "dangling.wav").symlink_to("/nowhere/a.wav")
    (tmp_path / "loop.wav").symlink_to("loop.wav")
    (tmp_path / "zero.wav").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.wav")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("folder.wav", "is a folder"),
        ("dangling.wav", "is a link to /nowhere/a.wav, which does not exist"),
        ("loop.wav", "is a link to loop.wav, which does not exist"),
        ("zero.wav", "is a pipe or a device"),
        ("pipe.wav", "is a pipe or a device"),
        ("gone.wav", "does not exist"),
        ("x" * 300 + ".wav", "does not exist"),
        ("a\0b.wav", "does not exist"),
    ],
)
def test_what_is_no_file(odd, name, what):
    assert not_a_file(odd / name).startswith(what)
    with pytest.raises(AudioError, match=what) as refused:
        read_audio(odd / name)
    assert refused.value.reason == "missing"
