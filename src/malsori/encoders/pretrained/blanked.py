"""Convolutions one behind the other that do not see padding."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn


class Blanked(nn.Module):
    """A layer whose input is zero behind each row's end, as if nothing were there.

    data2vec finds positions by several convolutions, with a normalisation after each: what the
    first writes behind the end, the next would carry back. In front of the first one padding is
    zero already.

    Args:
        layer: on ``[B, C, N]``; its weights are shared.

    Attributes:
        valid: frames of each row that count ``[B]``, or None for all.

    Example:
        >>> layer = Blanked(nn.Identity())
        >>> layer.valid = torch.tensor([1])
        >>> layer(torch.ones(1, 1, 3)).tolist()
        [[[1.0, 0.0, 0.0]]]
    """

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer
        self.valid: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """What the layer makes of ``[B, C, N]``."""
        if self.valid is not None:
            here = torch.arange(x.shape[-1], device=x.device) < self.valid[:, None]
            x = torch.where(here[:, None], x, 0.0)
        result: Tensor = self.layer(x)
        return result


def blank_positions(model: Any) -> list[Blanked]:
    """Wraps the layers of a model's positional convolution where it has several; returns them."""
    layers = getattr(model.encoder.pos_conv_embed, "layers", None)
    if layers is None:
        return []
    made = [Blanked(layer) for layer in layers]
    model.encoder.pos_conv_embed.layers = nn.ModuleList(made)
    return made
