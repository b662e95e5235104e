"""How answers of each kind are shown."""

import pytest

from malsori.cli.predict import _show
from malsori.schema import Task
from malsori.training import Answer

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
    _show([answer], {task.name: task for task in tasks})
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == " ".join(heading).split()
    assert last in [line.split() for line in lines]


def test_of_hundreds_of_classes_the_likeliest_are_shown_and_the_rest_is_counted(capsys):
    topic = Task(name="topic", kind="nominal", classes=tuple(f"t{i}" for i in range(600)))
    shares = dict.fromkeys(topic.classes, 1 / 600) | {"t400": 0.5}
    _show([Answer("a.txt", ["text"], {"topic": "t400"}, {"topic": shares})], {"topic": topic})
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert len(lines) < 30
    assert ["topic", "t400", "0.500"] in lines
    assert ["topic", "580", "others", "0.967"] in lines
