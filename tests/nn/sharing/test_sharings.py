"""What every sharing must satisfy; a new file in sharing/ is tested without a change here."""

import pytest
import torch

from malsori.nn.sharing import SHARINGS

KINDS = SHARINGS.kinds()
TASKS = ["urgency", "sentiment", "v2.0"]


def sharing_of(kind, tasks=TASKS):
    torch.manual_seed(0)
    return SHARINGS.load(kind)(6, tasks).eval()


@pytest.mark.parametrize("kind", KINDS)
def test_every_task_gets_the_declared_size(kind):
    sharing = sharing_of(kind)
    found = sharing(torch.randn(4, 6))
    assert list(found) == TASKS
    assert {tuple(x.shape) for x in found.values()} == {(4, sharing.out_dim)}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_depend_on_themselves_alone_in_any_order(kind):
    sharing, view, order = sharing_of(kind), torch.randn(5, 6), torch.tensor([3, 0])
    whole, part = sharing(view), sharing(view[order])
    for task in TASKS:
        torch.testing.assert_close(whole[task][order], part[task], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_reach_every_parameter(kind):
    sharing = sharing_of(kind).train()
    sum((x * torch.randn_like(x)).sum() for x in sharing(torch.randn(32, 6)).values()).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in sharing.parameters())


@pytest.mark.parametrize("kind", KINDS)
def test_state_round_trip(kind):
    one, two, view = sharing_of(kind), SHARINGS.load(kind)(6, TASKS).eval(), torch.randn(3, 6)
    two.load_state_dict(one.state_dict())
    for task in TASKS:
        assert torch.equal(one(view)[task], two(view)[task])


@pytest.mark.parametrize("kind", KINDS)
def test_shared_parameters_are_those_that_two_tasks_use(kind):
    sharing = sharing_of(kind)
    found, view = {id(p) for p in sharing.shared_parameters()}, torch.randn(32, 6)
    users = dict.fromkeys(map(id, sharing.parameters()), 0)
    for task in TASKS:
        sharing.zero_grad()
        (sharing(view)[task] * torch.randn(32, sharing.out_dim)).sum().backward()
        for p in sharing.parameters():
            users[id(p)] += p.grad is not None and bool(p.grad.abs().sum() > 0)
    assert found == {p for p, count in users.items() if count > 1}
    assert sharing_of(kind, ["alone"]).shared_parameters() == []


@pytest.mark.parametrize("kind", [k for k in KINDS if SHARINGS.load(k).cut])
def test_with_a_cut_shared_and_branches_make_the_whole(kind):
    sharing, view = sharing_of(kind), torch.randn(3, 6)
    shared = sharing.shared(view)
    apart = sharing.branches({task: shared.clone() for task in TASKS})
    for task, x in sharing(view).items():
        assert torch.equal(apart[task], x)
