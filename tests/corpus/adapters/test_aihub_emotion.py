"""AI Hub 263 in its publisher's layout, and all that is odd in it."""

import unicodedata
import zipfile

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.adapters._emotion_tables import COLUMNS
from malsori.corpus.adapters._emotion_talks import rebuild
from malsori.corpus.adapters.aihub_emotion import AihubEmotion
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError
from malsori.schema import normal

CLASSES = ("happiness", "angry", "disgust", "fear", "neutral", "sadness", "surprise")
NAMES = {
    "new portal": ("4차년도", "5차년도", "5차년도_2차"),
    "old portal": ("4차_14606", "5차_10011", "5차년도_2차_19374"),
    "decomposed": tuple(unicodedata.normalize("NFD", n) for n in ("4차년도", "5차", "5차_2차")),
}


@pytest.fixture
def made(generator):
    return generator("aihub_emotion")


@pytest.fixture
def source(made, tmp_path):
    folder = tmp_path / "263"
    folder.mkdir()
    return made.write(folder)


def read(source, **options):
    return AihubEmotion(source, **options).read()


def shares(**votes):
    return [votes.get(name, 0) / sum(votes.values()) for name in CLASSES]


def by_id(source, column):
    return dict(zip(source.rows["id"].to_list(), source.rows[column].to_list(), strict=True))


def places(source):
    """Where the recordings lie, composed: on disk the folders may be decomposed."""
    return [normal(path) for path in source.rows["audio"].to_list()]


def expected(made):
    """Every row of the fixture as a corpus has it, without its recording and its raters."""
    a, b, c = made.A, made.B, made.C
    four, five, second = "4차년도", "5차년도", "5차년도_2차"
    man, woman = ("48", "male"), ("30대", "female")
    rows = [
        (a[0], four, man, "사과, 배를 샀어요", "happiness", "happiness",
         shares(angry=1, surprise=1, happiness=3), None, a[0], 0),
        (a[1], four, man, "그랬 구나", "sadness", "sadness",
         shares(happiness=2, sadness=3), None, a[0], 1),
        (a[2], four, man, "그래요", "neutral", None,
         shares(neutral=2, happiness=1, sadness=2), ["neutral", "sadness"], a[0], 2),
        (a[3], four, man, "네", "neutral", "neutral",
         shares(neutral=4, happiness=1), None, a[3], 0),
        (a[4], four, man, "아니요", "neutral", "neutral", shares(neutral=5), None, a[4], 0),
        (b[0], five, woman, "정말요?", "angry", "angry", shares(angry=4, fear=1), None, b[1], 1),
        (b[1], five, woman, "정말요?", "sadness", "sadness", shares(sadness=4), None, b[1], 0),
        (b[2], five, woman, "글쎄요", "짜증", None,
         shares(fear=2, disgust=2), ["disgust", "fear"], None, None),
        (c[0], second, man, '"좋아요"', "happiness", "happiness",
         shares(happiness=4, surprise=1), None, c[0], 0),
        (c[1], second, (None, "female"), "몰라요", "fear", "fear",
         shares(fear=3, sadness=2), None, c[1], 0),
    ]  # fmt: skip
    return [
        {
            "row": number,
            "id": name,
            "speaker": f"{release}/{age}/{gender}" if age else None,
            "dialogue": talk and f"{release}/{talk}",
            "turn": None if turn is None else str(turn),
            "text": text,
            "label.emotion": label,
            "soft.emotion": soft,
            "compound.emotion": tied,
            "meta.situation": situation,
            "meta.age": age,
            "meta.gender": gender,
            "meta.release": release,
        }
        for number, (
            name, release, (age, gender), text, situation, label, soft, tied, talk, turn
        ) in enumerate(rows, start=1)
    ]  # fmt: skip


