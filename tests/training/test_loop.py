import numpy as np
import polars as pl
import pytest
import torch

from malsori.corpus.corpus import CorpusSpec
from malsori.corpus.splits import make_split
from malsori.corpus.writing import write_corpus
from malsori.errors import MalsoriError
from malsori.recipe import Recipe
from malsori.schema import Task
from malsori.training import Run, evaluate_run, train
from malsori.training.checkpoints import read_best
from malsori.training.loop import Loop


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


def test_a_task_whose_skill_is_undefined_costs_the_others_nothing(tmp_path):
    """Validation rows all at the training mean: the prior is right, and skill is 0/0."""
    rows = 60
    part = ["train"] * 40 + ["validation"] * 10 + ["test"] * 10
    valence = [float(1 + i % 5) if p != "validation" else 3.0 for i, p in enumerate(part)]
    table = pl.DataFrame(
        {
            "id": [f"u{i}" for i in range(rows)],
            "split": part,
            "label.valence": valence,
            "label.mood": ["ab"[i % 2] for i in range(rows)],
        }
    )
    tasks = (
        Task(name="valence", kind="regression", low=1, high=5),
        Task(name="mood", kind="nominal", classes=("a", "b")),
    )
    spec = CorpusSpec(name="undefined", adapter="embeddings", tasks=tasks)
    voice = [np.eye(2, dtype=np.float32)[[i % 2]] for i in range(rows)]
    corpus = write_corpus(tmp_path / "corpus", spec, table, features={"voice": voice})
    make_split(corpus, "own", column="split")
    for asked in (["valence", "mood"], ["valence"]):
        recipe = Recipe.parse(
            {
                "corpus": {"path": str(corpus.path), "split": "own"},
                "tasks": asked,
                "encoders": {"voice": {"kind": "precomputed"}},
                "training": {"epochs": 3, "batch_size": 8, "optimizer": {"lr": 1e-2}},
            }
        )
        run = train(recipe, tmp_path / "-".join(asked), allow=["duplicate", "rank"])
        assert all(row["validation"]["valence"]["skill"] is None for row in run.history())
        assert "NaN" not in run.history_file.read_text("utf-8")
        assert run.state["best_epoch"] >= 1
        best = run.state["best_validation_skill"]
        assert best is None if asked == ["valence"] else best > 0
        assert evaluate_run(run, resamples=20).results
