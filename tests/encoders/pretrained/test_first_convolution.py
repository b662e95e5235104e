import pytest
import torch
from torch import nn

from malsori.encoders.pretrained.first_convolution import (
    FirstConvolution,
    multiply_first_convolution,
)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("samples", [10, 14, 15, 16_003])
@pytest.mark.parametrize("rows", [1, 3])
def test_it_is_the_convolution(rows, samples, bias):
    torch.manual_seed(0)
    layer = nn.Conv1d(1, 6, kernel_size=10, stride=5, bias=bias)
    x = torch.randn(rows, 1, samples)
    torch.testing.assert_close(FirstConvolution(layer)(x), layer(x), rtol=1e-5, atol=1e-6)


def test_channels_lie_one_after_the_other_in_memory():
    # Last, as `@` leaves them, they would make normalisation and GELU ten times slower.
    made = FirstConvolution(nn.Conv1d(1, 4, 10, 5))(torch.randn(2, 1, 400))
    assert made.is_contiguous()


def test_gradients_are_those_of_the_convolution():
    torch.manual_seed(0)
    layer = nn.Conv1d(1, 3, 4, 2)
    x = torch.randn(2, 1, 50, requires_grad=True)
    ours, theirs = (
        torch.autograd.grad(module(x).pow(2).sum(), [x, *layer.parameters()])
        for module in (FirstConvolution(layer), layer)
    )
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


def test_only_convolutions_over_samples_are_replaced():
    layers = [nn.Conv1d(1, 4, 10, 5), nn.Conv1d(4, 4, 3), nn.Conv1d(1, 4, 3, padding=1),
              nn.Conv1d(1, 4, 3, dilation=2)]  # fmt: skip
    model = nn.Sequential(*layers)
    multiply_first_convolution(model)
    assert isinstance(model[0], FirstConvolution)
    assert list(model[1:]) == layers[1:]
    multiply_first_convolution(model)  # again: nothing is wrapped twice
    assert model[0].layer is layers[0]
