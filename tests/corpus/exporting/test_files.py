"""Names of exported files."""

import errno
import unicodedata
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.exporting._files import Job, carry, file_names
from malsori.signals.audio import Audio, write_audio

ids = st.lists(st.text(min_size=1, max_size=200), unique=True, max_size=20)


@given(ids)
def test_names_fit_every_file_system_and_none_is_twice(keys):
    names = file_names(keys, [".flac"] * len(keys))
    folded = [unicodedata.normalize("NFC", name).casefold() for name in names]
    assert len(set(folded)) == len(keys)
    for name in names:
        assert len(name.encode()) <= 255
        assert not set(name) & set('/\\:*?"<>|\0\n')
        assert not name.startswith(".")
        assert name.endswith(".flac")


def test_names_that_windows_keeps_for_itself():
    assert file_names(["CON", "nul.1", "com1", "console"], [".wav"] * 4) == [
        "_CON.wav",
        "_nul.1.wav",
        "_com1.wav",
        "console.wav",
    ]


def test_hangul_in_two_forms_is_told_apart():
    composed = "서울"
    names = file_names([composed, unicodedata.normalize("NFD", composed)], [".wav", ".wav"])
    assert names[0] == "서울.wav"
    assert names[1].startswith("서울-")


def test_very_many_files_lie_in_numbered_folders():
    names = file_names([str(i) for i in range(10_001)], [".wav"] * 10_001)
    assert (names[0], names[-1]) == ("000/0.wav", "001/10000.wav")


def test_a_full_disk_is_no_fault_of_the_recording(tmp_path, monkeypatch):
    write_audio(tmp_path / "a.wav", Audio(np.zeros(8000, np.float32), 8000))

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    target = str(tmp_path / "a.flac")
    error = carry(Job(str(tmp_path / "a.wav"), parts=((0.0, 0.5, None, target),)))
    assert isinstance(error, OSError)
    assert (error.errno, error.filename) == (errno.ENOSPC, target)
