"""Losses: how wrong a head's logits are, row by row, in training."""

from malsori.nn.losses.base import Loss
from malsori.registry import Registry

LOSSES: Registry[Loss] = Registry("malsori.nn.losses")

__all__ = ["LOSSES", "Loss"]
