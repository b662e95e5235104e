import numpy as np
import pytest
import torch

from malsori.errors import MalsoriError
from malsori.training import Run, session, train
from malsori.training.checkpoints import read_best
from malsori.training.loop import Loop


def test_an_optimizer_over_another_model_is_refused(recipe, tmp_path, monkeypatch):
    """The fault of the best documented failed study: nothing moved, nobody noticed."""
    real = session.make_optimizer
    monkeypatch.setattr(session, "make_optimizer", lambda model, s: real(torch.nn.Linear(2, 2), s))
    with pytest.raises(MalsoriError, match="does not hold exactly the model's trainable"):
        train(recipe, tmp_path / "run")


def test_training_starts_at_the_prior(make_recipe, tmp_path):
    training = {"epochs": 1, "batch_size": 240, "threads": 1, "optimizer": {"lr": 1e-9}}
    run = train(make_recipe(training=training), tmp_path / "run")
    for entry in run.history()[0]["train"].values():
        assert entry["skill"] == pytest.approx(0, abs=1e-4)


def test_warm_up_trains_the_main_task_alone(make_recipe, tmp_path):
    balance = {"warmup": {"task": "urgency", "epochs": 2}}
    training = {"epochs": 2, "batch_size": 16, "threads": 1, "optimizer": {"lr": 1e-2}}
    run = train(make_recipe(balance=balance, training=training), tmp_path / "run")
    validation = run.history()[-1]["validation"]
    assert validation["urgency"]["skill"] > 0.05
    assert validation["sentiment"]["skill"] == pytest.approx(0, abs=0.02)


def test_static_weights_and_balancing_change_the_run(make_recipe, tmp_path):
    runs = [
        train(make_recipe(balance=balance), tmp_path / str(i))
        for i, balance in enumerate(
            [
                {},
                {"weighting": {"kind": "static", "weights": {"sentiment": 0.1}}},
                {"weighting": {"kind": "norm_matched"}},
            ]
        )
    ]
    skills = [round(run.state["best_validation_skill"], 6) for run in runs]
    assert len(set(skills)) == 3


def test_the_monitor_changes_nothing(make_recipe, tmp_path):
    weights = []
    for monitor in (None, {"every": 2}):
        run = train(make_recipe(balance={"monitor": monitor}), tmp_path / str(monitor is None))
        weights.append(read_best(run)[0])
    assert all(torch.equal(weights[0][k], weights[1][k]) for k in weights[0])


def test_a_loss_that_is_not_finite_stops_the_run_with_its_name(recipe, tmp_path, monkeypatch):
    from malsori.nn.heads.nominal import Nominal

    monkeypatch.setattr(Nominal, "loss", lambda self, logits, target: logits.sum(1) * float("nan"))
    with pytest.raises(MalsoriError, match="step 0: the loss of sentiment is not finite"):
        train(recipe, tmp_path / "run")


def test_a_row_loses_at_most_one_modality_and_draws_are_repeatable(recipe, tmp_path, monkeypatch):
    seen = []
    keep = Loop._keep

    def spy(self, rows, step):
        found = keep(self, rows, step)
        again = keep(self, rows, step)
        assert all(np.array_equal(found[m], again[m]) for m in found)
        seen.append(np.stack([found[m] for m in ("voice", "words")]))
        return found

    monkeypatch.setattr(Loop, "_keep", spy)
    train(recipe, tmp_path / "run")
    kept = np.concatenate(seen, axis=1)
    assert kept.any(axis=0).all()
    assert 0.19 < (~kept.all(axis=0)).mean() < 0.31


def test_one_task_and_one_modality_are_enough(make_recipe, tmp_path):
    run = train(
        make_recipe(tasks=["sentiment"], encoders={"words": {"kind": "precomputed"}}),
        tmp_path / "run",
    )
    assert isinstance(run, Run)
    assert run.gradient_rows() is None
    assert run.predictions()["condition"].unique().to_list() == ["words"]


def test_late_fusion_votes(make_recipe, tmp_path):
    recipe = make_recipe(fusion={"kind": "late", "dim": 16}, vote={"loss_on": "both"})
    assert train(recipe, tmp_path / "run").state["best_validation_skill"] > 0.1
