import pickle
import struct
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from malsori.errors import MalsoriError
from malsori.signals.audio import (
    Audio,
    AudioError,
    AudioFile,
    audio_hash,
    read_audio,
    resample,
    to_pcm16,
    write_audio,
)


def tone(hz=440.0, seconds=1.0, rate=16000, level=0.5) -> Audio:
    wave = level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
    return Audio((np.rint(wave * 32768) / 32768).astype(np.float32), rate)


def reason(path, *part) -> str:
    with pytest.raises(AudioError) as caught:
        read_audio(path, *part)
    assert path.name in str(caught.value)
    assert caught.value.hint
    return caught.value.reason


class TestRead:
    @pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
    def test_every_subtype_gives_the_same_samples(self, tmp_path, subtype):
        soundfile.write(tmp_path / "a.wav", tone().samples, 16000, subtype=subtype)
        read = read_audio(tmp_path / "a.wav")
        assert read.samples.dtype == np.float32
        np.testing.assert_array_equal(read.samples, tone().samples)

    @pytest.mark.parametrize(
        ("name", "subtype", "error"),
        [
            ("a.flac", "PCM_16", 0),
            ("a.ogg", "VORBIS", 0.02),
            ("a.mp3", "MPEG_LAYER_III", 0.05),
            ("a.wav", "ULAW", 0.02),
            ("a.wav", "PCM_U8", 0.01),
        ],
    )
    def test_formats(self, tmp_path, name, subtype, error):
        soundfile.write(tmp_path / name, tone().samples, 16000, subtype=subtype)
        read = read_audio(tmp_path / name)
        assert read.sample_rate == 16000
        assert np.abs(read.samples[800:15000] - tone().samples[800:15000]).max() <= error

    def test_channels_are_averaged(self, tmp_path):
        stereo = np.stack([tone().samples, np.zeros(16000, np.float32)], axis=1)
        soundfile.write(tmp_path / "a.wav", stereo, 16000)
        read = read_audio(tmp_path / "a.wav")
        np.testing.assert_allclose(read.samples, tone().samples / 2, atol=1 / 32768)

    def test_a_part(self, tmp_path):
        write_audio(tmp_path / "a.wav", tone())
        read = read_audio(tmp_path / "a.wav", 0.25, 0.75)
        np.testing.assert_array_equal(read.samples, tone().samples[4000:12000])

    def test_an_end_that_was_rounded_up_is_the_end(self, tmp_path):
        write_audio(tmp_path / "a.wav", tone())
        assert read_audio(tmp_path / "a.wav", 0.5, 1.04).duration == 0.5

    def test_a_pipe_writes_no_length_and_is_whole(self, tmp_path):
        write_audio(tmp_path / "a.wav", tone())
        content = bytearray((tmp_path / "a.wav").read_bytes())
        content[40:44] = b"\xff\xff\xff\xff"
        (tmp_path / "a.wav").write_bytes(content)
        assert read_audio(tmp_path / "a.wav").duration == 1.0


def pack(path, *files, root):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files:
            archive.write(root / name, name)
    return path


class TestArchives:
    @pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3"])
    def test_a_member_sounds_as_its_file(self, tmp_path, name):
        soundfile.write(tmp_path / name, tone().samples, 16000)
        pack(tmp_path / "TS.zip", name, root=tmp_path)
        for part in ((None, None), (0.25, 0.5)):
            member = read_audio(f"{tmp_path}/TS.zip::{name}", *part)
            np.testing.assert_array_equal(
                member.samples, read_audio(tmp_path / name, *part).samples
            )

    @pytest.mark.parametrize("form", ["NFC", "NFD"])
    @pytest.mark.parametrize("written", ["NFC", "NFD"])
    def test_composed_and_decomposed_names_are_one(self, tmp_path, form, written):
        folder, name = (unicodedata.normalize(form, n) for n in ("구급", "불.wav"))
        write_audio(tmp_path / folder / name, tone())
        asked = unicodedata.normalize(written, f"{tmp_path}/구급/불.wav")
        assert read_audio(asked).duration == 1.0
        pack(tmp_path / folder / "TS.zip", name, root=tmp_path / folder)
        asked = unicodedata.normalize(written, f"{tmp_path}/구급/TS.zip::불.wav")
        assert read_audio(asked).duration == 1.0

    def test_what_is_wrong_with_a_member_has_its_reason(self, tmp_path):
        write_audio(tmp_path / "a.wav", tone())
        (tmp_path / "cut.wav").write_bytes((tmp_path / "a.wav").read_bytes()[:-500])
        (tmp_path / "text.wav").write_text("안녕하세요")
        (tmp_path / "zero.wav").touch()
        files = ("a.wav", "cut.wav", "text.wav", "zero.wav")
        place = pack(tmp_path / "TS.zip", *files, root=tmp_path)
        assert reason(Path(f"{place}::cut.wav")) == "truncated"
        assert reason(Path(f"{place}::text.wav")) == "undecodable"
        assert reason(Path(f"{place}::zero.wav")) == "empty"
        assert reason(Path(f"{place}::gone.wav")) == "missing"
        assert reason(Path(f"{tmp_path}/gone.zip::a.wav")) == "missing"
        assert reason(Path(f"{place}::a.wav"), 0.5, 1.5) == "truncated"
        place.write_bytes(place.read_bytes()[:-30])
        with pytest.raises(AudioError, match="not a whole zip archive") as broken:
            read_audio(f"{place}::a.wav")
        assert broken.value.reason == "unreadable-archive"

    def test_a_message_about_a_member_is_the_same_every_time(self, tmp_path):
        (tmp_path / "text.wav").write_text("안녕하세요")
        place = pack(tmp_path / "TS.zip", "text.wav", root=tmp_path)
        with pytest.raises(AudioError, match=r"text\.wav cannot be decoded: it begins") as broken:
            read_audio(f"{place}::text.wav")
        assert "BytesIO" not in broken.value.message


