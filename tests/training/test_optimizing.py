import numpy as np
import pytest
from torch import nn

from malsori.recipe import Optimizer, Schedule
from malsori.training.optimizing import make_optimizer, rate


def test_every_parameter_is_held_once_and_vectors_do_not_decay():
    model = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.Linear(4, 2))
    optimizer = make_optimizer(model, Optimizer(weight_decay=0.1))
    held = [p for group in optimizer.param_groups for p in group["params"]]
    assert {id(p) for p in held} == {id(p) for p in model.parameters()}
    assert len(held) == len(list(model.parameters()))
    decays = {g["weight_decay"]: {p.ndim for p in g["params"]} for g in optimizer.param_groups}
    assert decays == {0.1: {2}, 0.0: {1}}


def test_frozen_parameters_are_left_out():
    model = nn.Linear(3, 4)
    model.weight.requires_grad_(False)
    assert sum(len(g["params"]) for g in make_optimizer(model, Optimizer()).param_groups) == 1


@pytest.mark.parametrize("kind", ["cosine", "constant"])
def test_the_rate_rises_then_stays_or_falls(kind):
    rates = [rate(Schedule(kind=kind, warmup=0.2), step, 50) for step in range(50)]
    assert np.all(np.diff(rates[:10]) > 0)
    assert rates[9] == 1.0
    assert all(0 < r <= 1 for r in rates)
    if kind == "constant":
        assert set(rates[10:]) == {1.0}
    else:
        assert np.all(np.diff(rates[10:]) < 0)
        assert rates[-1] < 0.01


def test_no_warm_up_starts_at_full_rate():
    assert rate(Schedule(warmup=0), 0, 10) == 1.0
