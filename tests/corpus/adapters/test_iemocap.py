import shutil

import polars as pl
import pytest

from malsori.corpus.adapters._iemocap import CODES
from malsori.corpus.adapters.iemocap import Iemocap
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError

# Row, id, speaker, turn, emotion, valence, activation, dominance, text.
ROWS = [
    (1, "Ses01F_impro01_F000", "Ses01F", "1", "neu", "2.5000", "2.5000", "2.5000", "Excuse me."),
    (2, "Ses01F_impro01_M000", "Ses01M", "3", "exc", "4.0000", "4.5000", None,
     "Do you have your forms?"),
    (3, "Ses01F_impro01_M001", "Ses01M", "2", None, None, "3.0000", "3.0000", None),
    (4, "Ses01F_impro01_F002", "Ses01F", "4", "bor", "2.5000", "2.5000", "2.5000", "Yeah."),
    (6, "Ses05M_script01_1b_F000", "Ses05F", "1", "hap", "4.0000", "3.0000", "3.0000",
     "So early."),
    (7, "Ses05M_script01_1b_M000", "Ses05M", "2", "fru", "2.0000", "3.5000", "3.0000", "I know."),
    (8, "Ses05M_script01_1b_M001", "Ses05M", "3", "ang", "1.5000", "4.0000", "4.5000", "No."),
]  # fmt: skip
COLUMNS = [
    "row", "id", "speaker", "turn", "label.emotion", "label.valence", "label.activation",
    "label.dominance", "text",
]  # fmt: skip
EMOTIONS = (
    "emotion: 5 of 7 rows have one of neu, hap, exc, sad, ang, fru, fea, sur, dis, oth; "
    "no label: xxx 1, bor 1"
)
NOTES = [
    EMOTIONS,
    "lines of transcriptions that end before they start: 1",
    "lines of transcriptions of XX: 1",
    "lines of transcriptions without an id: 1",
    "evaluations of XX, who is no speaker: skipped: 1",
    "utterances that end before they start (times only order the turns): 1",
    "utterances that begin before the one before has ended: 1",
    "utterances without transcript: 1",
    "valence outside of 1 to 5, left out: 1",
    "dominance outside of 1 to 5, left out: 1",
    "recordings of XX, who is no speaker: skipped: 1",
]


@pytest.fixture
def fixture(generator):
    return generator("iemocap")


@pytest.fixture
def root(fixture, tmp_path):
    return fixture.write(tmp_path)


class TestRows:
    @pytest.mark.parametrize("how", ["write", "write_zipped"])
    def test_exactly_these(self, fixture, tmp_path, how):
        source = Iemocap(getattr(fixture, how)(tmp_path)).read()
        assert source.rows.select(COLUMNS).rows() == ROWS
        assert (
            source.rows["dialogue"].to_list() == ["Ses01F_impro01"] * 4 + ["Ses05M_script01_1b"] * 3
        )
        assert source.rows["call"].to_list() == ["Ses01"] * 4 + ["Ses05"] * 3
        assert source.rows["meta.kind"].to_list() == ["impro"] * 4 + ["script"] * 3
        assert source.rows["meta.gender"].to_list() == list("FMMFFMM")
        assert sorted(source.notes) == sorted(NOTES)
        assert [(b.row, b.id, b.reason) for b in source.broken] == [
            (5, "Ses01F_impro01_F001", "bad-row"),
            (9, "Ses01F_impro01_M077", "no-record"),
        ]
        assert "Ses01F_impro01.txt:26: '[15.0000 - ]" in source.broken[0].detail

    def test_recordings_are_those_of_the_sentences(self, root):
        rows = Iemocap(root).read().rows
        assert rows["audio"][0] == ("Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav")

    @pytest.mark.parametrize("how", ["write", "write_zipped"])
    def test_import_keeps_five_of_nine(self, fixture, tmp_path, how):
        adapter = Iemocap(getattr(fixture, how)(tmp_path))
        report = import_corpus(adapter, tmp_path / "corpus", workers=1)
        assert (report.read, report.kept) == (9, 5)
        assert report.quarantined == {
            "bad-row": 1, "missing": 1, "no-record": 1, "unknown-label": 1
        }  # fmt: skip
        assert report.corpus.utterances["label.valence"].to_list() == [2.5, 4, None, 4, 2]

    def test_raters_and_the_actors_themselves(self, root):
        row = Iemocap(root).read().rows.row(0, named=True)
        assert [(r["rater"], r["label"]) for r in row["raters.emotion"]] == [
            ("E2", "neu"),
            ("E3", "neu"),
            ("E4", "sad"),
            ("self-F1", "fru"),
            ("self-F1", "ang"),
        ]
        assert [(r["rater"], r["label"]) for r in row["raters.valence"]] == [
            ("E3", "3"),
            ("E4", "2"),
            ("self-F1", "3"),
        ]
        assert [r["rater"] for r in row["raters.dominance"]] == ["E3", "E4"]  # one is blank
        assert row["soft.emotion"] == pytest.approx([2 / 3, 0, 0, 1 / 3] + [0] * 6)

    def test_a_word_that_is_no_emotion_is_an_answer_without_label(self, root):
        row = Iemocap(root).read().rows.row(1, named=True)
        assert [r["label"] for r in row["raters.emotion"]] == ["exc", "exc", "hap", None, "hap"]


