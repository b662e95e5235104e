import json

import numpy as np
import polars as pl
import pytest
import torch
from torch import nn

from malsori.balance.engines.split import Split
from malsori.balance.monitor import GradMonitor
from malsori.balance.solvers.pcgrad import PCGrad
from malsori.balance.summary import SCHEMA, summarise
from malsori.balance.weightings.norm_matched import NormMatched
from malsori.balance.weightings.static import Static
from malsori.errors import MalsoriError

TASKS = ["a", "b", "c"]


class Run:
    """A small training run with dropout, that a monitor may watch."""

    def __init__(self, weighting=NormMatched):
        torch.manual_seed(0)
        self.trunk = nn.Sequential(nn.Linear(5, 8), nn.GELU(), nn.Dropout(0.3))
        self.heads = nn.ModuleDict({t: nn.Linear(8, 2) for t in TASKS})
        parameters = [*self.trunk.parameters(), *self.heads.parameters()]
        self.optimizer = torch.optim.AdamW(parameters, lr=1e-2)
        self.split = Split(TASKS, weighting(TASKS), PCGrad(), seed=1)

    def step(self, step, monitor=None):
        self.split.begin(step)
        x, y = torch.randn(12, 5), torch.randint(0, 2, (12,))
        valid = {t: torch.rand(12) < 0.7 for t in TASKS}
        copies = self.split.part(self.trunk(x))
        losses = {
            t: nn.functional.cross_entropy(self.heads[t](copies[t][0]), y, reduction="none")
            for t in TASKS
        }
        if monitor is not None:
            shared = {"trunk": list(self.trunk.parameters())}
            monitor.parameters(step, losses, valid, shared, self.split.applied)
        self.optimizer.zero_grad()
        self.split.total({t: losses[t][valid[t]].mean() for t in TASKS}).backward()
        if monitor is not None:
            monitor.representation(step, self.split.last)
        self.optimizer.step()


def state_of(run):
    return [p.detach().clone() for p in [*run.trunk.parameters(), *run.heads.parameters()]]


def test_a_run_with_and_one_without_a_monitor_are_the_same_bit_for_bit():
    runs = []
    for monitor in (None, GradMonitor(every=2, window=3)):
        run = Run()
        torch.manual_seed(7)
        for step in range(8):
            run.step(step, monitor)
        runs.append((state_of(run), torch.rand(1), run.split.state_dict()))
    assert all(torch.equal(a, b) for a, b in zip(runs[0][0], runs[1][0], strict=True))
    assert torch.equal(runs[0][1], runs[1][1])
    assert runs[0][2] == runs[1][2]


def watched(steps, monitor):
    run = Run()
    torch.manual_seed(7)
    for step in range(steps):
        run.step(step, monitor)
    return run


def test_rows_name_their_space_and_fit_the_schema():
    monitor = GradMonitor(every=4, window=5)
    watched(12, monitor)
    monitor.flush()
    frame = monitor.frame()
    assert dict(frame.schema) == SCHEMA
    count = dict(frame.group_by("space").len().iter_rows())
    assert count == {"parameters": 3 * 6, "representation": 3 * 6}
    windows = frame.filter(pl.col("space") == "representation")
    assert windows["step"].unique().sort().to_list() == [4, 9, 11]
    assert windows["steps"].unique().sort().to_list() == [2, 5]
    assert windows["unbiased"].null_count() == len(windows)
    own = frame.filter(pl.col("task_i") == pl.col("task_j"))
    assert (own["cosine"] == 1.0).all()