class TestParts:
    PARTS = ((0.6, 0.8), (0.1, 0.3), (None, 0.4), (0.7, None), (0.25, 0.75), (None, None))

    @pytest.mark.parametrize("archive", [True, False])
    @pytest.mark.parametrize(
        ("name", "subtype"),
        [
            ("a.wav", "PCM_16"),
            ("a.wav", "GSM610"),  # cannot be sought
            ("a.flac", "PCM_16"),
            ("a.mp3", "MPEG_LAYER_III"),  # depends on what was decoded before
            ("a.ogg", "VORBIS"),
        ],
    )
    def test_parts_in_any_order_are_as_if_read_alone(self, tmp_path, name, subtype, archive):
        noise = np.random.default_rng(0).normal(0, 0.05, 32000).cumsum().clip(-0.9, 0.9)
        soundfile.write(tmp_path / name, noise, 8000, subtype=subtype)
        place = tmp_path / name
        if archive:
            place = Path(f"{pack(tmp_path / 'TS.zip', name, root=tmp_path)}::{name}")
        with AudioFile(place) as file:
            together = [audio_hash(file.read(*part)) for part in self.PARTS]
        assert together == [audio_hash(read_audio(tmp_path / name, *part)) for part in self.PARTS]

    def test_a_file_is_opened_once_for_all_its_parts(self, tmp_path, monkeypatch):
        write_audio(tmp_path / "a.wav", tone())
        made, real = [], soundfile.SoundFile
        monkeypatch.setattr(soundfile, "SoundFile", lambda *a: made.append(a) or real(*a))
        with AudioFile(tmp_path / "a.wav") as file:
            lengths = [file.read(*part).duration for part in self.PARTS]
        assert lengths == pytest.approx([0.2, 0.2, 0.4, 0.3, 0.5, 1.0])
        assert len(made) == 1

    def test_a_part_that_cannot_be_read_does_not_spoil_the_next(self, tmp_path):
        write_audio(tmp_path / "a.wav", tone())
        with AudioFile(tmp_path / "a.wav") as file:
            with pytest.raises(AudioError, match="has no part"):
                file.read(2.0)
            np.testing.assert_array_equal(file.read(0.5).samples, tone().samples[8000:])


