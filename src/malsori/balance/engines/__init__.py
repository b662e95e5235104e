"""Engines: make the Gramian of the tasks' gradients and take the step."""

from malsori.balance.engines.base import Engine, Step
from malsori.registry import Registry

ENGINES: Registry[Engine] = Registry("malsori.balance.engines")

__all__ = ["ENGINES", "Engine", "Step"]
