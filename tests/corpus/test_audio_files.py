"""Files are found whatever the Unicode form of their names."""

import unicodedata
import zipfile

import polars as pl
import pytest

from malsori.corpus.audio_files import Finder, place_audio

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


def test_a_member_is_found_in_its_archive(tmp_path):
    place = tmp_path / unicodedata.normalize("NFD", "TS_서울.zip")
    place.touch()
    assert str(Finder(tmp_path).find("TS_서울.zip::a.wav")) == f"{place}::a.wav"
    assert Finder(tmp_path).find("TS_부산.zip::a.wav") is None


def test_copies_of_members_and_files_do_not_collide(tmp_path):
    root = tmp_path / "data"
    (root / "TS").mkdir(parents=True)
    (root / "TS" / "a.wav").write_bytes(b"unpacked")
    (root / "TS" / "A.wav").write_bytes(b"capital")
    with zipfile.ZipFile(root / "TS.zip", "w") as archive:
        archive.writestr("a.wav", b"member")
    audio = ["TS.zip::a.wav", "TS/a.wav", "TS/A.wav", None, "TS.zip::a.wav"]
    rows = pl.DataFrame({"audio": audio, "written": audio})
    placed, where = place_audio(rows, root, tmp_path / "corpus", copy=True)
    assert where == "audio"
    assert placed["audio"][0] == placed["audio"][4] == "TS/a.wav"
    contents = [
        file and (tmp_path / "corpus" / "audio" / file).read_bytes() for file in placed["audio"]
    ]
    assert contents == [b"member", b"unpacked", b"capital", None, b"member"]
