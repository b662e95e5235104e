"""Formats of earlier times."""

import pytest

from malsori.signals.audio import AudioError


def test_a_cut_nist_file_says_how_much_there_is(encoded, heard):
    content = encoded("NIST")
    with pytest.raises(AudioError, match=r"header says 65,024 bytes, the file has 30,000"):
        heard(content[:30000])


def test_text_behind_samples_without_an_end_is_not_heard(encoded, same):
    for form in ("AVR", "HTK"):
        content = encoded(form)
        assert same(content + b"notes" * 9, content) == ["trailing"]


def test_a_voc_block_that_is_a_little_short_is_whole_and_a_cut_one_is_not(encoded, same, heard):
    """sox leaves the last bytes of audio outside of its block."""
    content = encoded("VOC")
    block = content.index(b"\x1a") + 7
    length = int.from_bytes(content[block + 1 : block + 4], "little")
    short = content[: block + 1] + (length - 8).to_bytes(3, "little") + content[block + 4 :]
    assert same(short, content) == []
    with pytest.raises(AudioError, match="the file has 30,000"):
        heard(content[:30000])
