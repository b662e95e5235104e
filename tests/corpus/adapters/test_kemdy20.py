import shutil
from collections import Counter

import polars as pl
import pytest

from malsori.corpus.adapters.kemdy20 import Kemdy20
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError

# Row, id, speaker, dialogue, turn, emotion, its tied ones, valence, arousal, text.
ROWS = [
    (1, "Sess01_script01_User002M_001", "User002M", "Sess01_script01", "1", "neutral", None,
     "3.2", "2.1", "네, 안녕하세요."),
    (2, "Sess01_script01_User001F_001", "User001F", "Sess01_script01", "2", None,
     ["neutral", "happy"], "3.5", "3", "그 그래서 정말 좋았어요"),
    (3, "Sess01_script01_User001F_002", "User001F", "Sess01_script01", "3", None,
     ["neutral", "happy"], "3.4", "3", "음 그렇죠, 네"),
    (4, "Sess01_script02_User001F_001", "User001F", "Sess01_script02", "1", "disgust", None,
     "2", "3.3", None),
    (5, "Sess01_script02_User002M_001", "User002M", "Sess01_script02", "2", "disgust", None,
     "2", "3", None),
    (6, "Sess02_script01_User003F_001", "User003F", "Sess02_script01", "1", None,
     ["happy", "angry", "sad"], "2.5", "3.5", "두 번째"),
    (7, "Sess02_script01_User004M_001", "User004M", "Sess02_script01", "2", "surprise", None,
     "3", "4.4", "카"),
    (8, "Sess02_script01_User004M_002", "User004M", "Sess02_script01", "3", "fear", None,
     "2", "4", "무서워요"),
    (9, "Sess02_script01_User003F_001", "User003F", "Sess02_script01", "4", "sad", None,
     "2", "2", "두 번째"),
    (11, "Sess03_script06_User005F_001", "User005F", "Sess03_script06", "1", "bored", None,
     "2", "2", "지루해"),
    (12, "Sess03_script06_User006M_001", "User006M", "Sess03_script06", "2", None, None,
     None, None, "비어 있음"),
    (13, "Sess03_script06_User005F_002", "User005F", "Sess03_script06", "3", "sad", None,
     "1.9", "2.2", "둘째 줄이 있어요"),
]  # fmt: skip
COLUMNS = [
    "row", "id", "speaker", "dialogue", "turn", "label.emotion", "compound.emotion",
    "label.valence", "label.arousal", "text",
]  # fmt: skip
EMOTIONS = (
    "emotion by Total Evaluation: 7 of 12 rows have one emotion, 2 are ties of neutral with one "
    "other, 1 is another tie, 1 has a word that is no emotion, 1 is undecided or blank; a tie has "
    "no label, its emotions are in compound.emotion"
)
NOTES = [
    EMOTIONS,
    "11 answers of raters are no emotion, or no number: taken as not given",
    "transcript with nothing but markers: 1 row",
    "no transcript (.txt): 1 row",
]
BIO = "bio-signals are there and are not read: EDA 3, TEMP 3, IBI 3 files"
QUARANTINED = {"bad-row": 1, "duplicate-id": 1, "missing": 1, "no-record": 1, "unknown-label": 1}


@pytest.fixture
def fixture(generator):
    return generator("kemdy20")


@pytest.fixture
def root(fixture, tmp_path):
    return fixture.write(tmp_path)


def only(source, key):
    return source.rows.row(by_predicate=pl.col("id") == key, named=True)