class TestRows:
    @pytest.mark.parametrize("zipped", [False, True], ids=["unpacked", "zipped"])
    @pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
    @pytest.mark.parametrize("encodings", [("cp949",) * 3, ("utf-8", "utf-8-sig", "cp949")])
    def test_every_layout_gives_exactly_these_rows(self, made, tmp_path, zipped, names, encodings):
        headers = (made.HEADER, made.SPACED, made.HEADER)
        made.write_as(tmp_path, zipped=zipped, names=names, encodings=encodings, headers=headers)
        found = read(tmp_path)
        wanted = expected(made)
        rows = found.rows.select(list(wanted[0]))
        assert rows.to_dicts() == wanted
        recordings = {
            entry.rpartition("/")[2].rpartition("::")[2]
            for entry in found.rows["audio"].drop_nulls()
        }
        assert recordings == {f"{row['id']}.wav" for row in wanted}
        assert [(b.row, b.reason) for b in found.broken] == [(11, "bad-row"), (12, "no-record")]
        assert found.broken[0].detail == (
            f"{names[2]}.csv, line 4: 1 fields where the header has 15"
        )
        assert found.broken[1].id == made.STRAY
        assert found.read == 12

    def test_raters_keep_what_they_said(self, made, source):
        raters = by_id(read(source), "raters.emotion")
        assert [tuple(r.values()) for r in raters[made.A[2]]] == [
            ("1", "neutral", 0.0),
            ("2", "happiness", 1.0),
            ("3", "sadness", 1.0),
            ("4", "sadness", 1.0),
            ("5", "neutral", 0.0),
        ]
        odd = [tuple(r.values())[1:] for r in raters[made.B[2]]]
        assert odd == [(None, 1), ("fear", None), ("fear", 1), ("disgust", 1), ("disgust", None)]
        assert tuple(raters[made.B[1]][4].values()) == ("5", None, None)

    def test_the_task_has_seven_classes_with_their_other_spellings(self, source):
        (task,) = read(source).tasks
        assert (task.name, task.kind, task.classes) == ("emotion", "nominal", CLASSES)
        spelt = [" Anger", "sad", "HAPPY", "놀람"]
        assert [task.classes[task.index(word)] for word in spelt] == [
            "angry",
            "sadness",
            "happiness",
            "surprise",
        ]

    def test_what_was_mended_is_counted(self, source):
        assert read(source).repaired == {
            "text with tabs or line ends, made spaces": 1,
            "text with outer spaces, taken off": 1,
            "emotion written otherwise, such as Angry or sad": 4,
        }

    @pytest.mark.parametrize(
        "note",
        [
            "4차년도.csv is not UTF-8; read as CP949",
            "4차년도: 4 of 5 rows with a recording",
            "rule majority(3) decides 8 of 10 rows; soft.emotion and raters.emotion keep the votes",
            "1 rating is empty",
            "1 rating is no class ('모름': 1): no vote",
            "1 intensity is not 0, 1 or 2 ('7': 1): left out, the vote counts",
            "상황: 1 cell is not understood ('짜증': 1), kept as meta only",
            "1 row repeats a sentence of another row; 1 sentence has more than one label",
            "speakers are not told: 3 proxies of release, age and gender, each of which",
            "1 row has no age or gender, so no speaker",
            "6 conversations are rebuilt from the ids; a pause of more than 5 min ends one",
            "1 row has an id that is not 24 hexadecimal digits, so no conversation",
        ],
    )
    def test_what_was_met_is_told(self, source, note):
        assert any(n.startswith(note) for n in read(source).notes)

    def test_the_rate_of_the_recordings_is_told(self, source):
        (note,) = [n for n in read(source).notes if "48,000 Hz" in n]
        assert "frames of 400 samples every 160 are 8.3 and 3.3 ms there" in note


RULES = {
    "majority(3)": ["happiness", "sadness", None, "neutral", "neutral"],
    "intensity_sum": ["happiness", "sadness", "sadness", "happiness", "neutral"],
    "majority": ["happiness", "sadness", None, "neutral", "neutral"],
    "majority(4)": [None, None, None, "neutral", "neutral"],
    "situation": ["happiness", "sadness", "neutral", "neutral", "neutral"],
    "soft": ["happiness", "sadness", None, "neutral", "neutral"],
}


class TestRules:
    @pytest.mark.parametrize("rule", RULES)
    def test_the_five_vectors_by_each_rule(self, made, source, rule):
        found = read(source, rule=rule)
        labels = by_id(found, "label.emotion")
        assert [labels[name] for name in made.A] == RULES[rule]
        assert found.provenance["rule"] == rule
        assert by_id(found, "soft.emotion")[made.A[3]] == shares(neutral=4, happiness=1)

    def test_an_unknown_situation_decides_nothing(self, made, source):
        assert by_id(read(source, rule="situation"), "label.emotion")[made.B[2]] is None

    def test_a_rule_that_is_none(self, source):
        with pytest.raises(
            MalsoriError, match=r"no label rule 'majorty' \(did you mean 'majority'"
        ):
            AihubEmotion(source, rule="majorty")

    def test_some_classes_only(self, made, source):
        found = read(source, classes="sad, happiness,neutral,anger")
        assert found.tasks[0].classes == ("happiness", "angry", "neutral", "sadness")
        labels, soft = by_id(found, "label.emotion"), by_id(found, "soft.emotion")
        assert labels[made.C[1]] is None  # fear: of no class that is kept
        assert soft[made.C[1]] is None
        assert soft[made.A[0]] == pytest.approx([0.75, 0.25, 0, 0])
        assert [r["label"] for r in by_id(found, "raters.emotion")[made.A[0]]][:2] == [
            "angry",
            None,
        ]
        assert any(n.startswith("1 row of another class is not labelled") for n in found.notes)
        assert found.rows.height == 10

    @pytest.mark.parametrize(("classes", "message"), [("joy,sad", "joy"), ("sad", "2 classes")])
    def test_classes_that_are_none(self, source, classes, message):
        with pytest.raises(MalsoriError, match=message):
            AihubEmotion(source, classes=classes)


