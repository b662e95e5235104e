"""Engines: make the Gramian of the tasks' gradients and take the step."""

from typing import TYPE_CHECKING

from malsori.balance.engines.base import Step
from malsori.registry import Registry

if TYPE_CHECKING:
    from malsori.balance.engines.split import Split

ENGINES: "Registry[Split]" = Registry("malsori.balance.engines")

__all__ = ["ENGINES", "Step"]
