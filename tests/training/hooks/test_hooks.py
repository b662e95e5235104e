import pytest
import torch

from malsori.encoders.store import Store
from malsori.notes import Note
from malsori.reporting import Silent
from malsori.training.hooks import Hook
from malsori.training.loop import Loop
from malsori.training.setup import assemble


@pytest.fixture
def setup(recipe, toy):
    return assemble(recipe, toy, Store(toy.path / "store"), workers=1)


def _last(loop):
    """The bias of a head, which every step moves."""
    return list(loop.setup.model.parameters())[-1]


class Diary(Hook):
    """Writes down when it was called, and looks at what it got."""

    def __init__(self):
        self.days = []

    def before_training(self, loop):
        self.days.append("before_training")

    def before_step(self, loop, batch):
        assert loop.setup.model.training
        assert len(batch.ids) <= loop.settings.batch_size
        self.weights = _last(loop).detach().clone()
        torch.rand(7)  # what a hook draws changes nothing
        self.days.append("before_step")

    def after_backward(self, loop, losses, record):
        weights = _last(loop)
        assert torch.equal(weights, self.weights)
        assert weights.grad is not None
        assert record is None or set(record.tasks) == set(losses)
        self.days.append("after_backward")

    def after_update(self, loop):
        assert not torch.equal(_last(loop), self.weights)
        self.days.append("after_update")

    def after_epoch(self, loop, row):
        assert row["epoch"] == loop.epoch + 1
        assert row["step"] == loop.progress.step
        self.days.append("after_epoch")
        if row["epoch"] == 2:
            loop.stop(Note("stop.epochs", {"epochs": 2}))

    def after_step(self, loop):
        self.days.append("after_step")

    def after_training(self, loop):
        assert loop.progress.stopped
        self.days.append("after_training")


def test_every_moment_comes_in_order_and_a_hook_can_stop(setup):
    diary = Diary()
    loop = Loop(setup, [diary], Silent())
    loop.train()
    step = ["before_step", "after_backward", "after_update"]
    epoch = [*step, "after_step"] * (loop.steps_per_epoch - 1) + [
        *step,
        "after_epoch",
        "after_step",
    ]
    assert diary.days == ["before_training", *epoch, *epoch, "after_training"]


def test_a_hook_that_draws_random_numbers_changes_no_bit(recipe, toy):
    weights = []
    for hooks in ([], [Diary()]):
        loop = Loop(assemble(recipe, toy, Store(toy.path / "store"), workers=1), hooks, Silent())
        loop.total = 2 * loop.steps_per_epoch
        loop.train()
        weights.append(loop.setup.model.state_dict())
    assert all(torch.equal(weights[0][k], weights[1][k]) for k in weights[0])


def test_the_state_of_a_hook_is_kept_under_its_name(setup):
    class Counter(Hook):
        count = 0

        def after_update(self, loop):
            self.count += 1

        def state_dict(self):
            return {"count": self.count}

        def load_state_dict(self, state):
            self.count = state["count"]

    counter, later = Counter(), Counter()
    loop = Loop(setup, [counter], Silent())
    loop.total = loop.steps_per_epoch
    loop.train()
    Loop(setup, [later], Silent()).load_state_dict(loop.state_dict())
    assert later.count == counter.count == loop.steps_per_epoch
