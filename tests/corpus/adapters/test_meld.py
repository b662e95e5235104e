"""MELD in its publisher's layout, and all that is odd in it."""

import shutil
import subprocess
import zipfile

import pytest

from malsori.corpus.adapters._meld_clips import how_to_extract
from malsori.corpus.adapters.meld import Meld
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError

ROWS = [
    (1, "train", 0, 0, "Chandler", "It’s “odd”, isn’t it…", "neutral", "neutral", "8", "21",
     "976.059", "981.731"),
    (2, "train", 0, 1, "The Interviewer", "That is right.", "neutral", "neutral", "8", "21",
     "981.940", "981.946"),
    (3, "train", 1, 0, "Joey", 'He said "no" — loudly', "surprise", "negative", "8", "21",
     "983.442", "1024.442"),
    (4, "train", 1, 1, "Joey", "Good!", "Anger ", "negative", "8", "21", "soon", "1025.000"),
    (5, "dev", 0, 0, "Phoebe", "Oh my, he’s lost it.", "sadness", "negative", "4", "7",
     "1257.256", "1250.049"),
    (6, "dev", 0, 1, "Monica", "What?", "surpised", "negative", "4", "7", "1261.927", "1263.261"),
    (8, "test", 0, 0, "Mark", "Why do all you’re coffee mugs have numbers?", "surprise",
     "positive", "3", "19", "878.127", "880.378"),
    (9, "test", 0, 1, "Rachel", "Yeah?", "fear", "negative", "3", "19", "881.000", "882.000"),
    (10, "test", 0, 2, "Monica", "Ew.", "disgust", "negative", "3", "19", "883.000", "884.000"),
]  # fmt: skip
FOLDERS = {
    "train": "train_splits",
    "dev": "dev_splits_complete",
    "test": "output_repeated_splits_test",
}
OURS = {"train": "train", "dev": "validation", "test": "test"}


@pytest.fixture
def made(generator):
    return generator("meld")


@pytest.fixture
def source(made, tmp_path):
    folder = tmp_path / "MELD.Raw"
    folder.mkdir()
    return made.write(folder)


def read(source, **options):
    return Meld(source, **options).read()


def expected(suffix=".wav", folders=FOLDERS):
    return [
        {
            "row": row,
            "id": f"{split}-dia{dialogue}_utt{utterance}",
            "speaker": speaker,
            "dialogue": f"{split}-dia{dialogue}",
            "turn": str(utterance),
            "split": OURS[split],
            "text": text,
            "label.emotion": emotion,
            "label.sentiment": sentiment,
            "meta.season": season,
            "meta.episode": episode,
            "meta.start": start,
            "meta.end": end,
            "audio": f"{folders[split]}/dia{dialogue}_utt{utterance}{suffix}",
        }
        for (
            row, split, dialogue, utterance, speaker, text, emotion, sentiment, season, episode,
            start, end,
        ) in ROWS
    ]  # fmt: skip


class TestRows:
    @pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
    def test_the_layout_gives_exactly_these_rows(self, made, tmp_path, encoding):
        made.write_tables(tmp_path, encoding)
        made.write_clips(tmp_path)
        found = read(tmp_path)
        assert found.rows.to_dicts() == expected()
        assert [(b.row, b.id, b.reason) for b in found.broken] == [
            (7, None, "bad-row"),
            (11, "dia66_utt9", "no-record"),
        ]
        assert found.broken[0].detail == (
            "dev_sent_emo.csv, line 4: ids 'x' and '1' are no whole numbers"
        )
        assert found.read == 11
        western = [n for n in found.notes if n.endswith("is not UTF-8; read as cp1252")]
        assert len(western) == (3 if encoding == "cp1252" else 0)

    def test_an_odd_byte_makes_a_table_in_utf8_no_other_encoding(self, made, tmp_path):
        data = made.table(made.TRAIN * 2, "utf-8").replace(b"loudly", b"\x97 loudly", 1)
        (tmp_path / "train_sent_emo.csv").write_bytes(data)
        found = read(tmp_path)
        assert found.rows["text"][0] == "It’s “odd”, isn’t it…"
        assert any("line 4: byte 0x97 is none" in b.detail for b in found.broken)

    def test_wrongly_decoded_characters_are_put_right(self, made, tmp_path):
        data = made.table(made.DEV, "cp1252").decode("latin-1").encode("utf-8")
        (tmp_path / "dev_sent_emo.csv").write_bytes(data)
        found = read(tmp_path)
        assert found.rows["text"][0] == "Oh my, he’s lost it."
        assert found.repaired == {"characters of cp1252 put right": 1}

    def test_tasks(self, source):
        emotion, sentiment = read(source).tasks
        assert emotion.classes == (
            "neutral", "joy", "sadness", "anger", "surprise", "fear", "disgust",
        )  # fmt: skip
        assert sentiment.classes == ("negative", "neutral", "positive")
        assert {emotion.kind, sentiment.kind} == {"nominal"}

    def test_what_was_mended_and_met_is_told(self, source):
        found = read(source)
        odd = "1 shorter than 0.1 s, 1 longer than 30 s, 1 not understood, 1 reversed"
        assert found.repaired == {"outer spaces taken off": 1}
        assert found.notes[3:] == [
            "train: 3 of 4 rows with a recording",
            "dev: 2 of 2 rows with a recording",
            "test: 3 of 3 rows with a recording",
            f"times of the episode (meta.start, meta.end): {odd}",
        ]

    def test_without_season_and_times(self, made, tmp_path):
        rows = [row[1:7] for row in made.TEST]
        data = made.table(rows, header=made.HEADER[1:7])
        (tmp_path / "test_sent_emo.csv").write_bytes(data)
        found = read(tmp_path)
        assert found.rows["meta.start"].to_list() == [None] * 3
        assert not any("times of the episode" in note for note in found.notes)


