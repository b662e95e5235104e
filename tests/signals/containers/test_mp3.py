"""MP3, with a count of its frames and without."""

import struct

import numpy as np
import pytest

from malsori.signals.audio import read_audio


@pytest.fixture(scope="module")
def mp3(encoded, tone):
    """Silence and noise, whose frames are not equally long."""
    noise = np.random.default_rng(0).normal(0, 0.2, 64000)
    return encoded("MP3", "MPEG_LAYER_III", np.concatenate([np.zeros(64000), tone, noise]))


def headless(content):
    """Without the first frame, which counts the others."""
    second = content.index(b"\xff\xf3", 4)
    return content[second:]


def test_frames_are_counted_where_no_header_does(mp3, heard):
    told, samples = heard(headless(mp3))
    assert told == []
    assert len(samples) == pytest.approx(160000, abs=1200)  # a decoder's delay is not cut off


def test_a_count_that_is_too_low_is_mended(mp3, same):
    place = mp3.index(b"Xing") + 8
    (count,) = struct.unpack(">I", mp3[place : place + 4])
    assert same(mp3[:place] + struct.pack(">I", count // 2) + mp3[place + 4 :], mp3) == ["longer"]


def test_a_stream_that_ends_inside_a_frame_is_told(mp3, heard):
    stream = headless(mp3)
    told, samples = heard(stream[: len(stream) // 2 + 5])
    assert told == ["no-end"]
    assert 0 < len(samples) < 160000


def test_a_side_file_of_macos_does_no_harm(tmp_path, mp3):
    """libsndfile takes both together for Sound Designer II."""
    (tmp_path / "a.mp3").write_bytes(mp3)
    (tmp_path / "._a.mp3").write_bytes(b"\0\5\x16\7" + bytes(100))
    assert read_audio(tmp_path / "a.mp3").duration == 10.0


def test_names_of_the_song_in_front_do_not_hide_the_count(mp3, heard):
    """Between a count and its frames a decoder finds none, and guesses."""
    stream = headless(mp3)
    tag = b"ID3\3\0\0" + bytes([0, 0, 4, 0]) + bytes(512)
    told, samples = heard(tag + stream)
    assert told == []
    np.testing.assert_array_equal(samples, heard(stream)[1])
