"""Fusions: the tokens of several modalities become one view, or several that vote."""

from malsori.nn.fusion.base import Fused, Fusion
from malsori.registry import Registry

FUSIONS: Registry[Fusion] = Registry("malsori.nn.fusion")

__all__ = ["FUSIONS", "Fused", "Fusion"]
