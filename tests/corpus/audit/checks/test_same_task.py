"""Tasks that are one label twice."""

from dataclasses import replace

import numpy as np

from malsori.schema import Task
from malsori.words import Words

say = Words("en").say
CODES = {"불안": "A", "당황": "E", "중립": "N"}


def with_task(toy, labels, name="code", kind="nominal"):
    classes = tuple(sorted({label for label in labels if label is not None}))
    task = Task(name=name, kind=kind, classes=classes)
    return replace(toy.but(**{f"label__{name}": labels}), tasks=(*toy.tasks, task))


def plant(toy):
    return with_task(toy, [CODES[m] for m in toy.rows["label.mood"]])


def test_a_code_beside_its_name_is_told_with_its_pairs(toy):
    moods = toy.rows["label.mood"].to_list()
    half = with_task(toy, [CODES[m] if i % 2 else None for i, m in enumerate(moods)])
    (found,) = half.examine("same_task")
    assert (found.severity, found.subject) == ("warning", "code")
    assert found.numbers == {"other": "mood", "rows": 200, "of": 200}
    assert "code says what mood says" in say(found.message)
    assert "불안 = A" in say(found.message)
    assert "--task" in say(found.prescription.action)


def test_a_few_mistakes_and_a_second_name_of_a_class_do_not_hide_it(toy):
    codes = [CODES[m] for m in toy.rows["label.mood"]]
    codes[0], codes[1] = "E", "N"
    names = ["neutral" if code == "N" and i % 4 == 0 else code for i, code in enumerate(codes)]
    (found,) = with_task(toy, names).examine("same_task")
    assert found.severity == "warning"
    assert 300 < found.numbers["rows"] < found.numbers["of"] == 400


def test_a_coarse_task_beside_a_fine_one_is_a_note(toy):
    calm = ["calm" if m == "중립" else "not" for m in toy.rows["label.mood"]]
    (found,) = with_task(toy, calm).examine("same_task")
    assert found.severity == "note"
    assert say(found.message).startswith("mood tells code: each class of mood has one class")


def test_related_tasks_are_two(toy):
    rng = np.random.default_rng(0)
    codes = [CODES[m] if rng.random() < 0.95 else rng.choice(list("AEN")) for m in
             toy.rows["label.mood"]]  # fmt: skip
    assert not with_task(toy, codes).examine("same_task")


def test_hardly_any_rows_of_a_second_class_say_nothing(toy):
    rare = ["yes"] * 3 + ["no"] * 397
    both = with_task(with_task(toy, rare, "one"), rare, "two")
    assert not both.examine("same_task")


def test_sets_of_classes_are_compared_whole(toy):
    several = Task(name="again", kind="multilabel", classes=("열", "통증", "호흡"))
    sets = toy.rows["label.symptom"].alias("again")
    twice = replace(toy.but(label__again=sets), tasks=(*toy.tasks, several))
    (found,) = twice.examine("same_task")
    assert (found.severity, found.subject) == ("warning", "again")