class TestClips:
    @pytest.mark.parametrize(
        "folders",
        [
            {"train": "train/train_splits", "dev": "dev/wav", "test": "test/wav"},
            {"train": "audio_train", "dev": "audio_val", "test": "audio_TEST"},
        ],
    )
    def test_other_folders_named_after_splits(self, made, tmp_path, folders):
        made.write_tables(tmp_path)
        made.write_clips(tmp_path, suffix=".flac", folders=folders)
        wanted = expected(".flac", folders)
        wanted[3]["audio"] = "train_splits/dia1_utt1.wav"  # is missing
        assert read(tmp_path).rows.to_dicts() == wanted

    def test_of_folders_in_folders_the_nearest_counts(self, made, tmp_path):
        made.write_tables(tmp_path)
        made.write_clips(tmp_path / "training_data")
        assert read(tmp_path).rows["audio"][5] == "training_data/dev_splits_complete/dia0_utt1.wav"

    def test_clips_in_no_such_folder_belong_to_the_only_split(self, made, tmp_path):
        made.write_tables(tmp_path, splits=["test"])
        for name in made.CLIPS["test"]:
            (tmp_path / f"{name}.wav").write_bytes(made.sound(1))
        assert read(tmp_path).rows["audio"].to_list() == [
            "dia0_utt0.wav",
            "dia0_utt1.wav",
            "dia0_utt2.wav",
        ]
        made.write_tables(tmp_path, splits=["dev"])
        found = read(tmp_path)
        assert "audio" not in found.rows.columns
        assert "3 recordings lie in no folder named after a split, so not read" in found.notes

    def test_recordings_that_lie_elsewhere(self, made, tmp_path):
        tables, sounds = tmp_path / "tables", tmp_path / "sounds"
        tables.mkdir()
        made.write_tables(tables)
        made.write_clips(sounds)
        found = read(tables, audio_root=str(sounds))
        assert found.rows.to_dicts() == expected()
        assert found.audio_root == sounds.resolve()

    def test_in_an_archive(self, made, source, tmp_path):
        with zipfile.ZipFile(tmp_path / "MELD.zip", "w") as archive:
            for file in source.rglob("*"):
                archive.write(file, file.relative_to(tmp_path))
        rows = expected()
        for row in rows:
            row["audio"] = f"MELD.zip::MELD.Raw/{row['audio']}"
        rows[3]["audio"] = "train_splits/dia1_utt1.wav"
        assert read(tmp_path / "MELD.zip").rows.to_dicts() == rows


class TestVideo:
    @pytest.fixture
    def videos(self, made, tmp_path):
        folder = tmp_path / "MELD.Raw"
        folder.mkdir()
        made.write_tables(folder)
        made.write_clips(folder, suffix=".mp4")
        return folder

    def test_it_says_how_to_extract_the_sound(self, videos):
        (note,) = [n for n in read(videos).notes if "ffmpeg" in n]
        assert note.startswith("8 clips are there as video only, which is not read; ")
        assert note.endswith(how_to_extract(videos))

    def test_no_row_is_kept_without_being_asked(self, videos, tmp_path):
        with pytest.raises(
            MalsoriError, match=r"none of the 10 rows .*8 missing.*ffmpeg .*--keep-text"
        ):
            import_corpus(Meld(videos), tmp_path / "corpus", workers=1)

    def test_rows_are_kept_as_text_if_asked(self, videos, tmp_path):
        report = import_corpus(Meld(videos), tmp_path / "corpus", workers=1, keep_text=True)
        assert (report.read, report.kept) == (10, 8)
        assert report.text_only == {"missing": 8}
        assert [note.count("ffmpeg") for note in report.notes if "ffmpeg" in note] == [1]

    def test_the_line_that_extracts_it_runs(self, videos, tmp_path, monkeypatch):
        # Stands for ffmpeg: it writes what it was called with where it was told to.
        fake = tmp_path / "bin" / "ffmpeg"
        fake.parent.mkdir()
        fake.write_text('#!/bin/sh\nfor out; do :; done\necho "$*" > "$out"\n')
        fake.chmod(0o755)
        monkeypatch.setenv("PATH", str(fake.parent), prepend=":")
        spaced = videos.rename(tmp_path / "it's MELD")
        shell = shutil.which("sh")
        subprocess.run([shell, "-c", how_to_extract(spaced)], check=True)
        written = sorted(p.relative_to(spaced).as_posix() for p in spaced.rglob("*.wav"))
        assert written == sorted(
            f"{FOLDERS[s]}/dia{d}_utt{u}.wav"
            for s, d, u in [
                ("train", 0, 0), ("train", 0, 1), ("train", 1, 0), ("dev", 0, 0), ("dev", 0, 1),
                ("dev", 66, 9), ("test", 0, 0), ("test", 0, 1), ("test", 0, 2),
            ]
        )  # fmt: skip
        called = (spaced / "train_splits/dia0_utt0.wav").read_text()
        assert called.startswith("-nostdin -v error -n -i ")
        assert "-vn -ac 1 -ar 16000" in called

    def test_some_sound_beside_it(self, made, videos):
        (videos / "train_splits" / "dia0_utt0.wav").write_bytes(made.sound(1))
        notes = read(videos).notes
        assert "train: 1 of 4 rows with a recording" in notes
        assert any(note.startswith("7 clips are there as video only") for note in notes)


