import copy

import numpy as np
import pytest
import torch
from torch import nn

from malsori.balance.engines.split import Split
from malsori.balance.solvers.pcgrad import PCGrad
from malsori.balance.solvers.sum import Sum
from malsori.balance.weightings.norm_matched import NormMatched
from malsori.balance.weightings.static import Static
from malsori.errors import MalsoriError


def names(count):
    return [f"task{k}" for k in range(count)]


def split_of(count, solver=None, weighting=None, seed=0):
    tasks = names(count)
    return Split(tasks, weighting or Static(tasks), solver or Sum(), seed)


class Net(nn.Module):
    """A trunk with several views and one head for each task."""

    def __init__(self, tasks=3, views=1):
        super().__init__()
        torch.manual_seed(0)
        self.trunk = nn.ModuleList(
            [nn.Sequential(nn.Linear(6, 8), nn.GELU(), nn.Linear(8, 5)) for _ in range(views)]
        )
        self.heads = nn.ModuleDict({t: nn.Linear(5 * views, 2) for t in names(tasks)})
        self.views = views

    def losses(self, x, split=None, only=None):
        shared = [trunk(x) for trunk in self.trunk]
        copies = dict.fromkeys(self.heads, shared) if split is None else split.part(*shared)
        chosen = only or list(self.heads)
        return {
            t: self.heads[t](torch.cat(list(copies[t]), -1)).tanh().square().mean() * (k + 1)
            for k, t in enumerate(self.heads)
            if t in chosen
        }

    def gradients(self):
        return {n: None if p.grad is None else p.grad.clone() for n, p in self.named_parameters()}


def plain(net, x, only=None):
    net.zero_grad()
    sum(net.losses(x, only=only).values()).backward()
    return net.gradients()


def through(net, x, split, only=None):
    net.zero_grad()
    split.total(net.losses(x, split, only)).backward()
    return net.gradients()


def same(one, two):
    assert one.keys() == two.keys()
    for name in one:
        if one[name] is None or two[name] is None:
            assert one[name] is two[name], name
        else:
            assert torch.equal(one[name], two[name]), name