class TestConversations:
    @given(
        data=st.lists(
            st.tuples(st.integers(0, 3000), st.integers(1, 2), st.sampled_from(["48", "51"])),
            max_size=12,
        ),
        gap=st.sampled_from([0, 1.5, 5]),
    )
    def test_no_pause_in_one_is_longer_and_between_two_none_is_shorter(self, generator, data, gap):
        wav_id = generator("aihub_emotion").wav_id
        ids = [wav_id(second, process, i) for i, (second, process, _) in enumerate(data)]
        turns = rebuild(ids, [("4차년도", age) for _, _, age in data], gap)
        last = {}
        for (second, *group), turn in sorted(zip(data, turns, strict=True), key=lambda p: p[0][0]):
            before = last.get(tuple(group))
            if before is not None:
                same = second - before[0] <= 60 * gap
                assert (turn.talk == before[1].talk) == same
                assert turn.number == (before[1].number + 1 if same else 0)
            last[tuple(group)] = (second, turn)

    def test_a_longer_pause_is_allowed(self, made, source):
        talks = by_id(read(source, gap_minutes=6), "dialogue")
        assert len({talks[name] for name in made.A[:4]}) == 1
        assert talks[made.A[4]] != talks[made.A[3]]  # another recorder

    def test_a_shorter_one_cuts_more(self, made, source):
        found = read(source, gap_minutes=0.4)
        assert len({by_id(found, "dialogue")[name] for name in made.A}) == 5
        assert set(by_id(found, "turn").values()) == {"0", "1", None}

    def test_below_zero_is_no_pause(self, source):
        with pytest.raises(MalsoriError, match="gap_minutes is -1"):
            AihubEmotion(source, gap_minutes=-1)


class TestPartsOfIt:
    def test_some_releases_by_any_of_their_names(self, source):
        for names in ("5차_2차, 4차", ["5차년도_2차", "4차년도_14606"]):
            found = read(source, releases=names)
            assert set(found.rows["meta.release"]) == {"4차년도", "5차년도_2차"}
            assert found.provenance["releases"] == ["4차년도", "5차년도_2차"]
            assert "4 recordings are of no row that was read" in found.notes
        assert read(source, releases="all").rows.equals(read(source).rows)

    def test_one_table_finds_its_recordings(self, made, source):
        found = read(source / "5차년도.csv")
        assert found.rows["id"].to_list() == made.B
        assert found.audio_root == source.resolve()
        assert all("5차_wav/" in path for path in places(found))
        assert not found.broken

    def test_recordings_that_lie_elsewhere(self, made, source, tmp_path):
        (source / "5차년도.csv").rename(tmp_path / "mine.csv")
        found = read(tmp_path / "mine.csv", audio_root=str(source))
        assert found.audio_root == source.resolve()
        assert set(found.rows["meta.release"]) == {"mine"}
        assert all("5차_wav/" in path for path in places(found))
        with pytest.raises(MalsoriError, match="nowhere is not a folder"):
            read(tmp_path / "mine.csv", audio_root=str(tmp_path / "nowhere"))

    def test_tables_alone_are_text(self, made, tmp_path):
        (tmp_path / "4차년도.csv").write_bytes(made.table(made.FOURTH, made.HEADER, "cp949"))
        found = read(tmp_path)
        assert "audio" not in found.rows.columns
        assert found.audio_root is None
        assert any("the rows are text only" in note for note in found.notes)
        report = import_corpus(AihubEmotion(tmp_path), tmp_path.parent / "corpus", workers=1)
        assert (report.read, report.kept) == (5, 5)

    def test_all_in_one_archive_with_tabs_between(self, made, source, tmp_path):
        tabs = [[cell.replace("\t", " ") for cell in row] for row in made.FOURTH]
        lines = ["\t".join(row) for row in [made.HEADER, *tabs]]
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            archive.writestr("263/4차년도.csv", "\n".join(lines))
            for file in source.glob("4*/*.wav"):
                archive.write(file, f"263/4차_wav/{file.name}")
        found = read(tmp_path / "all.zip")
        assert found.rows["text"].to_list() == [row["text"] for row in expected(made)[:5]]
        assert found.rows["audio"][0] == f"all.zip::263/4차_wav/{made.A[0]}.wav"
        assert list(found.provenance["sha256"]) == ["all.zip::263/4차년도.csv"]

    def test_an_unpacked_recording_goes_before_the_archived(self, made, source):
        with zipfile.ZipFile(source / "4차년도.zip", "w") as archive:
            archive.writestr(f"{made.A[0]}.wav", b"")
        found = read(source)
        assert places(found)[0] == f"4차_wav/{made.A[0]}.wav"
        assert "1 recording is there more than once; unpacked ones are taken" in found.notes

    def test_an_archive_that_is_cut_off(self, source):
        (source / "5차년도_2차.zip").write_bytes(b"PK\3\4")
        (broken,) = [b for b in read(source).broken if b.reason == "unreadable-archive"]
        assert (broken.row, broken.file) == (12, "5차년도_2차.zip")


