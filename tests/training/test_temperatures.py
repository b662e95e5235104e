import numpy as np
import pytest

from malsori.errors import MalsoriError
from malsori.training import evaluate_run, train
from malsori.training.checkpoints import LAST
from malsori.training.loop import Loop
from malsori.training.rundir import Run
from malsori.training.tensor_files import read_tensors, write_tensors


@pytest.fixture
def run(recipe, tmp_path):
    return train(recipe, tmp_path / "run")


def test_a_run_keeps_a_temperature_for_each_task_and_condition(run):
    conditions = {"voice+words", "voice", "words"}
    assert {t: set(of) for t, of in run.temperatures.items()} == dict.fromkeys(
        run.tasks, conditions
    )
    raw, at = run.predictions(raw=True), run.predictions()
    assert raw.select("id", "logits", "value").equals(at.select("id", "logits", "value"))
    assert not raw["probabilities"].equals(at["probabilities"])
    told = evaluate_run(run, resamples=20).get("test", "voice+words", "urgency").data()["numbers"]
    assert told["temperature"]["value"] == run.temperatures["urgency"]["voice+words"]
    assert told["raw_skill"]["value"] != told["skill"]["value"]


def test_a_run_of_before_has_none_and_is_read_as_it_is(run):
    run.update(temperatures={})
    assert run.predictions().equals(run.predictions(raw=True))
    assert "raw_skill" not in evaluate_run(run, resamples=20).results[0].numbers


def test_a_checkpoint_that_chose_by_another_rule_is_refused(recipe, tmp_path, monkeypatch):
    step = Loop.step

    def stopping(self, rows):
        if self.progress.step == 20:
            raise KeyboardInterrupt
        step(self, rows)

    with monkeypatch.context() as patch:
        patch.setattr(Loop, "step", stopping)
        with pytest.raises(KeyboardInterrupt):
            train(recipe, tmp_path / "run")
    file = Run(tmp_path / "run").checkpoints / LAST
    state = read_tensors(file)
    del state["progress"]["kept"], state["progress"]["tops"]
    write_tensors(file, state)
    with pytest.raises(MalsoriError, match="earlier version"):
        train(recipe, tmp_path / "run")


def test_the_choice_is_replayed_from_the_history(make_recipe, tmp_path):
    on = {"epochs": 8, "batch_size": 16, "threads": 1, "optimizer": {"lr": 0.1}}
    run = train(make_recipe(training={**on, "stop": {"on": "uar"}}), tmp_path / "run")
    best, tops, kept = 0, {}, {}
    for row in run.history():
        values = {task: scores["uar"] for task, scores in row["validation"].items()}
        tops = {t: max(v, tops.get(t, v)) for t, v in values.items()}
        worst = [max(tops[t] - v[t] for t in tops) if v else np.inf for v in (values, kept)]
        if worst[0] < worst[1] or (worst[0] == worst[1] and row["best"]):
            best, kept = row["epoch"], values
        assert row["best"] == (best == row["epoch"])
    assert run.state["best_epoch"] == best
