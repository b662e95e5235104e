"""What holds for every container: cut ones are refused, what follows is told and not heard."""

import pytest

FORMATS = [
    ("WAV", "PCM_16"),
    ("WAV", "PCM_24"),
    ("WAV", "FLOAT"),
    ("WAV", "ULAW"),
    ("WAV", "IMA_ADPCM"),
    ("WAVEX", "PCM_32"),
    ("RF64", "PCM_16"),
    ("W64", "PCM_16"),
    ("AIFF", "PCM_16"),
    ("AIFF", "FLOAT"),
    ("AU", "PCM_16"),
    ("CAF", "PCM_16"),
    ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("MP3", "MPEG_LAYER_III"),
    ("NIST", "PCM_16"),
]
OLD = [("VOC", "PCM_16"), ("SVX", "PCM_16"), ("AVR", "PCM_16"), ("WVE", "ALAW")]


@pytest.mark.parametrize(("form", "subtype"), FORMATS + OLD)
def test_a_whole_file_is_quiet(encoded, heard, form, subtype):
    assert heard(encoded(form, subtype))[0] == []


@pytest.mark.parametrize("kept", [0.3, 0.5, 0.9])
@pytest.mark.parametrize(("form", "subtype"), FORMATS + OLD)
def test_a_file_that_is_cut_off_is_truncated(encoded, reason, form, subtype, kept):
    content = encoded(form, subtype)
    assert reason(content[: int(len(content) * kept)]) == "truncated"


@pytest.mark.parametrize(("form", "subtype"), FORMATS[:-1])
def test_a_second_recording_behind_it_is_told_and_not_read(encoded, same, form, subtype):
    content = encoded(form, subtype)
    assert same(content + content, content) == ["joined"]


@pytest.mark.parametrize(
    "behind", ["안녕하세요, 이것은 소리가 아닙니다. ".encode() * 9, b"notes of the caller\n" * 9]
)
@pytest.mark.parametrize(("form", "subtype"), FORMATS[:-1])
def test_text_behind_it_is_told_and_not_heard(encoded, same, form, subtype, behind):
    content = encoded(form, subtype)
    assert same(content + behind, content) == ["trailing"]


@pytest.mark.parametrize(("form", "subtype"), FORMATS[:-1])
def test_a_tag_behind_it_is_in_order(encoded, same, form, subtype):
    content = encoded(form, subtype)
    assert same(content + b"TAG" + b"x" * 125, content) == []
