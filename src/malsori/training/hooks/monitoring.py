"""Looks at the gradients of the tasks while a run trains."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import Tensor

from malsori.balance.engines import Step
from malsori.balance.monitor import GradMonitor
from malsori.io import write_parquet
from malsori.nn.batches import Batch
from malsori.training.hooks.base import Hook

if TYPE_CHECKING:
    from malsori.training.loop import Loop


class Monitoring(Hook):
    """Samples the shared parameters by a forward pass of its own, and hears what the engine did.

    Args:
        monitor: keeps the rows.
        folder: where they go as Parquet parts, one for each checkpoint; None keeps them in the
            monitor.
    """

    def __init__(self, monitor: GradMonitor, folder: Path | None = None) -> None:
        self.monitor, self.folder = monitor, folder

    def before_step(self, loop: Loop, batch: Batch) -> None:
        """Each task's gradient in the shared parameters, if this step is sampled."""
        step, model = loop.progress.step, loop.setup.model
        if not self.monitor.due(step):
            return
        losses = model.loss(model(batch), batch.wanted)
        self.monitor.parameters(
            step,
            {task: loss.values for task, loss in losses.items()},
            {task: loss.valid for task, loss in losses.items()},
            loop.shared,
            loop.setup.engine.applied,
        )

    def after_backward(self, loop: Loop, losses: Mapping[str, Tensor], record: Step | None) -> None:  # noqa: ARG002
        """What met at the cut."""
        self.monitor.representation(loop.progress.step, record)

    def before_checkpoint(self, loop: Loop) -> None:
        """Closed rows become a file, and are forgotten."""
        if self.folder is None:
            return
        rows = self.monitor.take()
        if len(rows):
            write_parquet(rows, self.folder / f"part-{loop.progress.step:08d}.parquet")

    def after_training(self, loop: Loop) -> None:  # noqa: ARG002
        """The last window is closed."""
        self.monitor.flush()

    def state_dict(self) -> dict[str, Any]:
        """That of the monitor."""
        return self.monitor.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Takes up a saved state."""
        self.monitor.load_state_dict(state)
