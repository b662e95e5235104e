"""Solvers: from the Gramian of the tasks' gradients to one weight a task. NumPy only."""

from malsori.balance.solvers.base import Solver
from malsori.registry import Registry

SOLVERS: Registry[Solver] = Registry("malsori.balance.solvers")

__all__ = ["SOLVERS", "Solver"]