def test_windows_average_what_split_recorded():
    split = Split(["a", "b"], Static(["a", "b"], weights={"b": 4.0}), PCGrad())
    monitor = GradMonitor(window=10)
    shared = torch.zeros(1, 2, requires_grad=True)
    for step, other in enumerate([(-1.0, 0.0), (1.0, 0.0), (0.0, 3.0)]):
        copies = split.part(shared)
        gradients = {"a": torch.tensor([2.0, 0.0]), "b": torch.tensor(other)}
        split.total({t: (copies[t][0] * g).sum() for t, g in gradients.items()}).backward()
        monitor.representation(step, split.last)
    monitor.flush()
    row = monitor.frame().filter(pl.col("task_i") != pl.col("task_j")).row(0, named=True)
    # Of the unweighted losses, though the Gramian has the stated weight inside.
    assert row["inner"] == pytest.approx(0.0)
    assert row["cosine"] == pytest.approx(0.0)
    assert row["cosine_square"] == pytest.approx(2 / 3)
    assert row["conflict"] == pytest.approx(1 / 3)
    assert row["weight_j"] == pytest.approx(14 / 3)
    square = monitor.frame().filter(pl.col("task_i") == "b")["inner"].item()
    assert square == pytest.approx((1 + 1 + 9) / 3)


def test_a_step_without_a_record_leaves_no_row():
    monitor = GradMonitor()
    monitor.representation(0, None)
    monitor.flush()
    assert monitor.frame().is_empty()


def test_zero_gradients_have_no_direction():
    weight = torch.ones(2, requires_grad=True)
    losses = {"a": (torch.ones(4, 2) * weight).sum(-1), "b": 0 * (torch.ones(4, 2) @ weight)}
    valid = {t: torch.ones(4, dtype=torch.bool) for t in losses}
    monitor = GradMonitor()
    assert monitor.parameters(0, losses, valid, [weight])
    pair = monitor.frame().filter(pl.col("task_i") != pl.col("task_j")).row(0, named=True)
    assert (pair["inner"], pair["cosine"], pair["conflict"]) == (0.0, None, None)
    assert summarise(monitor.frame()).pairs == []


def test_a_resumed_monitor_has_the_rows_of_an_uninterrupted_one():
    whole, monitor = (GradMonitor(every=2, window=4) for _ in range(2))
    watched(10, whole)
    run = Run()
    torch.manual_seed(7)
    for step in range(10):
        if step == 6:
            state = json.loads(json.dumps(monitor.state_dict()))
            monitor = GradMonitor(every=2, window=4)
            monitor.load_state_dict(state)
        run.step(step, monitor)
    for each in (whole, monitor):
        each.flush()
    assert monitor.frame().equals(whole.frame())


def test_taking_forgets_and_parts_make_the_whole():
    parts, whole = GradMonitor(every=2, window=2), GradMonitor(every=2, window=2)
    watched(9, whole)
    run, taken = Run(), []
    torch.manual_seed(7)
    for step in range(9):
        run.step(step, parts)
        if step % 3 == 2:
            taken.append(parts.take())
    for monitor in (parts, whole):
        monitor.flush()
    taken.append(parts.take())
    assert parts.frame().is_empty()
    assert pl.concat(taken).equals(whole.frame())


def test_sampled_parameters_are_those_of_the_plain_network():
    """What `Split` does to the backward pass is not seen by the monitor."""
    monitor = GradMonitor(every=1)
    torch.manual_seed(0)
    trunk = nn.Linear(4, 3)
    split = Split(["a", "b"], NormMatched(["a", "b"]), PCGrad())
    x, valid = torch.randn(6, 4), {t: torch.ones(6, dtype=torch.bool) for t in "ab"}
    copies = split.part(trunk(x))
    losses = {"a": copies["a"][0].square().sum(-1), "b": -9 * copies["b"][0].sum(-1)}
    monitor.parameters(0, losses, valid, list(trunk.parameters()))
    z, parameters = trunk(x), list(trunk.parameters())
    flat = []
    for loss in (z.square().sum(-1).mean(), -9 * z.sum(-1).mean()):
        found = torch.autograd.grad(loss, parameters, retain_graph=True)
        flat.append(torch.cat([gradient.flatten() for gradient in found]))
    expected = [float(flat[i] @ flat[j]) for i, j in ((0, 0), (0, 1), (1, 1))]
    np.testing.assert_allclose(monitor.frame()["inner"].to_list(), expected, rtol=1e-4)
    assert split.state_dict() == Split(["a", "b"], NormMatched(["a", "b"]), PCGrad()).state_dict()


def test_wrong_settings():
    with pytest.raises(MalsoriError, match="every=0"):
        GradMonitor(every=0)
