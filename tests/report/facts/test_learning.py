import math

import pytest

from malsori.report.facts.learning import learning_of

ROW = {
    "epoch": 1,
    "skill": 0.2,
    "best": True,
    "train": {},
    "validation": {"t": {"score": 0.5, "prior_score": 0.7}},
}


@pytest.mark.parametrize(
    ("state", "reason", "patience"),
    [
        ({"status": "running"}, "unfinished", None),
        ({"status": "finished", "stopped": "all 20 epochs"}, "epochs", None),
        (
            {"status": "finished",
             "stopped": "validation skill had not risen for 8 epochs (epoch 28)"},
            "patience",
            8,
        ),
        ({"status": "finished", "stopped": "somebody pulled the plug"}, "other", None),
    ],
)  # fmt: skip
def test_why_it_stopped(state, reason, patience):
    found = learning_of(state, [ROW], ["t"], 20)
    assert (found.reason, found.patience) == (reason, patience)


def test_what_training_says_is_what_is_read(tmp_path):
    """The words of the loop are matched; this fails if they change there."""
    import inspect

    from malsori.training import loop

    source = inspect.getsource(loop)
    assert "had not risen for {stop.patience} epochs" in source
    assert 'f"all {self.settings.epochs} epochs"' in source


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
