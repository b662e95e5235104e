"""What a path of a table surely means is found, and what lies there instead is said."""

import re

import numpy as np
import pytest

from malsori.corpus.adapters.table import Table
from malsori.corpus.audio_paths import AudioPaths
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError
from malsori.signals.audio import Audio, write_audio


@pytest.fixture
def root(tmp_path):
    for name in ("w/u00.wav", "w/u01.wav", "w/u 2.wav", "w/BIG.WAV", "w/two.wav", "w/two.flac"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


@pytest.mark.parametrize(
    ("written", "file", "mended"),
    [
        ("w/u00.wav", "w/u00.wav", None),
        ("w\\u00.wav", "w/u00.wav", None),
        (" w/u00.wav", "w/u00.wav", "blanks"),
        ("\ufeffw/u00.wav\u200b", "w/u00.wav", "blanks"),
        ('"w/u00.wav"', "w/u00.wav", "blanks"),
        ("w/u00", "w/u00.wav", "suffix"),
        (" w/U00", "w/u00.wav", "suffix"),
        ("w/u00.WAV", "w/u00.wav", "letter case"),
        ("W/big.wav", "w/BIG.WAV", "letter case"),
        ("w/u%202.wav", "w/u 2.wav", "URL"),
        ("file://{root}/w/u%202.wav", "w/u 2.wav", "URL"),
        ("/home/else/data/w/u00.wav", "w/u00.wav", "another machine"),
        (r"D:\data\w\u01.wav", "w/u01.wav", "another machine"),
    ],
)
def test_what_is_surely_meant(root, written, file, mended):
    paths = AudioPaths(root)
    for _ in range(2):
        assert paths.find(written.format(root=root)) == root / file
    assert len(paths.mended) == (mended is not None)
    assert all(mended in how and rows == 2 for how, rows in paths.mended.items())


@pytest.mark.parametrize(
    ("written", "there"),
    [
        ("w/two", "; there is w/two.flac, w/two.wav"),
        ("w/u00.mp3", "; there is w/u00.wav"),
        ("u00.wav", "; there is w/u00.wav (say --audio-root {root}/w)"),
        ("data/w/u00.wav", "; there is w/u00.wav"),
        ("w/none.wav", ""),
        ("", ""),
        ("a\0b", ""),
        ("..", ""),
    ],
)
def test_what_may_be_meant_is_named_and_not_taken(root, written, there):
    said = AudioPaths(root).find(written)
    assert said == f"there is no file {written} in {root}{there.format(root=root)}"


def test_a_path_that_no_disk_can_hold(root):
    said = AudioPaths(root).find("x" * 5000)
    assert re.match("there (is|can be) no file xxx", said)
    assert len(said) < 400


def test_two_files_by_the_same_end_are_a_question(root):
    (root / "u00.wav").touch()
    said = AudioPaths(root).find("/home/w/u00.wav")
    assert said.endswith("; there is w/u00.wav, u00.wav")


def test_rows_are_kept_and_the_rest_is_said(tmp_path):
    (tmp_path / "w").mkdir()
    for i in range(3):
        noise = np.random.default_rng(i).normal(0, 0.1, 4000).astype(np.float32)
        write_audio(tmp_path / f"w/u{i}.wav", Audio(noise, 8000))
    table = tmp_path / "a.csv"
    table.write_text("id,audio\na,w/u0\nb, w/u1.wav\nc,w/u2.wav\n", encoding="utf-8")
    report = import_corpus(Table(table), tmp_path / "c", workers=1)
    assert report.kept == 3
    assert sorted(report.repaired.values()) == [1, 1]
    assert report.corpus.utterances["audio"].to_list() == [f"w/u{i}.wav" for i in range(3)]
    table.write_text("id,audio\na,u0.wav\nb,u1.wav\n", encoding="utf-8")
    with pytest.raises(MalsoriError, match=r"there is w/u0.wav .*2 of 2 audio files .*w/u0.wav"):
        import_corpus(Table(table), tmp_path / "d", workers=1)
