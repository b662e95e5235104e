"""Import: every row is accounted for, and nothing broken becomes zeros."""

import json
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malsori.corpus.adapters.base import Adapter, Source
from malsori.corpus.adapters.table import Table
from malsori.corpus.corpus import Corpus
from malsori.corpus.importing import import_corpus
from malsori.corpus.tables import Broken
from malsori.errors import MalsoriError
from malsori.schema import Task
from malsori.signals.audio import Audio, audio_hash, read_audio, write_audio

MOOD = "mood=nominal:bad,good"


def tone(path, seconds=0.5, rate=8000, pitch=220.0):
    time = np.arange(int(seconds * rate)) / rate
    write_audio(path, Audio((0.3 * np.sin(2 * np.pi * pitch * time)).astype(np.float32), rate))


def cut_off(path):
    tone(path)
    path.write_bytes(path.read_bytes()[:1000])


@pytest.fixture
def folder(tmp_path):
    """A folder as they come: good files, and one of each kind of broken ones."""
    wav = tmp_path / "data" / "wav"
    for i in range(4):
        tone(wav / f"ok{i}.wav", pitch=200 + 50 * i)
    cut_off(wav / "cut.wav")
    (wav / "text.wav").write_text("안녕하세요\n", encoding="utf-8")
    write_audio(wav / "zero.wav", Audio(np.zeros(0, np.float32), 8000))
    tone(wav / "click.wav", seconds=0.05)
    return tmp_path / "data"


