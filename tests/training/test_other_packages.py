"""An engine and a sharing of other packages train together; loop and model know neither."""

from pathlib import Path

import pytest
import torch

from malsori.reporting import Silent
from malsori.training import Predictor, open_test, session, train
from malsori.training.checkpoints import read_best
from malsori.training.hooks import Hook
from malsori.training.loop import Loop

TESTS = Path(__file__).parents[1]


def test_an_engine_without_a_cut_trains_a_sharing_without_one(add_kind, make_recipe, tmp_path):
    add_kind("malsori.sharings", "tests_mmoe", "mmoe:MMoE", TESTS / "nn/sharing", package="one")
    add_kind(
        "malsori.engines", "tests_exact", "exact:Exact", TESTS / "balance/engines", package="two"
    )
    balance = {
        "engine": {"kind": "tests_exact"},
        "solver": {"kind": "pcgrad"},
        "weighting": {"kind": "norm_matched"},
        "monitor": {"every": 3},
    }
    run = train(make_recipe(sharing={"kind": "tests_mmoe"}, balance=balance), tmp_path / "run")
    assert run.state["best_validation_skill"] > 0.1


class Grow(Hook):
    """Changes the structure after an epoch: one task gets its own layer, and a unit is closed."""

    def __init__(self, epoch):
        self.epoch = epoch

    def after_epoch(self, loop, row):
        if row["epoch"] == self.epoch:
            sharing = loop.setup.model.sharing("early")
            sharing.branch("sentiment")
            sharing.mask[0] = 0.0


@pytest.fixture
def growing(add_kind, make_recipe, monkeypatch):
    """A recipe whose model changes its structure after an epoch; and its training, with a kill."""
    add_kind("malsori.sharings", "tests_growing", "growing:Growing", TESTS / "nn/sharing")
    add_kind(
        "malsori.engines", "tests_exact", "exact:Exact", TESTS / "balance/engines", package="two"
    )
    balance = {"engine": {"kind": "tests_exact"}, "monitor": {"every": 3}}
    recipe = make_recipe(sharing={"kind": "tests_growing"}, balance=balance)
    ours, step = session.hooks_of, Loop.step

    def go(folder, epoch, kill=None, **options):
        def stopping(loop, rows):
            if loop.progress.step == kill:
                raise KeyboardInterrupt
            step(loop, rows)

        with monkeypatch.context() as patch:
            patch.setattr(session, "hooks_of", lambda run, setup: [Grow(epoch), *ours(run, setup)])
            patch.setattr(Loop, "step", stopping)
            return train(recipe, folder, reporter=Silent(), **options)

    return go


def assert_same(one, two):
    (wa, sa), (wb, sb) = read_best(one), read_best(two)
    assert sa == sb
    assert wa.keys() == wb.keys()
    assert all(torch.equal(wa[k], wb[k]) for k in wa)
    assert one.history() == two.history()
    assert one.predictions().equals(two.predictions())


@pytest.mark.parametrize("kill", [16, 23])
def test_a_run_whose_structure_changed_continues_to_the_same_bits(growing, tmp_path, kill):
    whole = growing(tmp_path / "whole", 1)
    with pytest.raises(KeyboardInterrupt):
        growing(tmp_path / "parts", 1, kill)
    assert_same(growing(tmp_path / "parts", 1), whole)
    assert read_best(whole)[1]["early"]["own"] == ["sentiment"]
    weights = read_best(whole)[0]
    own, trunk = (weights[f"sharings.early.{n}.weight"] for n in ("own.sentiment", "trunk"))
    assert not torch.equal(own, trunk)  # the optimizer has followed


def test_the_best_epoch_may_be_one_before_the_structure_changed(growing, tmp_path):
    closed = growing(tmp_path / "closed", 6, open_test=False)
    assert closed.state["best_epoch"] == 6
    weights, structure = read_best(closed)
    assert structure == {}
    assert "sharings.early.own.sentiment.weight" not in weights
    open_test(closed)
    keys = ["split", "condition", "task", "id"]
    at_once = growing(tmp_path / "open", 6).predictions().sort(keys)
    assert closed.predictions().sort(keys).equals(at_once)
    assert list(Predictor.load(closed.path).model.sharing("early").own) == []
