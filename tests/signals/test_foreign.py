"""Files that are no recording that is read."""

import pytest

from malsori.signals.audio import AudioError, read_audio

WAV = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\0\0\0\x1cftypM4A " + bytes(50), "MP4 or M4A .*ffmpeg -i"),
        (b"\x1aE\xdf\xa3" + bytes(50), "WebM"),
        (b"\xff\xf1P\x80" + bytes(50), "it is AAC"),
        (b"\x1f\x8b\x08" + bytes(50), "gzip: unpack"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"\n<!DOCTYPE html><html>404", "a page of the web"),
        (bytes(2000), "zeros instead of a header"),
        (WAV + b"\x8f\x02\1\0" + bytes(40), "G.722"),
        (b"\x13\x37" * 500, "no format that is known; .*s16le"),
    ],
)
def test_it_is_said_what_a_file_is_instead(tmp_path, content, said):
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(AudioError, match=said) as caught:
        read_audio(tmp_path / "a.wav")
    assert caught.value.reason == "undecodable"