def write(folder, *lines, header="id,audio,text,mood"):
    (folder / "calls.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return folder / "calls.csv"


def bring(folder, *lines, header="id,audio,text,mood", tasks=(MOOD,), **options):
    adapter = Table(write(folder, *lines, header=header), tasks=list(tasks))
    return import_corpus(adapter, folder.parent / "corpus", workers=1, **options)


FIVE = [
    "cut,wav/cut.wav,하나,good",
    "text,wav/text.wav,둘,good",
    "zero,wav/zero.wav,셋,bad",
    "gone,wav/gone.wav,넷,bad",
    "odd,wav/ok3.wav,다섯,goood",
]
GOOD = ["a,wav/ok0.wav,네,good", "b,wav/ok1.wav,,bad", "c,wav/ok2.wav,아니요,"]


def test_five_broken_rows_and_a_correct_corpus(folder):
    report = bring(folder, *GOOD[:2], *FIVE, GOOD[2])
    quarantine = report.corpus.quarantine
    assert quarantine.select("row", "id", "file", "reason").rows() == [
        (4, "cut", "wav/cut.wav", "truncated"),
        (5, "text", "wav/text.wav", "undecodable"),
        (6, "zero", "wav/zero.wav", "empty"),
        (7, "gone", "wav/gone.wav", "missing"),
        (8, "odd", "wav/ok3.wav", "unknown-label"),
    ]
    assert quarantine["detail"][4] == "mood: 'goood' is no class; did you mean 'good'?"
    assert (report.read, report.kept) == (8, 3)
    assert report.missing_labels == {"mood": 1}
    assert report.absent == {"text": 1}

    corpus = Corpus.open(report.corpus.path)
    rows = corpus.utterances
    assert rows["id"].to_list() == ["a", "b", "c"]
    assert rows["text"].to_list() == ["네", None, "아니요"]
    assert corpus.labels("mood").tolist() == [1, 0, -1]
    assert rows["duration"].to_list() == [0.5] * 3
    assert rows["sample_rate"].to_list() == [8000] * 3
    for row in rows.iter_rows(named=True):
        file = folder / row["audio"]
        assert row["audio_hash"] == audio_hash(read_audio(file))
        heard = corpus.signal(row, "audio", "speech")
        np.testing.assert_array_equal(heard.samples, read_audio(file).samples)


def test_the_report_is_a_table_and_json(folder):
    report = bring(folder, *GOOD, *FIVE)
    text = report.tables()[0].text()
    assert "quarantined      truncated" in text
    data = report.data()
    assert data["read"] == data["kept"] + sum(data["quarantined"].values()) == 8
    assert data["path"] == str(report.corpus.path)
    assert report.corpus.spec.counts == {
        "utterances": 3,
        "quarantined": 5,
        "read": 8,
        "text_only": 0,
    }


def test_labels_that_are_no_class_are_counted(folder):
    labels = ["gut"] * 3 + ["baad"] * 2 + ["good"]
    lines = [f"u{i},,네,{label}" for i, label in enumerate(labels)]
    # A row that is left out for another reason does not count.
    report = bring(folder, *lines, "u0,,네,gut")
    assert report.quarantined["unknown-label"] == 5
    assert report.unknown_labels == {"mood": {"gut": 3, "baad": 2}}
    assert "unknown-label (mood: 'gut' (3 rows), 'baad' (2 rows))" in report.tables()[0].text()
    assert report.data()["unknown_labels"] == {"mood": {"gut": 3, "baad": 2}}


def test_the_most_frequent_of_many_unknown_labels_are_shown(folder):
    lines = [f"u{i},,네,odd{i}" for i in range(6)]
    text = bring(folder, "a,,네,good", *lines).tables()[0].text()
    assert (
        "(mood: 'odd0' (1 row), 'odd1' (1 row), 'odd2' (1 row), 'odd3' (1 row) and 2 more)" in text
    )


def test_audio_that_is_elsewhere_names_the_option(folder):
    lines = ["a,wav/ok0.wav,네,good", "b,b.wav,네,bad", "c,c.wav,,bad"]
    report = bring(folder, *lines, keep_text=True)
    assert report.notes[-1] == (
        f"2 of 3 audio files are not below {folder}; if they are elsewhere, say --audio-root FOLDER"
    )
    with pytest.raises(MalsoriError, match=r"the only row .* cannot .*--audio-root FOLDER; noth"):
        bring(folder, "b,b.wav,네,bad", overwrite=True)
    report = bring(folder, *lines[:2], overwrite=True)
    assert not any("--audio-root" in note for note in report.notes)


def test_several_processes_give_the_same_corpus(folder):
    one = bring(folder, *GOOD, *FIVE)
    adapter = Table(folder / "calls.csv", tasks=[MOOD])
    two = import_corpus(adapter, folder.parent / "again", workers=2)
    assert two.corpus.utterances.equals(one.corpus.utterances)
    assert two.corpus.quarantine.equals(one.corpus.quarantine)
    assert two.corpus.digest == one.corpus.digest


def test_keep_text_keeps_the_row_and_records_it(folder):
    lines = [*GOOD, *FIVE, "mute,wav/gone.wav,,bad"]
    report = bring(folder, *lines, keep_text=True)
    assert report.quarantined == {"missing": 1, "unknown-label": 1}
    assert report.text_only == {"empty": 1, "missing": 1, "truncated": 1, "undecodable": 1}
    rows = {r["id"]: r for r in report.corpus.utterances.iter_rows(named=True)}
    assert set(rows) == {"a", "b", "c", "cut", "text", "zero", "gone"}
    assert rows["cut"]["text"] == "하나"
    for column in ("audio", "sample_rate", "duration", "audio_hash"):
        assert rows["cut"][column] is None
    recorded = {q["id"]: q for q in report.corpus.quarantine.iter_rows(named=True)}
    assert set(recorded) == {"cut", "text", "zero", "gone", "odd", "mute"}
    assert recorded["cut"]["detail"].endswith("the row is kept without its audio")
    assert not recorded["mute"]["detail"].endswith("without its audio")


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        ("x,wav/click.wav,네,bad", "too-short", "0.050 s is shorter than 0.1 s"),
        ("a,wav/ok1.wav,네,bad", "duplicate-id", "id 'a' is already that of row 2"),
        (",wav/ok1.wav,네,bad", "bad-row", "no id"),
        ("x,wav/ok1.wav,네", "bad-row", "3 fields where the header has 4"),
        ("x,, ,bad", "no-signal", "no audio, no text and no features"),
    ],
)
def test_other_broken_rows(folder, line, reason, detail):
    report = bring(folder, *GOOD, line)
    row = report.corpus.quarantine.row(0, named=True)
    assert (row["row"], row["reason"], row["detail"]) == (5, reason, detail)
    assert report.quarantined == {reason: 1}


