"""Writes down how far a run is, so that a kill costs little."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from malsori.training import checkpoints
from malsori.training.hooks.base import Hook
from malsori.training.rundir import Run

if TYPE_CHECKING:
    from malsori.training.loop import Loop


class Checkpointing(Hook):
    """Saves every so many steps and at the end. Give it last: it keeps what the others did.

    Attributes:
        end: Set to end training: called after this step, when all of it is saved.
    """

    def __init__(self, run: Run, every: int) -> None:
        self.run, self.every = run, every
        self.end: Callable[[], None] | None = None

    def after_step(self, loop: Loop) -> None:
        """Saves, if it is time. After the last step the other hooks still have to finish."""
        if loop.over:
            return
        if loop.progress.step % self.every == 0 or self.end:
            self.save(loop)
        if self.end:
            self.end()

    def after_training(self, loop: Loop) -> None:
        """Saves."""
        self.save(loop)

    def save(self, loop: Loop) -> None:
        """Gradient rows, history and checkpoint, in the order that a kill cannot spoil."""
        for hook in loop.hooks:
            hook.before_checkpoint(loop)
        checkpoints.save(self.run, loop.state_dict(), loop.history)
