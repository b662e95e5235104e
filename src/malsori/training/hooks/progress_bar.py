"""Shows how far training is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from malsori.reporting import ProgressLine
from malsori.training.hooks.base import Hook

if TYPE_CHECKING:
    from malsori.training.loop import Loop


class ProgressBar(Hook):
    """One line of progress with the time left and the best validation skill."""

    def before_training(self, loop: Loop) -> None:
        """Begins the line; steps of an earlier session count as done."""
        done = loop.progress.step
        self.line = ProgressLine("train", loop.total, unit="step", done=done, to=loop.reporter)

    def after_step(self, loop: Loop) -> None:
        """Moves it on."""
        best = loop.progress.best_skill
        self.line.advance(note=f"best validation skill {best:.3f}" if np.isfinite(best) else "")

    def after_training(self, loop: Loop) -> None:  # noqa: ARG002
        """Takes it away."""
        self.line.close()
