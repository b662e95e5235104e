"""Training calls of many sentences, published test texts of one."""

import numpy as np
import pytest

pytestmark = pytest.mark.slow

MARKS = {"calm": ["천천히", "괜찮아요", "감사해요"], "upset": ["빨리", "큰일", "제발"]}
TRAIN = "train demo --set corpus.path=talks --set tasks=[mood] --set training.epochs=4"


def write(path, *, long):
    """Texts with a published split; training's are `long` words, the others six."""
    rng = np.random.default_rng(3)
    other = [f"말{i}" for i in range(80)]
    lines = ["id,text,speaker,mood,part"]
    for i in range(320):
        part = "train" if i < 200 else "validation" if i < 250 else "test"
        mood = ("calm", "upset")[i % 2]
        length = long if part == "train" else 6
        words = [*rng.choice(MARKS[mood], 1 + length // 12), *rng.choice(other, length), str(i)]
        lines.append(f"t{i:03d},{' '.join(words)},s{i // 10:02d},{mood},{part}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def imported(malsori, folder, long):
    write(folder / "talks.csv", long=long)
    malsori("corpus import table talks.csv talks --map split=part --task mood=nominal")
    return malsori("corpus split talks --name published --column split")


def test_the_published_parts_are_taken_as_they_are(malsori, tmp_path):
    imported(malsori, tmp_path, 60)
    counts = malsori("corpus show talks --split published --json").data["parts"]
    assert counts == {"train": 200, "validation": 50, "test": 70}


def test_parts_that_are_alike_are_quiet(malsori, tmp_path, findings):
    imported(malsori, tmp_path, 6)
    assert findings(malsori("corpus audit talks --split published --json")) == {}


def test_from_a_table_to_a_page(malsori, tmp_path):
    imported(malsori, tmp_path, 60)
    malsori(f"{TRAIN} --set corpus.split=published --set encoders.speech=null --out run")
    results = malsori("evaluate run --json").data["evaluation"]["results"]
    assert {(r["split"], r["labelled"]) for r in results} == {("validation", 50), ("test", 70)}
    malsori("report run")
    assert "run/report" in malsori("report run").out
    answer = malsori("predict run talks.csv missing.txt --json", status=2).data
    assert [list(each) for each in answer] == [["file", "error"]] * 2


def test_another_length_in_training_than_in_test_is_told(malsori, tmp_path, findings):
    imported(malsori, tmp_path, 60)
    found = findings(malsori("corpus audit talks --split published --json"))
    assert [check for check, _ in found] == ["shift"]
    assert "length" in found["shift", "text"]["message"]
