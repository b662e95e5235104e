"""What every head must satisfy; a new file in heads/ is tested without a change here."""

import numpy as np
import pytest
import torch

from malsori.errors import MalsoriError
from malsori.nn.counts import Counts
from malsori.nn.heads import HEADS
from malsori.nn.losses import LOSSES
from malsori.registry import ComponentConfig
from malsori.schema import Task

KINDS = HEADS.kinds()
COUNTS = [2, 3, 6]


def head_of(kind, classes=4, hidden=0):
    options = {"hidden": hidden} if "hidden" in HEADS.config_model(kind).model_fields else {}
    config = ComponentConfig(kind=kind, **{**HEADS.example(kind).options, **options})
    answers = HEADS.load(kind).fits[-1]
    named = () if answers == "regression" else tuple("abcdefgh"[:classes])
    torch.manual_seed(0)
    return build(config, Task(name="t", kind=answers, classes=named)).eval()


def build(config, task):
    return HEADS.build(config, dim=8, task=task, counts=made_up_counts(task))


def made_up_counts(task):
    return Counts(9 * task.width, (9,) * len(task.classes))


def targets_for(head, index):
    """Targets of the head's kind of task that say the same as class indices."""
    if head.task.kind == "regression":
        return index.float() - 1
    if head.task.kind == "multilabel":
        return torch.eye(len(head.task.classes), dtype=torch.int8)[index]
    return index


def prior_for(head, shares):
    return np.array(shares[:2] if head.task.kind == "regression" else shares)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", COUNTS)
@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_probabilities_are_probabilities_whatever_the_logits(kind, classes, scale):
    head = head_of(kind, classes)
    logits = torch.randn(64, head(torch.zeros(1, 8)).shape[1]) * scale
    found = head.probabilities(logits)
    assert found.shape == (64, head.task.width)
    assert torch.isfinite(found).all()
    if head.task.kind != "regression":
        assert ((found >= 0) & (found <= 1)).all()
    if head.task.kind in ("nominal", "ordinal"):
        torch.testing.assert_close(found.sum(-1), torch.ones(64))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("classes", COUNTS)
def test_loss_is_one_number_a_row_and_falls_towards_the_target(kind, classes):
    head = head_of(kind, classes)
    optimizer = torch.optim.Adam(head.parameters(), lr=0.1)
    x, target = torch.randn(classes, 8), targets_for(head, torch.arange(classes))
    first = head.loss(head(x), target)
    assert first.shape == (classes,)
    assert (first >= 0).all()
    for _ in range(300):
        optimizer.zero_grad()
        head.loss(head(x), target).sum().backward()
        optimizer.step()
    assert head.loss(head(x), target).sum() < 0.2 * first.sum()


@pytest.mark.parametrize("kind", KINDS)
def test_right_logits_name_the_right_class(kind):
    """From the head's own loss: logits that minimise it for a class give that class."""
    head = head_of(kind, 4)
    width = head(torch.zeros(1, 8)).shape[1]
    target = targets_for(head, torch.arange(4))
    logits = torch.zeros(4, width, requires_grad=True)
    optimizer = torch.optim.Adam([logits], lr=0.5)
    for _ in range(100):
        optimizer.zero_grad()
        head.loss(logits, target).sum().backward()
        optimizer.step()
    found = head.probabilities(logits)
    if head.task.kind == "regression":
        torch.testing.assert_close(found[:, 0], target, atol=0.05, rtol=0)
    else:
        assert found.argmax(-1).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hidden", [0, 5])
@pytest.mark.parametrize("prior", [(0.7, 0.2, 0.1), (0.0, 1.0, 0.0), (0.5, 0.0, 0.5)])
def test_set_prior_answers_with_the_prior(kind, hidden, prior):
    head = head_of(kind, 3, hidden=hidden)
    head.set_prior(prior_for(head, prior))
    found = head.probabilities(head(torch.randn(4, 8)))
    wanted = torch.tensor([prior[: head.task.width]] * 4)
    torch.testing.assert_close(found, wanted, atol=1e-6, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_after_set_prior_it_still_learns(kind):
    head = head_of(kind, 3)
    head.set_prior(prior_for(head, [0.2, 0.3, 0.5]))
    head.loss(head(torch.randn(8, 8)), targets_for(head, torch.arange(8) % 3)).sum().backward()
    assert all(p.grad.abs().sum() > 0 for p in head.parameters())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hidden", [0, 5])
def test_gradients_reach_every_parameter(kind, hidden):
    head = head_of(kind, 4, hidden=hidden).train()
    head.loss(head(torch.randn(32, 8)), targets_for(head, torch.arange(32) % 4)).sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in head.parameters())


