import numpy as np
import pytest

from malsori.balance.weightings._warm_up import WarmUp
from malsori.balance.weightings.norm_matched import NormMatched
from malsori.errors import MalsoriError


def test_it_hands_everything_on():
    plain, wrapped = NormMatched(["a", "b"]), WarmUp(NormMatched(["a", "b"]), "a", epochs=2)
    assert wrapped.from_gradients
    for seed in range(3):
        wrapped.begin(seed, epoch=2)
        gradients = np.random.default_rng(seed).normal(size=(2, 5))
        for weighting in (plain, wrapped):
            weighting.weights(np.zeros(2), gradients @ gradients.T)
    assert wrapped.state_dict() == plain.state_dict()


def test_it_ends_after_its_epochs():
    warm = WarmUp(NormMatched(["a", "b"]), "a", epochs=2)
    seen = []
    for epoch in range(3):
        warm.begin(epoch, epoch)
        seen.append([warm.trains(task) for task in ("a", "b")])
    assert seen == [[True, False], [True, False], [True, True]]


def test_a_task_that_is_not_there_is_refused():
    with pytest.raises(MalsoriError, match="no task 'c'"):
        WarmUp(NormMatched(["a", "b"]), "c", epochs=1)