class TestRows:
    @pytest.mark.parametrize("how", ["write", "write_zipped"])
    def test_exactly_these(self, fixture, tmp_path, how):
        source = Kemdy20(getattr(fixture, how)(tmp_path)).read()
        assert source.rows.select(COLUMNS).rows() == ROWS
        for row in source.rows.iter_rows(named=True):
            session, script = row["dialogue"].split("_")
            folder = f"wav/Session{session[-2:]}"
            zipped = how == "write_zipped" and row["id"] != fixture.NO_WAV
            assert row["audio"] == f"{folder}{'.zip::' if zipped else '/'}{row['id']}.wav"
            assert (row["call"], row["meta.session"], row["meta.script"]) == (
                session, session, script
            )  # fmt: skip
            assert row["meta.gender"] == row["speaker"][-1]
        assert source.notes[:4] == NOTES
        assert source.notes[4:] == ([BIO] if how == "write" else [])
        assert source.repaired == {
            "Segment ID with another session's prefix": 1,
            "emotion 'disqust' read as disgust": 1,
        }
        assert [(b.row, b.id, b.reason) for b in source.broken] == [
            (10, None, "bad-row"),
            (14, fixture.NO_LINE, "no-record"),
        ]
        assert source.broken[0].detail.endswith(
            "Sess02_eval.csv:7: 2 cells where the header has 37"
        )

    @pytest.mark.parametrize("how", ["write", "write_zipped"])
    def test_import_keeps_nine_of_fourteen(self, fixture, tmp_path, how):
        adapter = Kemdy20(getattr(fixture, how)(tmp_path))
        report = import_corpus(adapter, tmp_path / "corpus", workers=1)
        assert (report.read, report.kept, report.quarantined) == (14, 9, QUARANTINED)
        rows = report.corpus.utterances
        assert rows["id"].to_list() == [row[1] for row in ROWS if row[0] not in {8, 9, 11}]
        assert rows["label.valence"].to_list() == [3.2, 3.5, 3.4, 2, 2, 2.5, 3, None, 1.9]
        assert rows["sample_rate"].unique().to_list() == [16000]

    def test_ten_raters(self, root):
        source = Kemdy20(root).read()
        raters = only(source, "Sess01_script01_User002M_001")["raters.emotion"]
        assert [r["rater"] for r in raters[:2]] == ["Eval01F", "Eval02M"]
        assert Counter(r["label"] for r in raters) == {"neutral": 8, "happy": 1, "sad": 1}
        assert all(r["intensity"] is None for r in raters)
        # One rater gave none, one a word that is none, and one two of them.
        raters = only(source, "Sess02_script01_User004M_001")["raters.emotion"]
        assert [(r["rater"], r["label"]) for r in raters[7:]] == [
            ("Eval10M", "neutral"),
            ("Eval10M", "happy"),
        ]
        valence = only(source, "Sess02_script01_User004M_001")["raters.valence"]
        assert [r["label"] for r in valence] == ["1", "2", "3", "4", "5", "1", "2", "4", "5"]

    def test_soft_is_the_share_of_votes_in_class_order(self, root):
        source = Kemdy20(root).read()
        assert only(source, "Sess01_script01_User002M_001")["soft.emotion"] == [
            0.8, 0.1, 0, 0, 0.1, 0, 0,
        ]  # fmt: skip
        assert only(source, "Sess03_script06_User005F_001")["soft.emotion"] is None


class TestOptions:
    def test_raw_transcripts_keep_their_markers(self, root):
        rows = Kemdy20(root, transcripts="raw").read().rows
        assert rows["text"].to_list()[:4] == [
            "c/ 네, b/ 안녕하세요.",
            "n/ 그+ 그래서 *정말 (웃음) 좋았어요",
            "l/ 음/ 그렇죠, 네",
            "c/ (웃음 (크게)) b/",
        ]

    def test_rsa_cfn_cuts_at_the_first_comma(self, root):
        rows = Kemdy20(root, transcripts="rsa_cfn").read().rows
        assert rows["text"].to_list()[:3] == [
            "c/ 네",
            "n/ 그+ 그래서 *정말 (웃음) 좋았어요",
            "l/ 음/ 그렇죠",
        ]
        assert rows["text"].to_list()[-1] == "둘째 줄이"

    def test_a_rule_over_the_raters(self, root):
        source = Kemdy20(root, rule="majority(9)").read()
        labels = dict(source.rows.select("id", "label.emotion").rows())
        assert labels["Sess01_script01_User002M_001"] is None  # eight of ten
        assert labels["Sess01_script02_User001F_001"] == "disgust"  # nine
        assert labels["Sess03_script06_User005F_002"] == "sad"
        ties = source.rows.filter(pl.col("row") == 2)["compound.emotion"].to_list()
        assert ties == [["neutral", "happy"]]
        assert source.notes[0].startswith("emotion by majority(9) of the raters: 4 of 12 rows have")

    def test_majority_by_itself(self, root):
        rows = Kemdy20(root, rule="majority").read().rows
        assert rows["label.emotion"].to_list() == [
            *("neutral", None, None, "disgust", "disgust", None),
            *("surprise", "fear", "sad", None, None, "sad"),
        ]  # fmt: skip

    @pytest.mark.parametrize("rule", ["intensity_sum", "situation"])
    def test_a_rule_that_needs_what_is_not_there(self, tmp_path, rule):
        with pytest.raises(MalsoriError, match="KEMDy20 has none") as caught:
            Kemdy20(tmp_path, rule=rule)
        assert "majority" in caught.value.hint

    def test_no_such_rule(self, tmp_path):
        with pytest.raises(MalsoriError, match="no label rule 'majorty'"):
            Kemdy20(tmp_path, rule="majorty")


