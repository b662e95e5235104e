"""FLAC: samples promised, and blocks that are there."""

import struct

import pytest

from malsori.signals.audio import AudioError


@pytest.fixture
def flac(encoded):
    return encoded("FLAC")


def said(content, samples):
    """The file with another number of samples in its header."""
    return content[:21] + bytes([content[21] & 0xF0]) + struct.pack(">I", samples) + content[26:]


@pytest.mark.parametrize(
    ("samples", "kind"), [(0, "unfinished"), (16000, "longer"), (32500, "shorter")]
)
def test_it_is_read_to_its_last_block(flac, same, samples, kind):
    assert same(said(flac, samples), flac) == [kind]


@pytest.mark.parametrize("lost", [1, 10, 100, 1500, 20000])
def test_a_cut_block_is_truncated_and_not_undecodable(flac, reason, lost):
    assert reason(flac[:-lost]) == "truncated"


def test_it_says_how_much_there_is(flac, heard):
    with pytest.raises(AudioError, match=r"header says 2\.000 s, the file has 0\.7"):
        heard(flac[: int(0.4 * len(flac))])


def test_a_recorder_that_was_stopped_hard_leaves_whole_blocks(flac, heard):
    told, samples = heard(said(flac, 0)[: len(flac) // 2])
    assert told == ["unfinished"]
    assert len(samples) % 4096 == 0
    assert 8000 < len(samples) < 16000
