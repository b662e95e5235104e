"""Tables and audiofolders."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from malsori.corpus.adapters.table import Table
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError
from malsori.signals.audio import Audio, write_audio


def sound(path):
    samples = np.random.default_rng(len(str(path))).normal(0, 0.1, 4000)
    write_audio(path, Audio(samples.astype(np.float32), 8000))


def write(path, *lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_names_are_mapped(tmp_path):
    file = write(tmp_path / "a.tsv", "script\tspk\tlabel", "네\ts1\tgood", "아니\ts2\tbad")
    columns = {"text": "script", "speaker": "spk", "emotion": "label"}
    source = Table(file, columns=columns, tasks=["emotion=nominal"]).read()
    assert source.rows.columns == ["row", "id", "text", "speaker", "label.emotion"]
    assert source.rows["id"].to_list() == ["row-2", "row-3"]
    assert source.tasks[0].classes == ("bad", "good")
    assert source.provenance["columns"]["label.emotion"] == "label"


def test_what_is_said_twice_is_refused(tmp_path):
    file = write(tmp_path / "a.csv", "text,other,mood", "네,x,good", "아니,y,bad")
    with pytest.raises(MalsoriError, match="task 'mood' is said twice"):
        Table(file, tasks=["mood=nominal", "mood=regression"])
    with pytest.raises(MalsoriError, match="the column of 'text' is said twice: text and other"):
        Table(file, columns={"text": "text", " text": "other"}).read()


def test_one_column_may_be_two_things(tmp_path):
    file = write(tmp_path / "a.csv", "text,who,mood", "네,x,good", "아니,y,bad")
    rows = Table(file, columns={"speaker": "who", "call": "who"}).read().rows
    assert rows["speaker"].equals(rows["call"])


def test_a_table_without_signal_lists_its_columns(tmp_path):
    file = write(tmp_path / "a.csv", "key,words,label", "1,네,good")
    with pytest.raises(
        MalsoriError,
        match=r"no column for audio and none for text; its columns are key, words, label .*--map",
    ):
        Table(file).read()


@pytest.mark.parametrize(
    ("header", "line", "key"),
    [
        ("file_name,text", "wav/a.b.wav,네", "wav/a.b"),
        ("file_name,start,text", "wav/a.wav,1.5,네", "wav/a@1.5"),
        ("file_name,text", ",네", "row-2"),
    ],
)
def test_ids_are_made_where_there_are_none(tmp_path, header, line, key):
    source = Table(write(tmp_path / "a.csv", header, line)).read()
    assert source.rows["id"].to_list() == [key]
    assert any("no column for ids" in note for note in source.notes)


@pytest.mark.parametrize("name", ["utt_id", "uttid", "UTT"])
def test_usual_names_of_ids_are_known(tmp_path, name):
    source = Table(write(tmp_path / "a.csv", f"{name},text", "a,네", "b,네")).read()
    assert source.rows["id"].to_list() == ["a", "b"]
    assert source.notes == [f"id is read from column {name!r}"]
    own = Table(write(tmp_path / "b.csv", f"id,{name},text", "c,a,네", "d,b,네")).read()
    assert own.rows["id"].to_list() == ["c", "d"]


def test_another_folder_of_audio(tmp_path):
    sound(tmp_path / "media" / "a.wav")
    file = write(tmp_path / "tables" / "a.csv", "id,audio", "a,a.wav")
    adapter = Table(file, audio_root=str(tmp_path / "media"))
    assert import_corpus(adapter, tmp_path / "corpus", workers=1).kept == 1
    with pytest.raises(MalsoriError, match=r"audio_root .*nowhere is not a folder"):
        Table(file, audio_root=str(tmp_path / "nowhere")).read()


def test_a_folder_of_audio_that_is_not_used_is_told(tmp_path):
    file = write(tmp_path / "a.csv", "id,text", "a,네")
    (note,) = Table(file, audio_root=str(tmp_path)).read().notes
    assert "no column of the table is audio" in note
    with pytest.raises(MalsoriError, match=r"audio_root .*nowhere is not a folder"):
        Table(file, audio_root=str(tmp_path / "nowhere")).read()


def test_the_tables_of_a_folder_are_named(tmp_path):
    with pytest.raises(MalsoriError, match=r"write a metadata\.csv"):
        Table(tmp_path).read()
    write(tmp_path / "b.csv", "id,text", "a,네")
    with pytest.raises(MalsoriError, match=r"name the table itself: \S*b\.csv\)$"):
        Table(tmp_path).read()
    (tmp_path / "c.jsonl").touch()
    (tmp_path / "d.txt").touch()
    with pytest.raises(MalsoriError, match=r"b\.csv \(or one of 1 more: c\.jsonl\)"):
        Table(tmp_path).read()


def test_metadata_further_down_is_named(tmp_path):
    (tmp_path / "data" / "a").mkdir(parents=True)
    (tmp_path / "data" / "a" / "metadata.csv").touch()
    with pytest.raises(MalsoriError, match=r"name the table itself: \S*data/a/metadata\.csv\)$"):
        Table(tmp_path).read()


def test_other_metadata_beside_it_is_told(tmp_path):
    write(tmp_path / "metadata.csv", "file_name,mood", "a.wav,sad")
    write(tmp_path / "metadata.jsonl", '{"file_name": "b.wav"}')
    notes = Table(tmp_path).read().notes
    assert "metadata.csv is read, and not metadata.jsonl beside it" in notes


@pytest.mark.parametrize(
    ("name", "lines", "said"),
    [
        ("t.csv", ["Export of May", "", "id,text", "a,네"], r"row 3: 2 fields where .* has 1"),
        ("t.jsonl", ['{"id": 1, "id": 2, "text": "네"}'], r"row 1: key 'id' stands twice"),
        ("t.csv", ["'id','text'", "'a','네'"], r"quotes of another kind than \": 'id', 'text'"),
    ],
)
def test_why_no_column_is_known_is_said(tmp_path, name, lines, said):
    with pytest.raises(MalsoriError, match=said):
        Table(write(tmp_path / name, *lines)).read()


class TestAudiofolder:
    def test_one_metadata_file_at_the_top(self, tmp_path):
        for part in ("train", "test"):
            sound(tmp_path / "set" / part / "a.wav")
        lines = ["file_name,mood", "train/a.wav,good", "test/a.wav,bad"]
        write(tmp_path / "set" / "metadata.csv", *lines)
        report = import_corpus(
            Table(tmp_path / "set", tasks=["mood=nominal"]), tmp_path / "corpus", workers=1
        )
        rows = report.corpus.utterances.select("id", "split", "label.mood").rows()
        assert rows == [("train/a", "train", "good"), ("test/a", "test", "bad")]

    @pytest.mark.parametrize("second", ["validation", "valid", "val", "dev"])
    def test_one_in_each_part(self, tmp_path, second):
        write(tmp_path / "train" / "metadata.csv", "file_name,text", "a.wav,네", "gone.wav,응")
        record = {"file_name": "a.wav", "text": "아니", "speaker": "s1"}
        write(tmp_path / second / "metadata.jsonl", json.dumps(record), "[]")
        for part in ("train", second):
            sound(tmp_path / part / "a.wav")
        report = import_corpus(Table(tmp_path), tmp_path.parent / f"c-{second}", workers=1)
        rows = report.corpus.utterances.select("id", "text", "speaker", "split").rows()
        assert rows == [
            ("train/a", "네", None, "train"),
            (f"{second}/a", "아니", "s1", "validation"),
        ]
        faults = report.corpus.quarantine.select("row", "file", "reason", "detail").rows()
        assert faults[0] == (
            2,
            None,
            "bad-row",
            f"{second}/metadata.jsonl: a JSON list, not an object",
        )
        assert faults[1][:3] == (3, "train/gone.wav", "missing")

    def test_paths_below_no_part_have_no_split(self, tmp_path):
        write(tmp_path / "metadata.csv", "file_name,text", "wav/a.wav,네")
        assert "split" not in Table(tmp_path).read().rows.columns

    def test_a_published_split_column_is_kept(self, tmp_path):
        write(tmp_path / "metadata.csv", "file_name,split", "train/a.wav,test")
        assert Table(tmp_path).read().rows["split"].to_list() == ["test"]

    def test_no_metadata(self, tmp_path):
        with pytest.raises(MalsoriError, match=r"folder without metadata.csv or metadata.jsonl"):
            Table(tmp_path).read()


@pytest.mark.data
@pytest.mark.skipif("MALSORI_DATA" not in os.environ, reason="needs MALSORI_DATA")
def test_korean_emotional_speech(tmp_path):
    file = Path(os.environ["MALSORI_DATA"]) / "emotiontts" / "utterances.csv"
    tasks = ["emotion=nominal:neutral,happy,sad,angry", "gender=nominal"]
    report = import_corpus(Table(file, tasks=tasks), tmp_path / "corpus", workers=2)
    corpus = report.corpus
    assert (report.read, report.kept) == (300, 300)
    assert corpus.modalities == ["speech", "text"]
    assert np.bincount(corpus.labels("emotion")).tolist() == [75] * 4
    assert corpus.tasks["gender"].classes == ("female", "male")
    assert corpus.utterances["sample_rate"].unique().to_list() == [22050]
    assert corpus.utterances["duration"].sum() == pytest.approx(0.46 * 3600, rel=0.02)
    assert corpus.utterances["speaker"].n_unique() == 15
    assert "meta.sentence" in corpus.utterances.columns
