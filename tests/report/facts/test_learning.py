import math

import pytest

from malsori.notes import Note
from malsori.report.facts.learning import learning_of

ALL = Note("stop.epochs", {"epochs": 20})

ROW = {
    "epoch": 1,
    "skill": 0.2,
    "best": True,
    "train": {},
    "validation": {"t": {"score": 0.5, "prior_score": 0.7}},
}


@pytest.mark.parametrize(
    ("state", "stopped"),
    [
        ({"status": "running"}, None),
        ({"status": "finished", "stopped": ALL.data()}, ALL),
    ],
)
def test_why_it_stopped(state, stopped):
    assert learning_of(state, [ROW], ["t"], 20).stopped == stopped


def test_scores_that_are_missing_are_nan():
    later = {**ROW, "epoch": 2, "best": False, "validation": {}}
    (task,) = learning_of({"status": "running"}, [ROW, later], ["t"], 20).tasks
    assert task.epochs == (1, 2)
    assert all(map(math.isnan, task.train))
    assert task.validation[0] == 0.5
    assert math.isnan(task.validation[1])
    assert task.prior == 0.7


def test_a_run_without_an_epoch_has_no_history():
    found = learning_of({"status": "running", "step": 3}, [], ["t"], 20)
    assert (found.tasks, found.best_epoch, found.step) == ((), None, 3)
