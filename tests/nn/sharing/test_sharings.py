"""What every sharing must satisfy; a new file in sharing/ is tested without a change here.

One from another package is among them, a mixture of experts without a cut.
"""

import json
from pathlib import Path

import pytest
import torch

from malsori.errors import MalsoriError
from malsori.nn.sharing import SHARINGS, CutSharing

KINDS = [*SHARINGS.kinds(), "tests_mmoe"]
TASKS = ["urgency", "sentiment", "v2.0"]


@pytest.fixture(autouse=True)
def another(add_kind):
    add_kind("malsori.sharings", "tests_mmoe", "mmoe:MMoE", Path(__file__).parent)


def sharing_of(kind, tasks=TASKS):
    torch.manual_seed(0)
    return SHARINGS.build(SHARINGS.example(kind), 6, tasks).eval()


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
def test_gradients_reach_every_parameter_and_the_view(kind):
    sharing, view = sharing_of(kind).train(), torch.randn(32, 6, requires_grad=True)
    sum((x * torch.randn_like(x)).sum() for x in sharing(view).values()).backward()
    grads = [view.grad, *(p.grad for p in sharing.parameters())]
    assert all(grad is not None and grad.abs().sum() > 0 for grad in grads)


@pytest.mark.parametrize("kind", KINDS)
def test_state_and_structure_round_trip(kind):
    one, two, view = sharing_of(kind), sharing_of(kind), torch.randn(3, 6)
    with torch.no_grad():
        [p.add_(1.0) for p in two.parameters()]
    two.restructure(json.loads(json.dumps(one.structure())))
    two.load_state_dict(one.state_dict())
    for task in TASKS:
        assert torch.equal(one(view)[task], two(view)[task])


@pytest.mark.parametrize("kind", KINDS)
def test_a_structure_of_something_else_is_refused(kind):
    with pytest.raises(MalsoriError, match="sharing"):
        sharing_of(kind).restructure({"no such": 1})


@pytest.mark.parametrize("kind", KINDS)
def test_a_penalty_is_a_scalar_that_can_be_learned_from(kind):
    penalty = sharing_of(kind).penalty()
    assert penalty is None or (penalty.ndim == 0 and penalty.requires_grad)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tasks", [TASKS, ["alone"]])
def test_users_are_the_tasks_whose_gradient_reaches_a_parameter(kind, tasks):
    sharing, view = sharing_of(kind, tasks), torch.randn(32, 6, requires_grad=True)
    told = [(id(p), set(group.tasks)) for group in sharing.users().values() for p in group[0]]
    assert sorted(i for i, _ in told) == sorted(map(id, sharing.parameters()))
    found = {id(p): set() for p in sharing.parameters()}
    for task in tasks:
        sharing.zero_grad()
        (sharing(view)[task] * torch.randn(32, sharing.out_dim)).sum().backward()
        for p in sharing.parameters():
            if p.grad is not None and bool(p.grad.abs().sum() > 0):
                found[id(p)].add(task)
    assert dict(told) == found


@pytest.mark.parametrize("kind", KINDS)
def test_with_a_cut_shared_and_branches_make_the_whole(kind):
    sharing, view = sharing_of(kind), torch.randn(3, 6)
    if not isinstance(sharing, CutSharing):
        pytest.skip("has none")
    shared = sharing.shared(view)
    apart = sharing.branches({task: [x.clone() for x in shared] for task in TASKS})
    for task, x in sharing(view).items():
        assert torch.equal(apart[task], x)
