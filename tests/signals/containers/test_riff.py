"""WAV headers as recorders leave them."""

import struct

import numpy as np
import pytest

from malsori.signals.audio import AudioFile


def said(content, riff, data):
    """The file with other lengths in its header."""
    return (
        content[:4]
        + struct.pack("<I", riff)
        + content[8:40]
        + struct.pack("<I", data)
        + content[44:]
    )


@pytest.fixture
def wav(encoded):
    return encoded("WAV")


@pytest.mark.parametrize(
    ("kind", "riff", "data"),
    [
        ("shorter", 64044, 64044),  # counts its own header
        ("shorter", 64040, 64004),
        ("shorter", 64038, 64002),  # a sample too many
        ("unfinished", 0, 0),
        ("unfinished", 0x80000024, 0x80000000),
        ("unfinished", 0xFFFFFFFF, 0xFFFFFFFF - 36),
        ("unfinished", 0x7FFFFFFF, 0x7FFFFFFF - 36),
        ("unfinished", 0xFFFFFFFF, 0xFFFFFFFF),
        ("unfinished", 0x7FFFF024, 0x7FFFF000),
        ("longer", 32036, 32000),
        ("longer", 63036, 63001),  # an odd number of bytes
    ],
)
def test_the_file_is_read_to_its_end(wav, same, kind, riff, data):
    assert same(said(wav, riff, data), wav) == [kind]


@pytest.mark.parametrize(
    "subtype", ["PCM_24", "PCM_32", "PCM_U8", "FLOAT", "DOUBLE", "ULAW", "ALAW"]
)
def test_half_a_length_is_mended_for_every_kind_of_sample(encoded, same, subtype):
    whole = encoded("WAV", subtype)
    place = whole.index(b"data") + 4
    length = struct.unpack("<I", whole[place : place + 4])[0]
    half = whole[:place] + struct.pack("<I", length // 2) + whole[place + 4 :]
    assert same(half, whole) == ["longer"]


def test_chunks_behind_the_audio_are_in_order(wav, same):
    note = b"LIST" + struct.pack("<I", 5) + b"hello\0"
    assert same(wav + note, wav) == []
    assert same(wav + note + note + b"odd " + struct.pack("<I", 2) + b"xx", wav) == []
    assert same(wav + note + b"no chunk, and no audio either", wav) == ["trailing"]


def test_noise_of_any_bytes_is_no_audio(wav, same):
    assert same(wav + np.random.default_rng(0).bytes(4000), wav) == ["trailing"]


def test_zeros_that_fill_a_block_of_the_disk_are_no_audio(wav, same):
    assert same(wav + bytes(468), wav) == ["trailing"]


def test_silence_and_then_audio_are_audio(encoded, heard, tone):
    samples = np.concatenate([tone, np.zeros(40000, np.float32), tone])
    content = said(encoded("WAV", samples=samples), 64036, 64000)
    told, found = heard(content)
    assert (told, len(found)) == (["longer"], len(samples))


def test_a_second_chunk_of_audio_is_told(wav, same):
    assert same(wav + wav[36:], wav) == ["joined"]


def test_rf64_says_its_length_elsewhere(encoded, same):
    whole = encoded("RF64")
    place = whole.index(b"ds64") + 16
    for length, kind in ((32000, "longer"), (0, "unfinished"), (2**63, "unfinished")):
        changed = whole[:place] + struct.pack("<Q", length) + whole[place + 8 :]
        assert same(changed, whole) == [kind]


def test_a_member_of_an_archive_is_mended_too(tmp_path, wav):
    import zipfile

    with zipfile.ZipFile(tmp_path / "TS.zip", "w") as archive:
        archive.writestr("a.wav", said(wav, 32036, 32000))
    with AudioFile(f"{tmp_path}/TS.zip::a.wav") as file:
        assert [oddity.kind for oddity in file.told] == ["longer"]
        assert file.read().duration == 2.0
        assert file.read(1.5, 2.0).duration == 0.5


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_names_behind_audio_without_a_length_are_not_heard(wav, same, length):
    note = (
        b"LIST" + struct.pack("<I", 26) + b"INFOISFT" + struct.pack("<I", 14) + b"Lavf59.27.100\0"
    )
    assert same(said(wav, length, length) + note, wav) == ["unfinished"]


def test_a_chunk_follows_odd_audio_without_its_byte_of_padding(encoded, same, tone):
    whole = encoded("WAV", "PCM_U8", samples=tone[:-1])
    assert whole[40:44] == struct.pack("<I", 31999)
    note = b"LIST" + struct.pack("<I", 4) + b"INFO"
    assert same(whole[: 44 + 31999] + note, whole) == []