@pytest.mark.parametrize(
    ("start", "end", "reason", "detail"),
    [
        ("soon", "", "bad-row", "start 'soon' is not a number of seconds"),
        ("0", "-1", "bad-row", "end '-1' is not a number of seconds"),
        ("inf", "", "bad-row", "start 'inf' is not a number of seconds"),
        ("1e305", "", "bad-row", "start '1e305' is not a number of seconds"),
        ("0.3", "0.2", "empty", "has no part from 0.300 s to 0.200 s"),
        ("0", "9", "truncated", "but the part ends at 9.000 s"),
        ("0.1", "0.15", "too-short", "0.050 s is shorter"),
    ],
)
def test_broken_parts(folder, start, end, reason, detail):
    lines = ["a,wav/ok0.wav,0.1,0.4,2", f"b,wav/ok0.wav,{start},{end},3"]
    report = bring(folder, *lines, header="id,audio,start,end,turn", tasks=())
    (row,) = report.corpus.quarantine.iter_rows(named=True)
    assert row["reason"] == reason
    assert detail in row["detail"]
    kept = report.corpus.utterances.row(0, named=True)
    assert (kept["start"], kept["end"], kept["turn"]) == (0.1, 0.4, 2)
    assert kept["duration"] == pytest.approx(0.3)


def test_words_for_missing_are_missing_labels_unless_they_are_classes(folder):
    lines = ["a,,네,nan", "b,,아니,good", "c,,음,N/A"]
    report = bring(folder, *lines)
    assert report.missing_labels == {"mood": 2}
    assert "mood: 'nan' counts as a missing label (1 row)" in report.notes
    report = bring(folder, *lines, tasks=["mood=nominal:good,n/a"], overwrite=True)
    assert report.corpus.utterances["label.mood"].to_list() == [None, "good", "n/a"]


def test_labels_are_written_as_their_class_is_called(folder):
    tasks = ["mood=nominal:bad=0,good=1"]
    report = bring(folder, "a,,x,0", "b,,y, GOOD ", "c,,z,1", tasks=tasks)
    assert report.corpus.utterances["label.mood"].to_list() == ["bad", "good", "good"]


def test_speakers_are_written_in_one_way(folder):
    decomposed = unicodedata.normalize("NFD", "김민")
    lines = [f"{i},네 {i},good,{s}" for i, s in enumerate(["김민", decomposed, " " * 8 + "김민"])]
    report = bring(folder, *lines, "3,네,bad,2.0", header="id,text,mood,speaker")
    assert report.corpus.utterances["speaker"].to_list() == ["김민"] * 3 + ["2"]
    assert not report.corpus.respelled  # so they stand on the disk
    (told,) = [note for note in report.notes if note.startswith("speaker:")]
    assert "4 spellings are 2 names" in told


def test_ids_are_composed_before_they_are_compared(folder):
    report = bring(folder, "가,,x,bad", "가,,y,bad")
    assert report.corpus.utterances["id"].to_list() == ["가"]
    assert report.quarantined == {"duplicate-id": 1}


def test_a_double_of_a_row_that_is_broken_itself_is_no_double(folder):
    header = "id,audio,text,mood,turn"
    report = bring(folder, "a,,x,bad,first", "a,,y,bad,1", header=header)
    assert report.corpus.utterances["text"].to_list() == ["y"]
    assert report.quarantined == {"bad-row": 1}


