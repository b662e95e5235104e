"""Files that are named by what they are labelled, and a column that is the label."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow

TRAIN = "train demo --set corpus.path=named --set tasks=[mood] --set training.epochs=3"


@pytest.fixture
def named(malsori, tmp_path):
    """Texts of 12 speakers; ids are speaker, mood and a number, the folder is the mood."""
    rng = np.random.default_rng(2)
    words = {"calm": ["천천히", "괜찮아요", "네"], "upset": ["빨리", "큰일", "제발"]}
    other = [f"말{i}" for i in range(60)]
    lines = ["id,text,speaker,mood,folder"]
    for i in range(240):
        who, mood = f"kim{i % 12:02d}", ("calm", "upset")[(i // 12) % 2]
        text = " ".join([*rng.choice(words[mood], 1), *rng.choice(other, 5), str(i)])
        lines.append(f"{mood}/{who}_{mood}_{i:03d},{text},{who},{mood},{mood}")
    (tmp_path / "named.csv").write_text("\n".join(lines) + "\n", "utf-8")
    malsori("corpus import table named.csv named --map meta.folder=folder --task mood=nominal")
    malsori("corpus split named --name by-speaker --by speaker")


def test_the_audit_says_that_names_tell_the_label(malsori, named, findings):
    found = findings(malsori("corpus audit named --split by-speaker --json"))
    assert "leakage" in {check for check, _ in found}
    assert "leaks" not in {check for check, _ in found}


def test_from_a_table_to_a_page(malsori, named, tmp_path):
    malsori(f"{TRAIN} --set encoders.speech=null --out run")
    results = malsori("evaluate run --json").data["evaluation"]["results"]
    assert [(r["unit"], r["units"]) for r in results if r["split"] == "test"] == [("group", 3)]
    malsori("report run")
    page = (tmp_path / "run/report.html").read_text("utf-8")
    assert "천천히" not in page


def test_no_advice_asks_for_a_split_by_the_label_itself(malsori, named):
    text = malsori("corpus audit named --split by-speaker").out
    assert "folder" in text
    assert "group the split by it" not in " ".join(text.split())
    assert "--by folder" not in text


def test_ids_that_are_speaker_and_label_are_not_in_the_page(malsori, named, tmp_path):
    malsori(f"{TRAIN} --set encoders.speech=null --out run")
    malsori("report run")
    for name in ("report.html", "report.md"):
        page = (tmp_path / "run" / name).read_text("utf-8")
        assert "kim" not in page
        assert "upset_" not in page
    malsori("report run --include-ids")
    assert "kim" in (tmp_path / "run/report.html").read_text("utf-8")
