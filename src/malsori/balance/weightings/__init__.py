"""Weightings: how much each task counts, before its direction is looked at. NumPy only."""

from malsori.balance.weightings.base import Weighting
from malsori.registry import Registry

WEIGHTINGS: Registry[Weighting] = Registry("malsori.balance.weightings")

__all__ = ["WEIGHTINGS", "Weighting"]
