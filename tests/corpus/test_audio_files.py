"""Where the audio of a corpus lies, and its copies."""

import zipfile

import polars as pl

from malsori.corpus.audio_files import place_audio


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
