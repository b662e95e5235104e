"""The faults that guards look for, each planted in a healthy setup."""

from dataclasses import replace

import pytest
import torch

from malsori.encoders.store import Store
from malsori.errors import MalsoriError
from malsori.registry import ComponentConfig
from malsori.reporting import Silent, reporting
from malsori.training.guards import GUARDS
from malsori.training.hooks.guarding import Guarding
from malsori.training.loop import Loop
from malsori.training.optimizing import make_optimizer
from malsori.training.setup import assemble
from malsori.words import LANGS, Words


@pytest.fixture
def setup(recipe, toy):
    return assemble(recipe, toy, Store(toy.path / "store"), workers=1)


def other_optimizer(setup):
    """The fault of the best documented failed study: nothing moved, nobody noticed."""
    optimizer = make_optimizer(torch.nn.Linear(2, 2), setup.recipe.training.optimizer)
    return replace(setup, optimizer=optimizer)


def broken_loss(setup):
    for name, parameter in setup.model.named_parameters():
        if name.startswith("heads") and "sentiment" in name:
            parameter.data.fill_(float("nan"))
    return setup


def unreached_encoder(setup):
    # Parameters that nothing computes with, as an update that a model never calls.
    setup.model.encoders["voice"].extra = torch.nn.Parameter(torch.ones(3))
    setup.model.encoders["voice"].requires_grad_(True)
    return replace(setup, optimizer=make_optimizer(setup.model, setup.recipe.training.optimizer))


FAULTS = {"optimizer": other_optimizer, "finite": broken_loss, "reached": unreached_encoder}


def test_every_guard_has_its_fault():
    assert FAULTS.keys() == set(GUARDS.kinds())


@pytest.mark.parametrize("kind", FAULTS)
def test_a_planted_fault_ends_training_under_its_id(setup, kind):
    with pytest.raises(MalsoriError, match=f": {kind}: "):
        Loop(FAULTS[kind](setup), [Guarding()], Silent()).train()


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("lang", LANGS)
def test_it_is_said_in_both_languages(setup, kind, lang):
    class Listener(Silent):
        pass

    listener = Listener()
    listener.lang = lang
    with reporting(listener), pytest.raises(MalsoriError) as error:
        Loop(FAULTS[kind](setup), [Guarding()]).train()
    assert (max(error.value.message) >= "가") == (lang == "ko")
    assert error.value.hint


@pytest.mark.parametrize("kind", FAULTS)
def test_the_same_fault_can_be_noted_and_trained_on(setup, kind):
    seen = []
    loop = Loop(FAULTS[kind](setup), [Guarding(act=seen.append)], Silent())
    loop.total = loop.steps_per_epoch
    loop.train()
    assert {finding.check for finding in seen} == {kind}
    assert {finding.severity for finding in seen} == {"serious"}
    assert loop.progress.step == loop.total


def test_a_wrong_optimizer_trains_nothing_where_nobody_looks(setup):
    before = {k: v.clone() for k, v in setup.model.state_dict().items()}
    loop = Loop(other_optimizer(setup), [], Silent())
    loop.total = loop.steps_per_epoch
    loop.train()
    after = setup.model.state_dict()
    assert all(torch.equal(before[k], after[k]) for k in before)


def test_healthy_training_is_quiet(setup):
    seen = []
    Loop(setup, [Guarding(act=seen.append)], Silent()).train()
    assert seen == []
    assert Words("ko")("training.optimizer.do")
    assert all(GUARDS.build(ComponentConfig(kind=k)).id == k for k in GUARDS.kinds())
