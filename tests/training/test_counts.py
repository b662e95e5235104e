"""The counts of the training labels: from the corpus to the losses, into the run and out of it."""

import numpy as np
import polars as pl
import pytest
import torch

from malsori.errors import MalsoriError
from malsori.nn.counts import Counts
from malsori.recipe import Recipe
from malsori.training import Predictor, train

ADJUSTED = {"sentiment": {"loss": {"kind": "logit_adjusted", "tau": 1.0}}}


@pytest.fixture(scope="module")
def run(toy, tmp_path_factory):
    recipe = {
        "corpus": {"path": str(toy.path), "split": "by-speaker"},
        "tasks": ["urgency", "sentiment"],
        "encoders": {"voice": {"kind": "precomputed"}, "words": {"kind": "precomputed"}},
        "fusion": {"dim": 16},
        "heads": ADJUSTED,
        "training": {"epochs": 2, "batch_size": 16, "optimizer": {"lr": 1e-2}},
    }
    return train(Recipe.parse(recipe), tmp_path_factory.mktemp("run") / "run")


def test_a_run_knows_how_many_training_rows_had_each_label(run, toy):
    split = toy.split("by-speaker").filter(pl.col("split") == "train")
    rows = toy.utterances.join(split, on="id", how="semi")
    rows = rows.filter(pl.any_horizontal(pl.col("^features\\..*$").is_not_null()))
    for task in toy.tasks.values():
        labels = rows[f"label.{task.name}"].drop_nulls()
        each = tuple(int((labels == name).sum()) for name in task.classes)
        assert run.counts[task.name] == Counts(len(labels), each)


def test_a_loaded_run_has_the_same_loss(run):
    head = Predictor.load(run.path).model.head("sentiment")
    shares = np.array(run.counts["sentiment"].classes)
    expected = torch.tensor(np.log(shares / shares.sum()), dtype=torch.float32)
    torch.testing.assert_close(head.criterion.shift, expected)
    assert type(Predictor.load(run.path).model.head("urgency").criterion).__name__ == (
        "BinaryCrossEntropy"
    )


def test_a_loss_that_does_not_fit_is_refused_before_anything_is_encoded(make_recipe, tmp_path):
    recipe = make_recipe(heads={"sentiment": {"loss": {"kind": "huber"}}})
    with pytest.raises(MalsoriError, match=r"heads\.sentiment\.loss: Huber is for a number"):
        train(recipe, tmp_path / "run")
