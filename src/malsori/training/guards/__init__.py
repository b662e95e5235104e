"""Checks of training: one file each, found by its name."""

from typing import Final

from malsori.registry import Registry
from malsori.training.guards.base import Guard, TrainingCase

GUARDS: Final[Registry[Guard]] = Registry("malsori.training.guards")
"""Checks by id."""

__all__ = ["GUARDS", "Guard", "TrainingCase"]
