import polars as pl
import pytest

from malsori.corpus.adapters.kemdy19 import Kemdy19
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError

# Row, id, speaker, dialogue, turn, emotion, its tied ones, valence, arousal, text.
ROWS = [
    (1, "Sess01_impro01_F001", "Sess01F", "Sess01_impro01", "1", "neutral", None, "3", "2.5",
     "자기 지금, 무슨 소리야."),
    (2, "Sess01_impro01_F002", "Sess01F", "Sess01_impro01", "3", None, ["neutral", "happy"],
     "4", "3", "네"),
    (3, "Sess01_impro01_M001", "Sess01M", "Sess01_impro01", "2", "angry", None, "2", "4",
     "농담이지?"),
    (4, "Sess01_script06_M001", "Sess01M", "Sess01_script06", "1", "disgust", None, "2", "3",
     None),
    (5, "Sess02_script01_F001", "Sess02F", "Sess02_script01", "1", "sad", None, "1.5", "2",
     "슬퍼요"),
    (6, "Sess02_script01_M001", "Sess02M", "Sess02_script01", "2", "fear", None, "2", "4",
     "무서워"),
    (7, "Sess02_script01_M002", "Sess02M", "Sess02_script01", "3", "joyful", None, "4", "4",
     "기뻐"),
]  # fmt: skip
COLUMNS = [
    "row", "id", "speaker", "dialogue", "turn", "label.emotion", "compound.emotion",
    "label.valence", "label.arousal", "text",
]  # fmt: skip


@pytest.fixture
def fixture(generator):
    return generator("kemdy19")


@pytest.fixture
def root(fixture, tmp_path):
    return fixture.write(tmp_path)


@pytest.mark.parametrize("how", ["write", "write_zipped"])
def test_exactly_these_rows(fixture, tmp_path, how):
    source = Kemdy19(getattr(fixture, how)(tmp_path)).read()
    assert source.rows.select(COLUMNS).rows() == ROWS
    top = "" if how == "write" else "KEMDy19.zip::KEMDy19/"
    for key, audio in source.rows.select("id", "audio").rows():
        session, scene, _ = key.split("_")
        folder = f"{session.replace('Sess', 'Session')}/{session}_{scene}"
        assert audio == f"{top}wav/{folder}/{key}.wav"
    assert source.rows["call"].to_list() == ["Sess01"] * 4 + ["Sess02"] * 3
    assert source.rows["meta.script"].unique().sort().to_list() == [
        "impro01", "script01", "script06"
    ]  # fmt: skip
    assert source.rows["meta.gender"].to_list() == list("FFMMFMM")
    assert [(b.row, b.id, b.reason) for b in source.broken] == [(8, fixture.NO_LINE, "no-record")]
    assert source.repaired == {"emotion 'disqust' read as disgust": 1}


def test_the_other_speakers_lines_are_told_and_are_no_rows(root):
    source = Kemdy19(root).read()
    note = "7 lines are of the other speaker than the annotation file's: no rows"
    assert any(n.startswith(note) for n in source.notes)
    assert source.read == 8
    assert "bio-signals are there and are not read: EDA 4 files" in source.notes


def test_import_keeps_five_of_eight(root, tmp_path):
    report = import_corpus(Kemdy19(root), tmp_path / "corpus", workers=1)
    assert (report.read, report.kept) == (8, 5)
    assert report.quarantined == {"missing": 1, "no-record": 1, "unknown-label": 1}
    assert report.corpus.utterances["turn"].to_list() == [1, 3, 2, 1, 1]


def test_raters(root):
    row = Kemdy19(root).read().rows.row(2, named=True)
    assert [r["label"] for r in row["raters.emotion"]] == ["angry"] * 9 + ["disgust"]
    assert [r["rater"] for r in row["raters.arousal"]] == [f"Eval{i:02}F" for i in range(1, 11)]
    assert row["soft.emotion"] == [0, 0, 0.9, 0, 0, 0, 0.1]


def test_half_of_a_session(root, tmp_path):
    """Without the actor's annotation file his recordings have no record."""
    (root / "annotation" / "Session01_M_res.csv").unlink()
    report = import_corpus(Kemdy19(root), tmp_path / "corpus", workers=1)
    assert report.corpus.utterances["id"].to_list() == [ROWS[i][1] for i in (0, 1, 4)]
    assert report.quarantined["no-record"] == 3
    assert report.read == report.kept + sum(report.quarantined.values()) == 8


def test_a_line_of_another_form_stays_without_speaker(root):
    place = root / "annotation" / "Session02_F_res.csv"
    text = place.read_text(encoding="utf-8").replace("Sess02_script01_F001", "Sess02_F001")
    place.write_text(text, encoding="utf-8")
    source = Kemdy19(root).read()
    row = source.rows.row(by_predicate=pl.col("id") == "Sess02_F001", named=True)
    assert (row["speaker"], row["dialogue"], row["turn"]) == (None, None, None)
    assert [b.id for b in source.broken] == ["Sess02_script01_F001", "Sess02_script01_F009"]


def test_another_corpus(generator, tmp_path):
    with pytest.raises(MalsoriError, match="holds no annotation of KEMDy19"):
        Kemdy19(generator("kemdy20").write(tmp_path)).read()


def test_a_rule_that_needs_what_is_not_there(tmp_path):
    with pytest.raises(MalsoriError, match="KEMDy19 has none"):
        Kemdy19(tmp_path, rule="intensity_sum")