class TestPlaces:
    def test_audio_beside_the_corpus_is_found_after_both_move(self, folder):
        report = bring(folder, *GOOD)
        assert report.corpus.spec.audio_root == "../data"
        moved = folder.parent.rename(folder.parent.with_name("moved"))
        corpus = Corpus.open(moved / "corpus")
        row = corpus.utterances.row(0, named=True)
        assert corpus.signal(row, "audio", "speech").duration == 0.5

    def test_audio_elsewhere_is_found_after_the_corpus_moves(self, folder, tmp_path):
        adapter = Table(write(folder, *GOOD), tasks=[MOOD])
        report = import_corpus(adapter, tmp_path / "deep" / "corpus", workers=1)
        assert report.corpus.spec.audio_root == str(folder)
        moved = Corpus.open(report.corpus.path.rename(tmp_path / "shallow"))
        row = moved.utterances.row(0, named=True)
        assert moved.signal(row, "audio", "speech").duration == 0.5

    def test_audio_is_found_after_a_copy_changed_the_form_of_its_name(self, folder):
        tone(folder / "구급" / "불.wav")
        report = bring(folder, "a,구급/불.wav,네,bad")
        decomposed = unicodedata.normalize("NFD", "구급")
        moved = (folder / "구급").rename(folder / decomposed)
        (moved / "불.wav").rename(moved / unicodedata.normalize("NFD", "불.wav"))
        row = report.corpus.utterances.row(0, named=True)
        assert report.corpus.signal(row, "audio", "speech").duration == 0.5

    def test_copied_audio_is_the_corpus_own(self, folder, tmp_path):
        tone(tmp_path / "elsewhere" / "ok9.wav", pitch=900)
        lines = [*GOOD, *FIVE, f"far,{tmp_path}/elsewhere/ok9.wav,네,bad"]
        report = bring(folder, *lines, copy_audio=True)
        for place in (folder, tmp_path / "elsewhere"):
            for file in place.rglob("*.wav"):
                file.unlink()
        corpus = report.corpus
        rows = corpus.utterances
        for row in rows.iter_rows(named=True):
            assert audio_hash(corpus.signal(row, "audio", "speech")) == row["audio_hash"]
        copies = [p for p in (corpus.path / "audio").rglob("*") if p.is_file()]
        assert len(copies) == rows.height == 4

    def test_two_rows_of_one_file_make_one_copy(self, folder):
        lines = ["a,wav/ok0.wav,네,bad", "b,wav/ok0.wav,아니,good"]
        report = bring(folder, *lines, copy_audio=True)
        assert [p.name for p in (report.corpus.path / "audio").rglob("*.wav")] == ["ok0.wav"]


class TestDestination:
    def test_a_corpus_is_replaced_only_when_asked(self, folder):
        bring(folder, *GOOD)
        with pytest.raises(MalsoriError, match="is already a corpus"):
            bring(folder, *GOOD)
        assert bring(folder, *GOOD[:1], overwrite=True).kept == 1

    def test_a_source_within_the_destination_is_not_overwritten(self, folder):
        adapter = Table(write(folder, *GOOD), tasks=[MOOD])
        (folder / "corpus.yaml").touch()
        with pytest.raises(MalsoriError, match=r"calls.csv lies in .*data, which is to be written"):
            import_corpus(adapter, folder, overwrite=True)
        assert (folder / "calls.csv").exists()

    def test_a_destination_within_a_source_folder_is_refused(self, folder):
        write(folder, *GOOD).rename(folder / "metadata.csv")
        with pytest.raises(MalsoriError, match=r"corpus lies in .*, which is read"):
            import_corpus(Table(folder, tasks=[MOOD]), folder / "out" / "corpus")
        assert not (folder / "out").exists()
        file = folder / "metadata.csv"
        beside = import_corpus(Table(file, tasks=[MOOD]), folder / "out", workers=1)
        assert beside.kept == 3

    def test_the_row_that_is_shown_has_the_commonest_fault(self, folder):
        file = folder / "t.csv"
        file.write_text("id,text,start\nz,,\na,네,x\nb,네,x\n", "utf-8")
        with pytest.raises(MalsoriError, match=r"row 3: start 'x' is not"):
            import_corpus(Table(file), folder.parent / "corpus")

    def test_nothing_is_written_if_no_row_is_whole(self, folder):
        with pytest.raises(
            MalsoriError,
            match=r"none of the 5 rows of .*calls.csv can be kept: .*1 truncated.*; row 2: .*cut",
        ):
            bring(folder, *FIVE)
        assert not (folder.parent / "corpus").exists()

    def test_an_interrupt_leaves_nothing_but_what_was_heard(self, folder, monkeypatch):
        def interrupted(*args, **kwargs):
            raise KeyboardInterrupt

        monkeypatch.setattr("malsori.corpus.writing.write_yaml", interrupted)
        with pytest.raises(KeyboardInterrupt):
            bring(folder, *GOOD)
        assert sorted(p.name for p in folder.parent.iterdir()) == [".corpus.heard", "data"]
        monkeypatch.undo()
        bring(folder, *GOOD)
        assert sorted(p.name for p in folder.parent.iterdir()) == ["corpus", "data"]