class TestBadInput:
    def test_columns_that_are_missing_are_named(self, made, tmp_path):
        file = tmp_path / "4차년도.csv"
        file.write_bytes(made.table([["a", "b"]], ["wav_id", "발화문"], "cp949"))
        wanted = r"lacks 상황, 1번감정, 1번감정세기, .*성별; its columns are wav_id, 발화문"
        with pytest.raises(MalsoriError, match=wanted):
            read(tmp_path)

    @pytest.mark.parametrize("column", COLUMNS.values())
    def test_each_column_is_needed(self, made, tmp_path, column):
        without = [i for i, h in enumerate(made.HEADER) if h.replace(" ", "") != column]
        rows = [[row[i] for i in without] for row in [made.HEADER, *made.FOURTH]]
        (tmp_path / "4차년도.csv").write_bytes(made.table(rows[1:], rows[0], "cp949"))
        wanted = "no column wav_id in 4차년도.csv" if column == "wav_id" else f"lacks {column};"
        with pytest.raises(MalsoriError, match=wanted):
            read(tmp_path)

    def test_a_folder_without_tables(self, tmp_path):
        with pytest.raises(MalsoriError, match=r"holds no table of AI Hub 263 .*5차년도_2차.csv"):
            read(tmp_path)

    def test_a_release_that_is_not_there(self, source):
        (source / "4차년도.csv").unlink()
        with pytest.raises(MalsoriError, match=r"no table of release 4차년도 .*5차년도"):
            read(source, releases="4차")

    def test_two_tables_of_one_release(self, made, source):
        (source / "5차_10011.csv").write_bytes(made.table(made.FIFTH, made.HEADER, "utf-8"))
        with pytest.raises(MalsoriError, match=r"2 tables of 5차년도: 5차_10011.csv, 5차년도.csv"):
            read(source)

    def test_a_release_s_file_that_is_no_table_is_told(self, source):
        (source / "5차년도_counts.csv").write_text("emotion,n\nsad,3\n")
        assert "not read, because without column wav_id: 5차년도_counts.csv" in read(source).notes

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
    def test_what_a_spreadsheet_saves_is_read(self, made, tmp_path, encoding):
        (tmp_path / "4차년도.csv").write_bytes(made.table(made.FOURTH, made.HEADER, encoding))
        assert read(tmp_path).rows["text"].to_list() == [r["text"] for r in expected(made)[:5]]

    def test_another_encoding_has_to_be_named(self, made, tmp_path):
        file = tmp_path / "4차년도.csv"
        file.write_bytes(made.table(made.FOURTH, made.HEADER, "utf-8").replace(b"\xec", b"\xff", 1))
        with pytest.raises(MalsoriError, match=r"4차년도.csv:1: not UTF-8"):
            read(tmp_path)


@pytest.mark.parametrize("zipped", [False, True], ids=["unpacked", "zipped"])
def test_imported_rows_and_quarantine_add_up(made, tmp_path, zipped):
    folder = tmp_path / "263"
    folder.mkdir()
    made.write_as(
        folder,
        zipped=zipped,
        names=NAMES["old portal"],
        encodings=("cp949",) * 3,
        headers=(made.HEADER,) * 3,
    )
    report = import_corpus(AihubEmotion(folder), tmp_path / "corpus", workers=1)
    assert (report.read, report.kept) == (12, 9)
    assert report.quarantined == {"bad-row": 1, "missing": 1, "no-record": 1}
    assert report.missing_labels == {"emotion": 2}
    rows = report.corpus.utterances
    assert rows["id"].to_list() == [*made.A[:4], *made.B, *made.C]
    assert rows["sample_rate"].to_list() == [48_000] * 9
    assert rows["duration"].to_list() == [0.3] * 9
    assert rows["audio_hash"].n_unique() == 9
    assert rows.filter(pl.col("dialogue").str.ends_with(made.A[0]))["turn"].to_list() == [0, 1, 2]
