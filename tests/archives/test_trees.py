"""Folders and archives look alike, whatever system they were packed on."""

import unicodedata
import zipfile

import pytest

from malsori.archives import Tree
from malsori.errors import MalsoriError


def nfd(text):
    return unicodedata.normalize("NFD", text)


def pack(path, *members):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def fill(folder, *members):
    for name, content in members:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


MEMBERS = [("구급/a.wav", b"1"), ("구급/b.WAV", b"22"), ("c.json", b"{}")]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("packed", [True, False])
def test_an_archive_and_its_unpacked_copy_look_alike(tmp_path, form, packed):
    members = [(unicodedata.normalize(form, name), content) for name, content in MEMBERS]
    place = unicodedata.normalize(form, "TS_서울")
    if packed:
        pack(tmp_path / f"{place}.zip", *members)
    else:
        fill(tmp_path / place, *members)
    tree = Tree(tmp_path)
    assert [(e.parts, e.size) for e in tree.entries] == [
        (("TS_서울", "c.json"), 2),
        (("TS_서울", "구급", "a.wav"), 1),
        (("TS_서울", "구급", "b.WAV"), 2),
    ]
    assert [e.read() for e in tree.entries] == [b"{}", b"1", b"22"]
    assert [e.stem for e in tree.having(".wav")] == ["a", "b"]
    # The reference is the name on disk: it is what opens the file.
    assert tree.entries[0].reference.startswith(place)


def test_side_files_are_skipped_and_counted(tmp_path):
    side = ["._a.wav", "__MACOSX/wav/._a.wav", "wav/.DS_Store", "__MACOSX/b.wav", "Thumbs.db"]
    pack(tmp_path / "TS.zip", ("wav/a.wav", b"1"), ("wav/", b""), *((n, b"x") for n in side))
    fill(tmp_path, *((n, b"x") for n in side), ("d.wav", b"1"))
    pack(tmp_path / "._TS.zip", ("z.wav", b"1"))
    tree = Tree(tmp_path)
    assert [e.reference for e in tree.entries] == ["TS.zip::wav/a.wav", "d.wav"]
    assert tree.skipped == 2 * len(side) + 1


def test_a_broken_archive_does_not_stop_the_others(tmp_path):
    pack(tmp_path / "TS_1.zip", ("a.wav", b"1"))
    cut = pack(tmp_path / "deep" / "TS_2.zip", ("b.wav", b"1" * 500))
    cut.write_bytes(cut.read_bytes()[:300])
    tree = Tree(tmp_path)
    assert [e.reference for e in tree.entries] == ["TS_1.zip::a.wav"]
    assert list(tree.broken) == ["deep/TS_2.zip"]
    assert "is not a whole zip archive" in tree.broken["deep/TS_2.zip"]


def test_a_refused_archive_stops_everything(tmp_path):
    pack(tmp_path / "TS_1.zip", ("a.wav", b"1"))
    pack(tmp_path / "TS_2.zip", ("../b.wav", b"1"))
    with pytest.raises(MalsoriError, match=r"TS_2\.zip is refused"):
        Tree(tmp_path)


def test_a_single_archive_or_file_is_a_tree(tmp_path):
    pack(tmp_path / "TS.zip", ("a.wav", b"1"))
    fill(tmp_path, ("b.csv", b"id"))
    assert [e.reference for e in Tree(tmp_path / "TS.zip").entries] == ["TS.zip::a.wav"]
    (only,) = Tree(tmp_path / "b.csv").entries
    assert (only.name, only.read()) == ("b.csv", b"id")
    with pytest.raises(MalsoriError, match=r"nowhere does not exist"):
        Tree(tmp_path / "nowhere")


def test_linked_folders_are_followed_and_loops_are_not(tmp_path):
    fill(tmp_path / "real", ("a.wav", b"1"))
    source = tmp_path / "source"
    source.mkdir()
    (source / "linked").symlink_to(tmp_path / "real")
    (source / "loop").symlink_to(source)
    (source / "gone.wav").symlink_to(tmp_path / "nowhere")
    assert [e.reference for e in Tree(source).entries] == ["linked/a.wav"]


def test_a_decomposed_stem_is_composed(tmp_path):
    fill(tmp_path, (nfd("서울.wav"), b"1"))
    assert Tree(tmp_path).entries[0].stem == "서울"