class Given(Adapter):
    """A source made up by a test."""

    def __init__(self, made):
        super().__init__(Path("/made/up"))
        self.made = made

    def read(self):
        return self.made


class TestFeatures:
    def rows(self, n):
        return pl.DataFrame({"row": range(1, n + 1), "id": [f"u{i}" for i in range(n)]})

    def test_broken_vectors_go_to_quarantine(self, tmp_path):
        good = np.ones((2, 3), np.float32)
        face = [good, good * np.nan, good[:0], good[:, :2], None, good * 0]
        source = Source(self.rows(6), [], features={"face": face})
        report = import_corpus(Given(source), tmp_path / "c", workers=1)
        assert report.corpus.quarantine.select("id", "reason").rows() == [
            ("u1", "not-finite"),
            ("u2", "empty"),
            ("u3", "bad-shape"),
            ("u4", "no-signal"),
        ]
        assert any("1 utterance has only zeros" in note for note in report.notes)
        second = report.corpus.utterances.row(1, named=True)
        np.testing.assert_array_equal(report.corpus.signal(second, "features", "face"), good * 0)

    def test_a_modality_of_quarantined_rows_only_is_left_out(self, tmp_path):
        rows = self.rows(2).with_columns(pl.Series("label.mood", ["good", "oops"]))
        task = Task(name="mood", kind="nominal", classes=("bad", "good"))
        one = np.ones((1, 2), np.float32)
        source = Source(rows, [task], features={"face": [one, one], "hand": [None, one]})
        report = import_corpus(Given(source), tmp_path / "c", workers=1)
        assert report.corpus.modalities == ["face"]
        assert "hand: no kept utterance has it, so it is left out" in report.notes


class TestArchives:
    """Audio in zip archives; the rows name it as `archive.zip::member`."""

    def pack(self, folder, name="TS.zip"):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted((folder / "wav").iterdir()):
                archive.write(file, f"/{file.name}")
        return folder / name

    def zipped(self, lines, name="TS.zip"):
        return [line.replace("wav/", f"{name}::") for line in lines]

    def test_a_corpus_from_an_archive_is_that_from_its_files(self, folder):
        self.pack(folder)
        plain = bring(folder, *GOOD, *FIVE)
        packed = bring(folder, *self.zipped([*GOOD, *FIVE]), overwrite=True)
        assert packed.quarantined == plain.quarantined
        assert packed.corpus.digest == plain.corpus.digest
        rows = packed.corpus.utterances
        assert rows["audio"].to_list() == ["TS.zip::ok0.wav", "TS.zip::ok1.wav", "TS.zip::ok2.wav"]
        for row in rows.iter_rows(named=True):
            heard = packed.corpus.signal(row, "audio", "speech")
            assert audio_hash(heard) == row["audio_hash"]
        assert packed.corpus.sounds.equals(plain.corpus.sounds)

    def test_copied_members_are_the_corpus_own(self, folder):
        archive = self.pack(folder)
        report = bring(folder, *self.zipped(GOOD), copy_audio=True)
        archive.unlink()
        rows = report.corpus.utterances
        assert rows["audio"].to_list() == ["TS/ok0.wav", "TS/ok1.wav", "TS/ok2.wav"]
        for row in rows.iter_rows(named=True):
            assert audio_hash(report.corpus.signal(row, "audio", "speech")) == row["audio_hash"]

    def test_an_archive_that_was_cut_off_is_named(self, folder):
        cut = self.pack(folder, "TS_2.zip")
        cut.write_bytes(cut.read_bytes()[:-100])
        report = bring(folder, *GOOD, *self.zipped(["x,wav/ok3.wav,네,bad"], "TS_2.zip"))
        assert report.quarantined == {"unreadable-archive": 1}
        assert report.corpus.quarantine["file"].to_list() == ["TS_2.zip::ok3.wav"]
        assert any(n.startswith("1 archive could not be opened (TS_2.zip)") for n in report.notes)
        with pytest.raises(MalsoriError, match=r"could not be opened \(TS_2\.zip\): down"):
            bring(folder, *self.zipped(["x,wav/ok3.wav,네,bad"], "TS_2.zip"), overwrite=True)

    def test_an_archive_that_tries_something_is_refused(self, folder):
        with zipfile.ZipFile(folder / "TS.zip", "w") as archive:
            archive.write(folder / "wav" / "ok0.wav", "ok0.wav")
            archive.writestr("../../evil", "x")
        report = bring(folder, GOOD[1], "x,TS.zip::ok0.wav,네,bad")
        (row,) = report.corpus.quarantine.iter_rows(named=True)
        assert row["reason"] == "unreadable-archive"
        assert "TS.zip is refused: its member '../../evil' leads out" in row["detail"]