@pytest.mark.parametrize("kind", KINDS)
def test_rows_in_any_order_and_state_round_trip(kind):
    one, two, x = head_of(kind), head_of(kind), torch.randn(5, 8)
    with torch.no_grad():
        [p.add_(1.0) for p in two.parameters()]
    two.load_state_dict(one.state_dict())
    order = torch.tensor([4, 0, 2])
    torch.testing.assert_close(one(x)[order], two(x[order]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("over", ["logits", "probabilities"])
def test_absent_views_have_no_vote(kind, over):
    head = head_of(kind)
    logits = torch.randn(3, 2, head(torch.zeros(1, 8)).shape[1])
    present = torch.tensor([[True, False], [True, True], [False, False]])
    other = logits.clone()
    other[0, 1] = float("nan")
    joined, same = (head.join(each, present, over) for each in (logits, other))
    torch.testing.assert_close(joined, same)
    torch.testing.assert_close(
        head.probabilities(joined[0]), head.probabilities(logits[0, 0]), atol=1e-6, rtol=1e-5
    )
    assert torch.isfinite(joined).all()


@pytest.mark.parametrize("kind", KINDS)
def test_soft_vote_is_the_mean_of_probabilities(kind):
    head = head_of(kind)
    logits = torch.randn(16, 3, head(torch.zeros(1, 8)).shape[1]) * 3
    present = torch.rand(16, 3) < 0.6
    present[:, 0] = True
    joined = head.probabilities(head.join(logits, present, "probabilities"))
    each = head.probabilities(logits)
    mean = (each * present[..., None]).sum(1) / present.sum(1, keepdim=True)
    torch.testing.assert_close(joined, mean, atol=1e-6, rtol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("over", ["logits", "probabilities"])
def test_gradients_through_a_vote_are_finite(kind, over):
    head = head_of(kind)
    logits = torch.randn(3, 2, head(torch.zeros(1, 8)).shape[1], requires_grad=True)
    present = torch.tensor([[True, False], [True, True], [False, False]])
    target = targets_for(head, torch.tensor([0, 1, 3]))
    head.loss(head.join(logits, present, over), target).sum().backward()
    assert torch.isfinite(logits.grad).all()
    assert logits.grad[0, 1].abs().sum() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_one_view_joined_is_itself(kind):
    head = head_of(kind)
    logits = torch.randn(4, 1, head(torch.zeros(1, 8)).shape[1])
    joined = head.join(logits, torch.ones(4, 1, dtype=torch.bool), "logits")
    assert torch.equal(joined, logits[:, 0])


@pytest.mark.parametrize("kind", KINDS)
def test_a_task_of_another_kind_is_refused(kind):
    strange = next(k for k in ("regression", "nominal") if k not in HEADS.load(kind).fits)
    task = Task(name="t", kind=strange, classes=() if strange == "regression" else ("a", "b"))
    with pytest.raises(MalsoriError, match=f"kind {kind} answers .* and 't' is {strange}"):
        build(HEADS.example(kind), task)


@pytest.mark.parametrize("kind", KINDS)
def test_a_loss_for_other_logits_is_refused(kind):
    cls = HEADS.load(kind)
    other = next(k for k in LOSSES.kinds() if LOSSES.load(k).answer != cls.answer)
    task = Task(name="t", kind=cls.fits[-1], classes=head_of(kind).task.classes)
    with pytest.raises(
        MalsoriError, match=rf"heads\.t\.loss: {LOSSES.load(other).__name__} is for"
    ):
        build(ComponentConfig(kind=kind, loss={"kind": other}), task)
