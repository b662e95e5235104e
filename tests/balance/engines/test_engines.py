"""What every engine must satisfy; a new file in engines/ is tested without a change here.

The engine of `exact.py` beside this file belongs to no registry: it shows that one from outside
satisfies the contract, and trains, without a change to the loop or the model.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from malsori.balance.engines import ENGINES
from malsori.balance.solvers.pcgrad import PCGrad
from malsori.balance.solvers.sum import Sum
from malsori.balance.weightings._warm_up import WarmUp
from malsori.balance.weightings.norm_matched import NormMatched
from malsori.balance.weightings.static import Static
from malsori.errors import MalsoriError

TASKS = ["a", "b", "c"]
X = torch.randn(9, 5, generator=torch.Generator().manual_seed(2))


def outside():
    place = Path(__file__).with_name("exact.py")
    spec = importlib.util.spec_from_file_location("exact", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Exact


CLASSES = [*(ENGINES.load(kind) for kind in ENGINES.kinds()), outside()]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(3)
        self.trunk = nn.Linear(5, 4)
        self.heads = nn.ModuleDict({t: nn.Linear(4, 2) for t in TASKS})

    def losses(self, engine=None, tasks=TASKS):
        z = self.trunk(X)
        copies = (
            engine.part(z) if engine is not None and engine.needs_cut else {t: [z] for t in TASKS}
        )
        return {
            t: (self.heads[t](copies[t][0]) - k).tanh().square().mean() * (1 + k)
            for k, t in enumerate(TASKS)
            if t in tasks
        }

    def gradients(self):
        return {n: None if p.grad is None else p.grad.clone() for n, p in self.named_parameters()}


def step(engine, net, tasks=TASKS, penalty=None, number=4):
    engine.begin(number, 0)
    losses = net.losses(engine, tasks)
    return engine.backward(
        {t: loss for t, loss in losses.items() if engine.trains(t)},
        {"trunk": list(net.trunk.parameters())},
        penalty,
    )


@pytest.mark.parametrize("cls", CLASSES)
def test_with_sum_and_constant_weights_it_is_a_plain_backward(cls):
    weights = {"b": 0.5}
    plain, balanced = Net(), Net()
    sum(loss * weights.get(t, 1.0) for t, loss in plain.losses().items()).backward()
    step(cls(TASKS, Static(TASKS, weights=weights), Sum(TASKS)), balanced)
    for name, gradient in plain.gradients().items():
        torch.testing.assert_close(balanced.gradients()[name], gradient)


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("weighting", [Static, NormMatched])
def test_the_trunk_gets_the_weighted_sum_and_the_heads_their_own(cls, weighting):
    net, plain = Net(), Net()
    record = step(cls(TASKS, weighting(TASKS), PCGrad(TASKS), seed=1), net)
    own = {t: torch.autograd.grad(loss, plain.trunk.weight, retain_graph=True)[0]
           for t, loss in plain.losses().items()}  # fmt: skip
    expected = sum(record.applied[t] * own[t] for t in TASKS)
    torch.testing.assert_close(net.trunk.weight.grad, expected)
    sum(plain.losses().values()).backward()
    for task in TASKS:
        torch.testing.assert_close(net.heads[task].weight.grad, plain.heads[task].weight.grad)


@pytest.mark.parametrize("cls", CLASSES)
def test_a_task_without_a_label_is_absent_and_not_zero(cls):
    net = Net()
    record = step(cls(TASKS, NormMatched(TASKS), PCGrad(TASKS)), net, ["a", "c"])
    assert record.tasks == ("a", "c")
    assert net.heads["b"].weight.grad is None
    alone = Net()
    assert step(cls(TASKS, NormMatched(TASKS), PCGrad(TASKS)), alone, ["b"]) is None
    assert alone.trunk.weight.grad is not None


@pytest.mark.parametrize("cls", CLASSES)
def test_in_a_warm_up_the_main_task_is_alone(cls):
    engine = cls(TASKS, WarmUp(Static(TASKS), "b", epochs=1), Sum(TASKS))
    net, plain = Net(), Net()
    step(engine, net)
    plain.losses()["b"].backward()
    for name, gradient in plain.gradients().items():
        found = net.gradients()[name]
        assert (found is None) == (gradient is None)
        if gradient is not None:
            torch.testing.assert_close(found, gradient)
    engine.begin(5, epoch=1)
    assert all(engine.trains(task) for task in TASKS)


@pytest.mark.parametrize("cls", CLASSES)
def test_a_penalty_is_added_and_gradients_accumulate(cls):
    net, plain = Net(), Net()
    engine = cls(TASKS, Static(TASKS), Sum(TASKS))
    for number in (0, 1):
        step(engine, net, penalty=net.trunk.weight.square().sum(), number=number)
        (sum(plain.losses().values()) + plain.trunk.weight.square().sum()).backward()
    for name, gradient in plain.gradients().items():
        torch.testing.assert_close(net.gradients()[name], gradient)


@pytest.mark.parametrize("cls", CLASSES)
def test_a_resumed_engine_does_what_the_uninterrupted_one_does(cls):
    def make():
        return cls(TASKS, NormMatched(TASKS), PCGrad(TASKS), seed=7)

    whole, first, second = make(), make(), make()
    nets = [Net(), Net()]
    for number in range(4):
        step(whole, nets[0], number=number)
    for number in range(2):
        step(first, nets[1], number=number)
    second.load_state_dict(first.state_dict())
    for number in (2, 3):
        step(second, nets[1], number=number)
    assert second.state_dict() == whole.state_dict()
    assert torch.equal(nets[0].trunk.weight.grad, nets[1].trunk.weight.grad)


@pytest.mark.parametrize("cls", CLASSES)
def test_a_weighting_that_looks_back_is_told_the_losses_after_the_update(cls):
    class LooksBack(Static):
        looks_back = True
        told = None

        def after_update(self, losses):
            self.told = losses

    net, weighting = Net(), LooksBack(TASKS)
    engine = cls(TASKS, weighting, Sum(TASKS))
    step(engine, net)
    engine.after_update(lambda: net.losses(tasks=["a", "c"]))
    assert np.isnan(weighting.told).tolist() == [False, True, False]
    cls(TASKS, Static(TASKS), Sum(TASKS)).after_update(lambda: 1 / 0)  # nobody asks: not computed


@pytest.mark.parametrize("cls", CLASSES)
def test_tasks_that_do_not_fit_are_refused(cls):
    with pytest.raises(MalsoriError, match="the weighting is over"):
        cls(["a", "b"], Static(["b", "a"]), Sum())
    engine = cls(TASKS, Static(TASKS), Sum())
    with pytest.raises(MalsoriError, match="'urgncy'"):
        engine.backward({"urgncy": torch.zeros((), requires_grad=True)})
    with pytest.raises(MalsoriError, match="no loss"):
        engine.backward({})