class TestAccount:
    def test_it_is_kept_in_the_corpus(self, folder):
        report = bring(folder, *GOOD, *FIVE)
        kept = Corpus.open(report.corpus.path).spec.imported
        assert (kept.read, kept.kept, kept.quarantined) == (8, 3, report.quarantined)
        assert kept.unknown_labels == report.unknown_labels
        assert kept.missing_labels == {"mood": 1}
        assert kept.notes == report.notes

    def test_what_was_repaired_is_counted(self, folder, tmp_path):
        rows = pl.DataFrame(
            {
                "row": [1, 2, 3],
                "id": ["a", "b", "c"],
                "audio": ["wav/ok0.wav"] * 3,
                "start": ["0", "0.2", "0.6"],
                "end": ["0.4", "0.9", "0.9"],
            }
        )
        made = Source(rows, [], repaired={"spelling": 2}, audio_root=folder, clip_ends=True)
        report = import_corpus(Given(made), tmp_path / "c", workers=1)
        assert report.repaired == {"spelling": 2, "end past the recording, cut to it": 1}
        assert report.quarantined == {"empty": 1}
        assert report.corpus.utterances["end"].to_list() == [0.4, 0.5]
        assert report.corpus.spec.imported.repaired == report.repaired
        assert report.data()["repaired"] == report.repaired
        assert ["repaired", "spelling", "2"] in report.tables()[0].rows
        strict = Source(rows, [], audio_root=folder)
        report = import_corpus(Given(strict), tmp_path / "d", workers=1)
        assert report.quarantined == {"empty": 1, "truncated": 1}

    def test_rows_broken_in_the_source_count(self, tmp_path):
        rows = pl.DataFrame({"row": [2], "id": ["a"], "text": ["네"]})
        broken = [
            Broken(None, None, "TS.zip", "unreadable-archive", "cut off"),
            Broken(3, "b", "b.wav", "no-record", "no label record"),
        ]
        report = import_corpus(Given(Source(rows, [], broken=broken)), tmp_path / "c", workers=1)
        assert (report.read, report.kept) == (3, 1)
        assert report.quarantined == {"no-record": 1, "unreadable-archive": 1}
        assert "TS.zip" in report.notes[-1]

    def test_a_source_without_rows_is_told(self, tmp_path):
        rows = pl.DataFrame(schema={"row": pl.Int64, "id": pl.String})
        with pytest.raises(MalsoriError, match="has no rows"):
            import_corpus(Given(Source(rows, [])), tmp_path / "c", workers=1)


class TestSounds:
    def test_every_kept_utterance_with_audio_has_a_line(self, folder):
        report = bring(folder, *GOOD, *FIVE, "t,,네,bad", keep_text=True)
        sounds = report.corpus.sounds
        audible = report.corpus.utterances.filter(pl.col("audio").is_not_null())
        assert sounds["id"].to_list() == audible["id"].to_list() == ["a", "b", "c"]
        assert sounds["peak"].to_list() == pytest.approx([20 * np.log10(0.3)] * 3, abs=0.01)

    def test_the_digest_does_not_depend_on_them(self, folder):
        corpus = bring(folder, *GOOD).corpus
        (corpus.path / "sounds.parquet").unlink()
        without = Corpus.open(corpus.path)
        assert without.sounds.height == 0
        assert without.sounds.columns == corpus.sounds.columns
        assert without.digest == corpus.digest


