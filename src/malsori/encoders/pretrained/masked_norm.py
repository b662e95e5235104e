"""Group normalisation that does not see padding."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class MaskedGroupNorm(nn.Module):
    """One group a channel, with statistics over the valid frames of each row only.

    wav2vec 2.0 base and its kin normalise their first convolution over time, so padding a second
    with three more shifts its embedding by more than half. Here padding changes nothing.

    Args:
        norm: with as many groups as channels; its weights are shared.

    Attributes:
        valid: frames of each row that count ``[B]``, or None for all.

    Example:
        >>> norm = MaskedGroupNorm(nn.GroupNorm(2, 2))
        >>> x = torch.tensor([[[1.0, 3.0, 99.0], [2.0, 6.0, 99.0]]])
        >>> norm.valid = torch.tensor([2])
        >>> norm(x)[0, :, :2].round(decimals=2).tolist()
        [[-1.0, 1.0], [-1.0, 1.0]]
    """

    def __init__(self, norm: nn.GroupNorm) -> None:
        super().__init__()
        self.norm = norm
        self.valid: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Normalises ``[B, C, N]``."""
        if self.valid is None:
            return functional.group_norm(
                x, self.norm.num_groups, self.norm.weight, self.norm.bias, self.norm.eps
            )
        here = torch.arange(x.shape[-1], device=x.device) < self.valid[:, None]
        count = self.valid[:, None, None].float()
        values = x.float()
        kept = torch.where(here[:, None], values, 0.0)
        mean = kept.sum(-1, keepdim=True) / count
        centred = torch.where(here[:, None], values - mean, 0.0)
        variance = centred.pow(2).sum(-1, keepdim=True) / count
        scale = torch.rsqrt(variance + self.norm.eps) * self.norm.weight[:, None]
        return (centred * scale + self.norm.bias[:, None]).to(x.dtype)


def mask_group_norms(model: nn.Module) -> list[MaskedGroupNorm]:
    """Replaces every group norm of a model that has one group a channel; returns the new ones."""
    made = []
    for part in list(model.modules()):
        for name, child in part.named_children():
            if isinstance(child, nn.GroupNorm) and child.num_groups == child.num_channels:
                masked = MaskedGroupNorm(child)
                setattr(part, name, masked)
                made.append(masked)
    return made