class TestRefusals:
    def test_missing(self, tmp_path):
        assert reason(tmp_path / "a.wav") == "missing"

    @pytest.mark.parametrize("content", [b"hello, this is text", b"RIFF\x24\x00\x00\x00WAVE"])
    def test_undecodable(self, tmp_path, content):
        (tmp_path / "a.wav").write_bytes(content)
        assert reason(tmp_path / "a.wav") == "undecodable"

    def test_not_a_number(self, tmp_path):
        broken = np.full(100, np.nan, np.float32)
        soundfile.write(tmp_path / "a.wav", broken, 8000, subtype="FLOAT")
        assert reason(tmp_path / "a.wav") == "undecodable"

    def test_empty(self, tmp_path):
        write_audio(tmp_path / "a.wav", Audio(np.zeros(0, np.float32), 8000))
        assert reason(tmp_path / "a.wav") == "empty"

    def test_a_file_of_no_bytes_is_empty(self, tmp_path):
        (tmp_path / "a.wav").touch()
        assert reason(tmp_path / "a.wav") == "empty"

    @pytest.mark.parametrize("part", [(2.0, None), (0.5, 0.5), (0.7, 0.2), (-1.0, 0.5)])
    def test_empty_part(self, tmp_path, part):
        write_audio(tmp_path / "a.wav", tone())
        assert reason(tmp_path / "a.wav", *part) == "empty"

    @pytest.mark.parametrize("lost", [200, 1000, 31000])
    def test_truncated_wav(self, tmp_path, lost):
        """libsndfile reads what is left without a word."""
        write_audio(tmp_path / "a.wav", tone())
        content = (tmp_path / "a.wav").read_bytes()
        (tmp_path / "a.wav").write_bytes(content[:-lost])
        assert soundfile.info(tmp_path / "a.wav").frames < 16000
        assert reason(tmp_path / "a.wav") == "truncated"

    def test_truncated_behind_other_chunks(self, tmp_path):
        write_audio(tmp_path / "a.wav", tone())
        content = (tmp_path / "a.wav").read_bytes()
        note = b"LIST" + struct.pack("<I", 5) + b"hello\0"  # odd length, padded
        (tmp_path / "a.wav").write_bytes(content[:36] + note + content[36:])
        assert read_audio(tmp_path / "a.wav").duration == 1.0
        (tmp_path / "a.wav").write_bytes(content[:36] + note + content[36:-500])
        assert reason(tmp_path / "a.wav") == "truncated"

    def test_truncated_mp3_and_flac(self, tmp_path):
        for name, expected in (("a.mp3", "truncated"), ("a.flac", "truncated")):
            soundfile.write(tmp_path / name, tone(seconds=4).samples, 16000)
            content = (tmp_path / name).read_bytes()
            (tmp_path / name).write_bytes(content[: len(content) // 2])
            assert reason(tmp_path / name) == expected

    def test_the_reason_survives_the_way_back_from_a_worker(self):
        error = AudioError("a.wav holds no samples.", reason="empty", hint="mend it")
        again = pickle.loads(pickle.dumps(error))
        assert (str(again), again.reason) == (str(error), "empty")

    def test_a_part_beyond_the_file(self, tmp_path):
        write_audio(tmp_path / "a.wav", tone())
        assert reason(tmp_path / "a.wav", 0.5, 1.5) == "truncated"


class TestWrite:
    @pytest.mark.parametrize("name", ["a.wav", "a.flac"])
    def test_the_same_samples_give_the_same_bytes(self, tmp_path, name):
        write_audio(tmp_path / name, tone())
        before = (tmp_path / name).read_bytes()
        write_audio(tmp_path / name, tone())
        assert (tmp_path / name).read_bytes() == before
        np.testing.assert_array_equal(read_audio(tmp_path / name).samples, tone().samples)

    def test_full_scale_clips(self):
        assert to_pcm16(np.float32([-2, -1, 1, 2])).tolist() == [-32768, -32768, 32767, 32767]

    def test_unknown_format(self, tmp_path):
        with pytest.raises(MalsoriError, match=r"a\.docx"):
            write_audio(tmp_path / "a.docx", tone())
        assert list(tmp_path.iterdir()) == []


class TestHash:
    def test_does_not_depend_on_the_file(self, tmp_path):
        for name in ("a.wav", "a.flac"):
            write_audio(tmp_path / name, tone())
            assert audio_hash(read_audio(tmp_path / name)) == audio_hash(tone())

    def test_is_pinned(self):
        """Corpora hold these hashes: they may never change."""
        assert audio_hash(Audio(np.zeros(80, np.float32), 8000)) == (
            "0b23ed412a8aa1428b310ba9f9924f87a6778505dbeb97bfa6b4785f15ed2adc"
        )

    def test_depends_on_samples_and_rate(self):
        other = Audio(tone().samples, 8000)
        assert len({audio_hash(a) for a in (tone(), other, tone(441.0))}) == 3


class TestResample:
    @pytest.mark.parametrize("rate", [8000, 22050, 44100])
    def test_keeps_a_tone(self, rate):
        result = resample(tone(1000.0, rate=16000), rate)
        inside = slice(rate // 10, -rate // 10)
        expected = tone(1000.0, rate=rate).samples
        np.testing.assert_allclose(result.samples[inside], expected[inside], atol=2e-3)

    def test_removes_what_would_alias(self):
        result = resample(tone(5000.0, rate=16000), 8000)
        assert np.abs(result.samples[800:-800]).max() < 1e-3

    def test_the_same_rate_is_the_same_object(self):
        audio = tone()
        assert resample(audio, 16000) is audio
