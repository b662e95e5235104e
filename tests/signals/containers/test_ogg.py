"""Ogg: pages and the mark of the end."""

import pytest

from malsori.signals.audio import AudioError


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_a_stream_without_the_mark_of_its_end_is_told_and_kept(encoded, heard, subtype):
    whole = encoded("OGG", subtype)
    told, samples = heard(whole[: whole.rindex(b"OggS")])
    assert told == ["no-end"]
    assert 0.9 * 16000 < len(samples) < 32000


@pytest.mark.parametrize("more", [3, 20, 40])
def test_a_page_that_was_begun_is_a_cut(encoded, heard, more):
    whole = encoded("OGG", "VORBIS")
    with pytest.raises(AudioError, match=r"last page is incomplete, after 1\.9.. s") as cut:
        heard(whole[: whole.rindex(b"OggS") + more])
    assert cut.value.reason == "truncated"


def test_a_stream_that_lacks_a_page_is_not_whole(encoded, tone, reason):
    whole = encoded("OGG", "OPUS", samples=tone.repeat(3))
    third = whole.index(b"OggS", whole.index(b"OggS", 60) + 1)
    fourth = whole.index(b"OggS", third + 1)
    assert reason(whole[:third] + whole[fourth:]) == "truncated"