class TestParts:
    def test_a_copy_that_starts_later(self, root):
        shutil.rmtree(root / "wav" / "Session01")
        (root / "annotation" / "Sess01_eval.csv").unlink()
        source = Kemdy20(root).read()
        assert source.rows["id"].to_list() == [row[1] for row in ROWS[5:]]
        assert source.rows["row"].to_list() == [1, 2, 3, 4, 6, 7, 8]
        assert source.read == 9

    def test_recordings_without_their_annotation_file(self, root, tmp_path):
        (root / "annotation" / "Sess03_eval.csv").unlink()
        report = import_corpus(Kemdy20(root), tmp_path / "corpus", workers=1)
        assert report.quarantined["no-record"] == 4
        assert report.read == report.kept + sum(report.quarantined.values()) == 14

    def test_annotation_without_a_sessions_recordings(self, root, tmp_path):
        shutil.rmtree(root / "wav" / "Session01")
        report = import_corpus(Kemdy20(root), tmp_path / "corpus", workers=1)
        assert report.quarantined["missing"] == 6
        assert report.read == 14

    def test_an_archive_beside_its_unpacked_copy_is_read_once(self, fixture, root):
        fixture.pack(root / "annotation", root / "annotation.zip")
        fixture.pack(root / "wav" / "Session03", root / "wav" / "Session03.zip")
        source = Kemdy20(root).read()
        assert source.rows.select(COLUMNS).rows() == ROWS
        assert not source.rows["audio"].str.contains("::").any()
        assert "7 files are there twice (unpacked and in an archive): read once" in source.notes

    def test_an_archive_that_was_cut_off_is_told_of(self, fixture, root, tmp_path):
        archive = fixture.pack(root / "wav" / "Session03", root / "wav" / "Session03.zip")
        shutil.rmtree(root / "wav" / "Session03")
        archive.write_bytes(archive.read_bytes()[:200])
        report = import_corpus(Kemdy20(root), tmp_path / "corpus", workers=1)
        assert report.quarantined["unreadable-archive"] == 1
        assert report.quarantined["missing"] == 3  # two rows of session 3, and the one before
        assert report.read == report.kept + sum(report.quarantined.values()) == 14

    def test_a_flat_copy_with_the_kind_before_each_name(self, root, tmp_path):
        flat = tmp_path / "flat"
        flat.mkdir()
        for file in root.rglob("Sess*"):
            if file.suffix in {".csv", ".wav", ".txt"} and file.parts[-2][:4] in {"anno", "Sess"}:
                if "EDA" in file.parts or "TEMP" in file.parts or "IBI" in file.parts:
                    continue
                kind = "wav" if "wav" in file.parts else "annotation"
                shutil.copy(file, flat / f"{kind}_{file.name}")
        source = Kemdy20(flat).read()
        assert source.rows.select(COLUMNS).rows() == ROWS

    def test_no_recordings_at_all(self, root):
        shutil.rmtree(root / "wav")
        with pytest.raises(MalsoriError, match=r"KEMDy20_v1_1 holds no \.wav"):
            Kemdy20(root).read()

    def test_another_corpus(self, generator, tmp_path):
        with pytest.raises(MalsoriError, match="holds no annotation of KEMDy20") as caught:
            Kemdy20(generator("kemdy19").write(tmp_path)).read()
        assert "annotation and wav" in caught.value.hint


@pytest.mark.slow
def test_the_published_counts(fixture, tmp_path):
    source = Kemdy20(fixture.write_published(tmp_path, samples=1)).read()
    labels = Counter(source.rows["label.emotion"].drop_nulls())
    assert labels == {
        "neutral": 11120, "happy": 1183, "surprise": 156, "angry": 144, "sad": 121, "disgust": 61,
        "fear": 43,
    }  # fmt: skip
    compound = [tuple(members) for members in source.rows["compound.emotion"].drop_nulls()]
    tied = Counter(m[1] for m in compound if len(m) == 2 and m[0] == "neutral")
    assert tied == {
        "happy": 345, "angry": 83, "surprise": 56, "sad": 71, "fear": 17, "disgust": 40
    }  # fmt: skip
    assert (source.read, len(compound), tied.total()) == (13462, 634, 612)
    assert "12,828 of 13,462 rows have one emotion, 612 are ties of neutral" in source.notes[0]
    assert source.rows["speaker"].n_unique() == 80
    # The raters agree with the totals: their most frequent emotions are the same.
    classes = source.tasks[0].classes
    for label, tie, soft in source.rows.select(
        f"{family}.emotion" for family in ("label", "compound", "soft")
    ).rows():
        winners = [c for c, share in zip(classes, soft, strict=True) if share == max(soft)]
        assert winners == (tie or [label])
