import torch
from torch import nn

from malsori.encoders.pretrained.blanked import Blanked, blank_positions


def test_rows_are_as_if_they_were_alone():
    """Without normalisation over time, so that only what is carried back can differ."""
    layers = [nn.Sequential(nn.Conv1d(4, 4, 5, padding=2), nn.GELU()) for _ in range(3)]
    blanked = [Blanked(layer) for layer in layers]
    rows = torch.randn(2, 4, 20)
    rows[0, :, 12:] = 0
    expected = rows[:1, :, :12]
    for layer in layers:
        expected = layer(expected)
    plain = found = rows
    for layer, other in zip(layers, blanked, strict=True):
        other.valid = torch.tensor([12, 20])
        plain, found = layer(plain), other(found)
    torch.testing.assert_close(found[:1, :, :12], expected)
    assert not torch.allclose(plain[:1, :, :12], expected, atol=1e-3)
    torch.testing.assert_close(found[1], plain[1])


def test_models_with_one_convolution_are_left_alone():
    model = nn.Module()
    model.encoder = nn.Module()
    model.encoder.pos_conv_embed = nn.Conv1d(4, 4, 3)
    assert blank_positions(model) == []
