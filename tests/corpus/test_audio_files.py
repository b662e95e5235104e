"""Files are found whatever the Unicode form of their names."""

import unicodedata

import numpy as np
import pytest

from malsori.corpus.audio_files import Finder, Part, Recording, listen
from malsori.signals.audio import Audio, audio_hash, read_audio, write_audio

NFC = "구급/불이야.wav"
NFD = unicodedata.normalize("NFD", NFC)
MIXED = f"{NFD.split('/')[0]}/{NFC.split('/')[1]}"


@pytest.mark.parametrize("on_disk", [NFC, NFD, MIXED])
@pytest.mark.parametrize("written", [NFC, NFD, MIXED, NFC.replace("/", "\\")])
@pytest.mark.parametrize("absolute", [True, False])
def test_composed_and_decomposed_names_are_one(tmp_path, on_disk, written, absolute):
    file = tmp_path / on_disk
    file.parent.mkdir()
    file.touch()
    asked = f"{tmp_path}/{written}" if absolute else written
    assert Finder(tmp_path).find(asked) == file


@pytest.mark.parametrize("written", ["구급", "구급/없음.wav", "../없음/a.wav", "없음/a.wav"])
def test_what_is_no_file_is_not_found(tmp_path, written):
    (tmp_path / NFC).parent.mkdir()
    (tmp_path / NFC).touch()
    assert Finder(tmp_path).find(written) is None


def test_each_part_has_its_own_duration_and_hash(tmp_path):
    sound = Audio(np.linspace(-0.5, 0.5, 8000, dtype=np.float32), 8000)
    write_audio(tmp_path / "a.wav", sound)
    parts = (Part(4, None, None), Part(7, 0.25, 0.5), Part(9, 0.5, 0.55), Part(11, 2.0, None))
    whole, part, short, beyond = listen(Recording(str(tmp_path / "a.wav"), parts, 0.1))
    assert (whole.position, whole.sample_rate, whole.duration) == (4, 8000, 1.0)
    assert whole.audio_hash == audio_hash(sound)
    assert part.audio_hash == audio_hash(read_audio(tmp_path / "a.wav", 0.25, 0.5))
    assert (part.position, part.duration) == (7, 0.25)
    assert (short.reason, short.detail) == ("too-short", "0.050 s is shorter than 0.1 s")
    assert beyond.reason == "empty"