X = torch.randn(7, 6, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("tasks", [1, 2, 3, 5, 10])
@pytest.mark.parametrize("views", [1, 3])
def test_sum_is_a_plain_backward_bit_for_bit(tasks, views):
    net = Net(tasks, views)
    same(plain(net, X), through(net, X, split_of(tasks)))


@pytest.mark.parametrize("weighting", [Static, NormMatched])
def test_one_present_task_is_a_plain_backward_and_leaves_no_trace(weighting):
    net = Net(3)
    split = split_of(3, PCGrad(), weighting(names(3)))
    before = copy.deepcopy(split.state_dict())
    same(plain(net, X, ["task1"]), through(net, X, split, ["task1"]))
    assert split.last is None
    assert split.state_dict() == before


def cotangents(net, x, views):
    """Each task's gradient of the shared representation, one by one."""
    shared = [trunk(x) for trunk in net.trunk]
    rows = []
    for k, head in enumerate(net.heads.values()):
        loss = head(torch.cat(shared, -1)).tanh().square().mean() * (k + 1)
        found = torch.autograd.grad(loss, shared)
        rows.append(torch.cat([g.flatten() for g in found]).double())
    return torch.stack(rows).numpy()


@pytest.mark.parametrize("views", [1, 2])
@pytest.mark.parametrize("tasks", [2, 3, 5])
def test_trunk_gets_the_solvers_weighted_sum_and_heads_are_untouched(tasks, views):
    net = Net(tasks, views)
    split = split_of(tasks, PCGrad(), NormMatched(names(tasks)), seed=3)
    split.begin(11)
    found = through(net, X, split)
    rows = cotangents(net, X, views)
    gramian = rows @ rows.T
    np.testing.assert_allclose(split.last.gramian, gramian, rtol=1e-6)
    scale = NormMatched(names(tasks)).weights(np.zeros(tasks), gramian)
    weights = PCGrad()(scale[:, None] * gramian * scale, np.random.default_rng([3, 11])) * scale
    np.testing.assert_allclose(split.last.weights, weights, rtol=1e-6)
    net.zero_grad()
    losses = net.losses(X)
    sum(weights[k] * losses[t] for k, t in enumerate(losses)).backward()
    expected, bare = net.gradients(), plain(net, X)
    for name, gradient in found.items():
        if name.startswith("heads"):
            assert torch.equal(gradient, bare[name])
        else:
            torch.testing.assert_close(gradient, expected[name])


def test_absent_task_is_absent_and_not_zero():
    net = Net(3)
    seen = []

    class Spy(Sum):
        def __call__(self, gramian, rng=None):
            seen.append(gramian)
            return np.array([2.0, np.nan, 3.0])

    split = split_of(3, Spy(), NormMatched(names(3)))
    found = through(net, X, split, ["task0", "task2"])
    assert np.isnan(np.diagonal(seen[0])).tolist() == [False, True, False]
    assert split.last.solver.tolist() == [2.0, 3.0]
    assert split.last.tasks == ("task0", "task2")
    assert found["heads.task1.weight"] is None
    assert split.weighting.state_dict()["count"] == {"task0": 1, "task1": 0, "task2": 1}
    assert np.isnan(split.last.losses).sum() == 0


def test_two_gradients_meet_as_in_the_paper():
    split = split_of(2, PCGrad())
    shared = torch.zeros(1, 2, requires_grad=True)
    copies = split.part(shared)
    for task, g in {"task0": (1.0, 0.0), "task1": (-8.0, 6.0)}.items():
        copies[task][0].register_hook(lambda _, g=g: torch.tensor([g]))
    split.total({t: copies[t][0].sum() for t in copies}).backward()
    torch.testing.assert_close(shared.grad, torch.tensor([[0.36, 6.48]]))


def test_stated_weights_scale_trunk_and_heads():
    net = Net(2)
    split = split_of(2, weighting=Static(names(2), weights={"task1": 0.25}))
    found = through(net, X, split)
    net.zero_grad()
    losses = net.losses(X)
    (losses["task0"] + 0.25 * losses["task1"]).backward()
    same(found, net.gradients())
    assert split.last.applied == {"task0": 1.0, "task1": 0.25} == split.applied
    np.testing.assert_allclose(split.last.losses, [float(v.detach()) for v in losses.values()])


@pytest.mark.parametrize("solver", [Sum(), PCGrad()])
def test_incoming_gradients_are_not_written_to(solver):
    """Autograd hands one and the same tensor to both operands of a sum."""
    split = split_of(2, solver)
    shared = torch.randn(3, 2, requires_grad=True)
    copies = split.part(shared)
    kept = []
    for (copied,) in copies.values():
        copied.register_hook(kept.append)
    weights = torch.randn(3, 2)
    ((copies["task0"][0] + copies["task1"][0]) * weights).sum().backward()
    assert len(kept) == 2
    assert all(torch.equal(each, weights) for each in kept)


def test_second_shared_tensor_that_needs_no_gradient():
    split = split_of(2, PCGrad())
    one, two = torch.randn(2, 3, requires_grad=True), torch.randn(2, 3)
    copies = split.part(one, two)
    split.total({t: (a * b).sum() for t, (a, b) in copies.items()}).backward()
    torch.testing.assert_close(one.grad, 2 * two)


def test_a_view_that_one_task_does_not_use_is_zero_for_it():
    split = split_of(2, PCGrad())
    one, two = (torch.randn(2, 3, requires_grad=True) for _ in range(2))
    copies = split.part(one, two)
    losses = {"task0": copies["task0"][0].sum(), "task1": copies["task1"][1].sum()}
    split.total(losses).backward()
    np.testing.assert_allclose(split.last.gramian, [[6.0, 0.0], [0.0, 6.0]])
    torch.testing.assert_close(two.grad, torch.ones(2, 3))


@pytest.mark.parametrize("mode", ["no_grad", "frozen"])
def test_without_gradients_the_copies_are_the_given_tensors(mode):
    split = split_of(2, PCGrad())
    shared = torch.randn(2, 3, requires_grad=mode == "no_grad")
    with torch.set_grad_enabled(mode == "frozen"):
        copies = split.part(shared)
    assert all(copies[t][0] is shared for t in names(2))


def test_a_branch_may_not_write_into_what_is_shared():
    copies = split_of(2).part(torch.randn(2, 3, requires_grad=True))
    with pytest.raises(RuntimeError, match="modified inplace"):
        copies["task0"][0].relu_()


def test_second_derivatives_are_refused():
    shared = torch.randn(2, 3, requires_grad=True)
    copies = split_of(2).part(shared)
    total = sum(each.square().sum() for (each,) in copies.values())
    (first,) = torch.autograd.grad(total, shared, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        first.sum().backward()


def test_not_finite_gradients_pass_on_as_the_sum_and_do_not_poison_averages():
    net = Net(2)
    split = split_of(2, PCGrad(), NormMatched(names(2)))
    through(net, X, split)
    before = copy.deepcopy(split.weighting.state_dict())
    broken = X.clone()
    broken[0, 0] = float("inf")
    found = through(net, broken, split)
    assert not all(torch.isfinite(g).all() for g in found.values())
    assert split.last.weights.tolist() == [1.0, 1.0]
    assert split.weighting.state_dict() == before


def test_accumulated_micro_batches_are_balanced_one_by_one():
    net = Net(3)
    apart = []
    for part in (X[:3], X[3:]):
        split = split_of(3, PCGrad())
        apart.append(through(net, part, split))
    net.zero_grad()
    split = split_of(3, PCGrad())
    for part in (X[:3], X[3:]):
        split.begin(0)
        split.total(net.losses(part, split)).backward()
    for name, gradient in net.gradients().items():
        torch.testing.assert_close(gradient, apart[0][name] + apart[1][name])


def test_two_forward_passes_before_one_backward():
    net = Net(2)
    split = split_of(2)
    losses = [net.losses(part, split) for part in (X[:3], X[3:])]
    split.total({t: losses[0][t] + losses[1][t] for t in names(2)}).backward()
    found = net.gradients()
    net.zero_grad()
    one, two = net.losses(X[:3]), net.losses(X[3:])
    sum(one[t] + two[t] for t in names(2)).backward()
    for name, gradient in net.gradients().items():
        torch.testing.assert_close(gradient, found[name])


def test_random_order_follows_from_seed_and_step_alone():
    net = Net(5)
    with torch.no_grad():
        for head in net.heads.values():
            head.weight.normal_()
    run = split_of(5, PCGrad(), NormMatched(names(5)), seed=2)
    whole = []
    for step in range(6):
        run.begin(step)
        whole.append(through(net, X + step, run))
        if step == 2:
            saved = copy.deepcopy(run.state_dict())
    resumed = split_of(5, PCGrad(), NormMatched(names(5)), seed=2)
    resumed.load_state_dict(saved)
    for step in range(3, 6):
        resumed.begin(step)
        same(through(net, X + step, resumed), whole[step])


def test_global_random_numbers_are_left_alone():
    net, split = Net(5), split_of(5, PCGrad())
    torch.manual_seed(3)
    np.random.seed(3)  # noqa: NPY002 - the global state is what is looked at
    through(net, X, split)
    found = (torch.rand(1).item(), np.random.rand())  # noqa: NPY002
    torch.manual_seed(3)
    np.random.seed(3)  # noqa: NPY002
    assert found == (torch.rand(1).item(), np.random.rand())  # noqa: NPY002


def test_recurrent_trunk():
    torch.manual_seed(0)
    trunk, heads = nn.GRU(4, 5, batch_first=True), [nn.Linear(5, 2) for _ in range(2)]
    x = torch.randn(3, 6, 4)
    split = split_of(2)
    copies = split.part(trunk(x)[0])
    rows = zip(heads, copies.values(), strict=True)
    losses = [head(z).square().mean() for head, (z,) in rows]
    split.total(dict(zip(names(2), losses, strict=True))).backward()
    found = [p.grad.clone() for p in trunk.parameters()]
    trunk.zero_grad()
    z = trunk(x)[0]
    sum(head(z).square().mean() for head in heads).backward()
    assert all(torch.equal(a, p.grad) for a, p in zip(found, trunk.parameters(), strict=True))


def test_autocast_to_bfloat16():
    net, split = Net(2), split_of(2)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        losses = net.losses(X, split)
    split.total(losses).backward()
    found = net.gradients()
    net.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        losses = net.losses(X)
    sum(losses.values()).backward()
    same(found, net.gradients())
    assert split.last.gramian.dtype == np.float64


def test_distributed_data_parallel(tmp_path):
    if not torch.distributed.is_available():
        pytest.skip("torch without distributed")
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{tmp_path}/rendezvous", rank=0, world_size=1
    )
    try:

        class Whole(Net):
            def forward(self, x, split):
                return self.losses(x, split)

        net = Whole(2)
        expected = through(net, X, split_of(2, PCGrad()))
        net.zero_grad()
        split = split_of(2, PCGrad())
        parallel = nn.parallel.DistributedDataParallel(net)
        split.total(parallel(X, split)).backward()
        same(expected, net.gradients())
    finally:
        torch.distributed.destroy_process_group()


def test_wrong_use_says_what_is_wrong():
    split = Split(["urgency", "sentiment"], Static(["urgency", "sentiment"]), Sum())
    with pytest.raises(MalsoriError, match="did you mean 'urgency'"):
        split.total({"urgncy": torch.tensor(1.0)})
    with pytest.raises(MalsoriError, match="no loss"):
        split.total({})
    with pytest.raises(MalsoriError, match="weighting is over"):
        Split(["a", "b"], Static(["b", "a"]), Sum())
    with pytest.raises(MalsoriError, match="twice"):
        Split(["a", "a"], Static(["a", "a"]), Sum())
