"""Files are found whatever the Unicode form of their names, beside and inside of archives."""

import unicodedata
import zipfile

import pytest

from malsori.archives import locate, read_bytes

FORMS = ["NFC", "NFD"]

NFC = "구급/불이야.wav"
NFD = unicodedata.normalize("NFD", NFC)
MIXED = f"{NFD.split('/')[0]}/{NFC.split('/')[1]}"


@pytest.mark.parametrize("on_disk", FORMS)
@pytest.mark.parametrize("inside", FORMS)
@pytest.mark.parametrize("written", FORMS)
def test_a_member_is_found_in_any_form(tmp_path, on_disk, inside, written):
    folder = tmp_path / unicodedata.normalize(on_disk, "원천데이터")
    folder.mkdir()
    archive = folder / unicodedata.normalize(on_disk, "TS_서울.zip")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(unicodedata.normalize(inside, "구급/불.wav"), b"sound")
    asked = unicodedata.normalize(written, f"{tmp_path}/원천데이터/TS_서울.zip::구급/불.wav")
    found = locate(asked)
    assert str(found).startswith(str(archive))
    assert read_bytes(found) == b"sound"


def test_a_file_that_came_later_is_found(tmp_path):
    folder = tmp_path / unicodedata.normalize("NFD", "구급")
    folder.mkdir()
    assert locate(tmp_path / "구급" / "불.wav") is None
    (folder / unicodedata.normalize("NFD", "불.wav")).touch()
    assert locate(tmp_path / "구급" / "불.wav") is not None


def test_an_archive_that_is_not_there_holds_nothing(tmp_path):
    assert locate(f"{tmp_path}/TS.zip::a.wav") is None
    assert locate(tmp_path) is None


@pytest.mark.parametrize("on_disk", [NFC, NFD, MIXED])
@pytest.mark.parametrize("written", [NFC, NFD, MIXED, NFC.replace("/", "\\")])
@pytest.mark.parametrize("absolute", [True, False])
def test_composed_and_decomposed_names_are_one(tmp_path, on_disk, written, absolute):
    file = tmp_path / on_disk
    file.parent.mkdir()
    file.touch()
    asked = f"{tmp_path}/{written}" if absolute else written
    assert locate(tmp_path / asked) == file


@pytest.mark.parametrize("written", ["구급", "구급/없음.wav", "../없음/a.wav", "없음/a.wav"])
def test_what_is_no_file_is_not_found(tmp_path, written):
    (tmp_path / NFC).parent.mkdir()
    (tmp_path / NFC).touch()
    assert locate(tmp_path / written) is None


def test_a_member_is_found_in_its_archive(tmp_path):
    place = tmp_path / unicodedata.normalize("NFD", "TS_서울.zip")
    place.touch()
    assert str(locate(tmp_path / "TS_서울.zip::a.wav")) == f"{place}::a.wav"
    assert locate(tmp_path / "TS_부산.zip::a.wav") is None
