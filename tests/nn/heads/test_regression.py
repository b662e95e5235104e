import numpy as np
import pytest
import torch

from malsori.nn.heads.regression import Regression
from malsori.nn.losses.huber import Huber
from malsori.nn.losses.squared_error import SquaredError
from malsori.schema import Task

OPEN = Task(name="age", kind="regression")
VALENCE = Task(name="valence", kind="regression", low=1, high=5)


def test_the_loss_is_in_standard_deviations():
    head = Regression(4, OPEN, loss=SquaredError())
    head.set_prior(np.array([100.0, 20.0]))
    loss = head.loss(torch.tensor([[0.0], [1.0]]), torch.tensor([140.0, 120.0]))
    assert loss.tolist() == [4.0, 0.0]


def test_its_starting_loss_is_1_whatever_the_unit():
    labels = np.random.default_rng(0).normal(1e4, 300, 50)
    head = Regression(4, OPEN, loss=SquaredError())
    head.set_prior(np.array([labels.mean(), labels.std()]))
    loss = head.loss(head(torch.randn(50, 4)), torch.from_numpy(labels))
    assert loss.mean().item() == pytest.approx(1, rel=1e-4)


def test_huber_is_squared_at_first_and_linear_beyond():
    head = Regression(4, OPEN, loss=Huber())
    loss = head.loss(torch.tensor([[0.0]] * 3), torch.tensor([0.5, 1.0, 3.0]))
    assert loss.tolist() == pytest.approx([0.25, 1.0, 5.0])


def test_predictions_keep_to_the_range_of_the_task():
    head = Regression(4, VALENCE, loss=SquaredError())
    head.set_prior(np.array([3.0, 1.0]))
    found = head.probabilities(torch.tensor([[-9.0], [0.5], [9.0]]))
    assert found[:, 0].tolist() == [1.0, 3.5, 5.0]
    head = Regression(4, Task(name="t", kind="regression", low=0), loss=SquaredError())
    assert head.probabilities(torch.tensor([[-9.0], [9.0]]))[:, 0].tolist() == [0.0, 9.0]


def test_labels_that_are_all_the_same_do_not_divide_by_zero():
    head = Regression(4, OPEN, loss=SquaredError())
    head.set_prior(np.array([2.0, 0.0]))
    assert head.loss(head(torch.randn(1, 4)), torch.tensor([2.0])).item() == 0


def test_the_unit_travels_with_the_weights():
    one, two = Regression(4, OPEN, loss=SquaredError()), Regression(4, OPEN, loss=SquaredError())
    one.set_prior(np.array([7.0, 2.0]))
    two.load_state_dict(one.state_dict())
    assert two.probabilities(torch.ones(1, 1)).item() == 9.0