class TestClasses:
    def labels(self, root, classes):
        source = Iemocap(root, classes=classes).read()
        return source.tasks[0].classes, source.rows["label.emotion"].to_list()

    def test_all_are_the_ten_codes(self, root):
        classes, labels = self.labels(root, "all")
        assert classes == CODES
        assert labels == ["neu", "exc", None, "bor", "hap", "fru", "ang"]

    def test_four_are_those_of_the_5531(self, root):
        classes, labels = self.labels(root, "four")
        assert classes == ("neu", "hap", "sad", "ang")
        assert labels == ["neu", "hap", None, "bor", "hap", None, "ang"]
        source = Iemocap(root, classes="four").read()
        assert source.notes[0] == (
            "emotion: 4 of 7 rows have one of neu, hap, sad, ang; no label: xxx 1, bor 1, fru 1"
        )
        # The raters' words are of the same classes.
        assert [r["label"] for r in source.rows["raters.emotion"][1]] == [
            *("hap", "hap", "hap", None, "hap")
        ]
        assert source.rows["soft.emotion"][1].to_list() == [0, 1, 0, 0]

    def test_a_list(self, root):
        classes, labels = self.labels(root, "calm=neu,tense=ang=fru")
        assert classes == ("calm", "tense")
        assert labels == ["calm", None, None, "bor", None, "tense", "tense"]

    @pytest.mark.parametrize(
        ("classes", "told"),
        [
            ("fuor", "'fuor' is no emotion of IEMOCAP"),
            ("neu,happy", "'happy' is no emotion of IEMOCAP"),
            ("neu,hap=glad", "'glad' is no emotion of IEMOCAP"),
            ("neu,neu", "twice"),
            ("neu", "two are the least"),
            ("", "'' is no emotion"),
            ("neu,,ang", "'' is no emotion"),
            ("joy=hap=exc,hap", "twice"),
        ],
    )
    def test_what_is_no_list_of_classes(self, tmp_path, classes, told):
        with pytest.raises(MalsoriError, match=told):
            Iemocap(tmp_path, classes=classes)


class TestParts:
    def test_one_session(self, root):
        source = Iemocap(root / "Session5").read()
        assert source.rows["id"].to_list() == [row[1] for row in ROWS[4:]]
        assert source.rows["audio"][0].startswith("sentences/wav/")

    def test_a_session_without_recordings(self, root, tmp_path):
        shutil.rmtree(root / "Session5" / "sentences")
        report = import_corpus(Iemocap(root), tmp_path / "corpus", workers=1)
        assert report.quarantined["missing"] == 3
        missing = report.corpus.quarantine.filter(pl.col("reason") == "missing")
        assert missing["file"][0] == (
            "Session5/sentences/wav/Ses05M_script01_1b/Ses05M_script01_1b_F000.wav"
        )

    def test_recordings_without_evaluations(self, root):
        shutil.rmtree(root / "Session5" / "dialog")
        source = Iemocap(root).read()
        assert [b.id for b in source.broken if b.reason == "no-record"] == [
            "Ses01F_impro01_M077",
            "Ses05M_script01_1b_F000",
            "Ses05M_script01_1b_M000",
        ]
        assert source.read == 8

    def test_without_transcriptions(self, root):
        for place in root.glob("Session*/dialog/transcriptions"):
            shutil.rmtree(place)
        source = Iemocap(root).read()
        assert source.rows["text"].null_count() == 7
        assert "utterances without transcript: 7" in source.notes

    def test_a_copy_twice_is_read_once(self, fixture, root, tmp_path):
        zipped = fixture.write_zipped(tmp_path / "more")
        shutil.copy(zipped / "Session5.zip", root)
        source = Iemocap(root).read()
        assert source.rows.select(COLUMNS).rows() == ROWS
        assert not source.rows["audio"].str.contains("::").any()
        assert "4 files are there twice: read once" in source.notes

    def test_no_recordings_at_all(self, root):
        for place in root.glob("Session*/sentences"):
            shutil.rmtree(place)  # those of whole dialogues are still there
        with pytest.raises(MalsoriError, match=r"holds no \.wav of an utterance"):
            Iemocap(root).read()

    def test_another_corpus(self, generator, tmp_path):
        with pytest.raises(MalsoriError, match="holds no evaluation of IEMOCAP") as caught:
            Iemocap(generator("kemdy19").write(tmp_path)).read()
        assert "EmoEvaluation" in caught.value.hint