class TestPartsOfIt:
    def test_one_split(self, made, tmp_path):
        made.write_tables(tmp_path, splits=["dev"])
        found = read(tmp_path)
        assert found.rows["id"].to_list() == ["dev-dia0_utt0", "dev-dia0_utt1"]
        assert found.notes[0] == "no train_sent_emo.csv and no test_sent_emo.csv: a part of MELD"
        assert f"there is no clip below {tmp_path}: the rows are text only" in found.notes
        assert found.audio_root is None

    def test_one_table_finds_its_clips_only(self, source):
        found = read(source / "test_sent_emo.csv")
        wanted = [row | {"row": i} for i, row in enumerate(expected()[6:], start=1)]
        assert found.rows.to_dicts() == wanted
        assert not found.broken

    def test_of_two_copies_the_upper_one(self, made, source):
        (source / "data").mkdir()
        (source / "data" / "dev_sent_emo.csv").write_bytes(made.table(made.TRAIN))
        found = read(source)
        assert found.rows.to_dicts() == expected()
        assert "data/dev_sent_emo.csv is left out for dev_sent_emo.csv" in found.notes

    def test_an_archive_that_is_cut_off(self, source):
        (source / "train.zip").write_bytes(b"PK\3\4")
        assert ("unreadable-archive", "train.zip") in [
            (b.reason, b.file) for b in read(source).broken
        ]


class TestBadInput:
    def test_a_folder_without_tables(self, tmp_path):
        wanted = r"no table of MELD: no train_sent_emo.csv, no dev_.* \(give the folder with"
        with pytest.raises(MalsoriError, match=wanted):
            read(tmp_path)

    def test_archives_that_are_not_unpacked(self, tmp_path):
        (tmp_path / "train.tar.gz").touch()
        with pytest.raises(MalsoriError, match=r"\(unpack train.tar.gz first, with tar -xf\)"):
            read(tmp_path)

    @pytest.mark.parametrize(
        "column", ["Utterance", "Speaker", "Emotion", "Sentiment", "Dialogue_ID", "Utterance_ID"]
    )
    def test_a_missing_column_is_named(self, made, tmp_path, column):
        keep = [i for i, name in enumerate(made.HEADER) if name != column]
        rows = [[row[i] for i in keep] for row in [made.HEADER, *made.DEV]]
        (tmp_path / "dev_sent_emo.csv").write_bytes(made.table(rows[1:], header=rows[0]))
        with pytest.raises(MalsoriError, match=f"dev_sent_emo.csv lacks {column}; its columns are"):
            read(tmp_path)

    def test_a_byte_of_no_encoding(self, made, tmp_path):
        data = made.table(made.DEV).replace(b"\x92", b"\x81")
        (tmp_path / "dev_sent_emo.csv").write_bytes(data)
        with pytest.raises(MalsoriError, match=r"dev_sent_emo.csv:2: not cp1252 \(byte 0x81\)"):
            read(tmp_path)


def test_imported_rows_and_quarantine_add_up(source, tmp_path):
    report = import_corpus(Meld(source), tmp_path / "corpus", workers=1)
    assert (report.read, report.kept) == (11, 7)
    assert report.quarantined == {"bad-row": 1, "missing": 1, "no-record": 1, "unknown-label": 1}
    assert report.unknown_labels == {"emotion": {"surpised": 1}}
    rows = report.corpus.utterances
    assert rows["id"].to_list() == [
        "train-dia0_utt0", "train-dia0_utt1", "train-dia1_utt0", "dev-dia0_utt0",
        "test-dia0_utt0", "test-dia0_utt1", "test-dia0_utt2",
    ]  # fmt: skip
    assert rows["start"].null_count() == rows["end"].null_count() == 7
    assert rows["duration"].to_list() == [0.3] * 7
    assert rows["turn"].to_list() == [0, 1, 0, 0, 0, 1, 2]
