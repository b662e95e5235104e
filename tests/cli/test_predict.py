"""How answers of each kind are shown."""

import json

import pytest

from malsori.cli.predict import _show
from malsori.schema import Task
from malsori.training import Answer
from malsori.words import Words

EMOTION = Task(name="emotion", kind="nominal", classes=("calm", "sad"))
VALENCE = Task(name="valence", kind="regression", low=1, high=5)
SYMPTOM = Task(name="symptom", kind="multilabel", classes=("열", "구토"))


@pytest.mark.parametrize(
    ("tasks", "heading", "last"),
    [
        ([VALENCE], ["task", "value"], ["valence", "3.21"]),
        ([EMOTION], ["task", "class", "probability"], ["emotion", "calm", "0.300"]),
        ([EMOTION, VALENCE], ["task", "class or value", "probability"], ["valence", "3.21", "–"]),
        ([SYMPTOM], ["task", "class", "probability"], ["symptom", "구토", "0.100"]),
    ],
)
def test_the_heading_says_what_is_below_it(capsys, tasks, heading, last):
    labels = {"emotion": "sad", "valence": 3.2111, "symptom": ["열"]}
    shares = {"emotion": {"calm": 0.3, "sad": 0.7}, "symptom": {"열": 0.8, "구토": 0.1}}
    names = [task.name for task in tasks]
    answer = Answer(
        "a.wav",
        ["speech"],
        {name: labels[name] for name in names},
        {name: shares[name] for name in names if name in shares},
    )
    _show([answer], {task.name: task for task in tasks}, Words())
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == " ".join(heading).split()
    assert last in [line.split() for line in lines]


def test_a_text_alone_is_enough(malsori, recipe, tmp_path):
    assert malsori("train", recipe, "--out", tmp_path / "run")[0] == 0
    (tmp_path / "a.txt").write_text("빨리 와 주세요", "utf-8")
    status, said, err = malsori("predict", tmp_path / "run", "--text", "빨리 와 주세요", "--json")
    assert status == 0, err
    (alone,) = json.loads(said)
    (file,) = json.loads(malsori("predict", tmp_path / "run", tmp_path / "a.txt", "--json")[1])
    assert (alone["file"], alone["probabilities"]) == ("--text", file["probabilities"])
    status, said, err = malsori("predict", tmp_path / "run", "--text", "네", "--lang", "ko")
    assert status == 0, err
    assert said.splitlines()[1].split() == ["과제", "클래스", "확률"]
    status, _, err = malsori("predict", tmp_path / "run", "--text", " ")
    assert status == 2
    assert "name a FILE, or give --text TEXT" in err


def test_of_hundreds_of_classes_the_likeliest_are_shown_and_the_rest_is_counted(capsys):
    topic = Task(name="topic", kind="nominal", classes=tuple(f"t{i}" for i in range(600)))
    shares = dict.fromkeys(topic.classes, 1 / 600) | {"t400": 0.5}
    _show(
        [Answer("a.txt", ["text"], {"topic": "t400"}, {"topic": shares})], {"topic": topic}, Words()
    )
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert len(lines) < 30
    assert ["topic", "t400", "0.500"] in lines
    assert ["topic", "580", "others", "0.967"] in lines
