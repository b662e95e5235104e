"""Writes down how far a run is, so that a kill costs little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from malsori.training import checkpoints
from malsori.training.hooks.base import Hook
from malsori.training.rundir import Run

if TYPE_CHECKING:
    from malsori.training.loop import Loop


class Checkpointing(Hook):
    """Saves every so many steps and at the end. Give it last: it keeps what the others did."""

    def __init__(self, run: Run, every: int) -> None:
        self.run, self.every = run, every

    def after_step(self, loop: Loop) -> None:
        """Saves, if it is time. After the last step the other hooks still have to finish."""
        if loop.progress.step % self.every == 0 and not loop.over:
            self.save(loop)

    def after_training(self, loop: Loop) -> None:
        """Saves."""
        self.save(loop)

    def save(self, loop: Loop) -> None:
        """Gradient rows, history and checkpoint, in the order that a kill cannot spoil."""
        for hook in loop.hooks:
            hook.before_checkpoint(loop)
        checkpoints.save(self.run, loop.state_dict(), loop.history)