# Each kind of row, the reason for which it is quarantined, and the same with keep_text.
KINDS = {
    "whole": ("wav/ok0.wav,네,good", None, None),
    "no label": ("wav/ok0.wav,네,", None, None),
    "text only": (",네,bad", None, None),
    "sound only": ("wav/ok1.wav,,bad", None, None),
    "nothing": (",,bad", "no-signal", "no-signal"),
    "cut off": ("wav/cut.wav,네,bad", "truncated", None),
    "cut off, mute": ("wav/cut.wav,,bad", "truncated", "truncated"),
    "a text": ("wav/text.wav,네,bad", "undecodable", None),
    "no samples": ("wav/zero.wav,네,bad", "empty", None),
    "gone": ("wav/gone.wav,네,bad", "missing", None),
    "short": ("wav/click.wav,네,bad", "too-short", None),
    "odd label": ("wav/ok0.wav,네,evil", "unknown-label", "unknown-label"),
    "odd in two ways": ("wav/gone.wav,네,evil", "unknown-label", "unknown-label"),
    "a field more": ("wav/ok0.wav,네,bad,!", "bad-row", "bad-row"),
}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None
)
@given(
    kinds=st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.booleans()), max_size=10),
    keep_text=st.booleans(),
)
def test_every_row_is_accounted_for(folder, kinds, keep_text):
    lines = ["first,wav/ok0.wav,네,good"]
    expected: dict[str, int] = {}
    for i, (kind, double) in enumerate(kinds):
        content, *reasons = KINDS[kind]
        lines.append(f"{'first' if double else f'u{i}'},{content}")
        reason = reasons[keep_text]
        if double and kind != "a field more":
            reason = "duplicate-id"
        if reason is not None:
            expected[reason] = expected.get(reason, 0) + 1
    report = bring(folder, *lines, keep_text=keep_text, overwrite=True)
    assert report.quarantined == expected
    assert report.read == len(lines) == report.kept + sum(report.quarantined.values())
    assert report.kept == report.corpus.utterances.height
    recorded = sum(report.quarantined.values()) + sum(report.text_only.values())
    assert report.corpus.quarantine.height == recorded
    assert report.corpus.utterances["audio"].null_count() == report.absent.get("speech", 0)


def test_every_kind_of_task_goes_into_a_corpus_and_comes_out_as_numbers(tmp_path):
    lines = [
        {"id": "a", "text": "네", "symptom": ["구토", "두통"], "valence": 4.5, "urgency": "상"},
        {"id": "b", "text": "네", "symptom": [], "valence": None, "urgency": "하"},
        {"id": "c", "text": "네", "symptom": None, "valence": "1", "urgency": None},
        {"id": "d", "text": "네", "symptom": "두통|발열", "valence": 2, "urgency": "하"},
        {"id": "e", "text": "네", "symptom": "두통", "valence": 5.5, "urgency": "하"},
    ]
    file = tmp_path / "calls.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    tasks = ["symptom=multilabel:두통,구토", "valence=regression:1..5", "urgency=ordinal:하,상"]
    report = import_corpus(Table(file, tasks=tasks), tmp_path / "corpus")
    assert report.quarantined == {"unknown-label": 2}
    assert report.unknown_labels == {"symptom": {"발열": 1}, "valence": {"5.5": 1}}
    assert report.missing_labels == {"symptom": 1, "valence": 1, "urgency": 1}
    details = report.corpus.quarantine["detail"].to_list()
    assert details[0].startswith("symptom: '발열' is no class")
    assert details[1] == "valence: 5.5 is not in the range from 1 to 5"
    corpus = Corpus.open(tmp_path / "corpus")
    assert corpus.utterances["label.symptom"].to_list() == [["두통", "구토"], [], None]
    assert corpus.labels("symptom").tolist() == [[1, 1], [0, 0], [-1, -1]]
    assert np.nan_to_num(corpus.labels("valence"), nan=-1).tolist() == [4.5, -1.0, 1.0]
    assert corpus.labels("urgency").tolist() == [1, 0, -1]
    assert corpus.digest == Corpus.open(tmp_path / "corpus").digest
