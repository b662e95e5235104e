"""A loss that is not a number ruins every weight in one step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch

from malsori.findings import Finding, found
from malsori.training.guards.base import Guard, Moment, TrainingCase


class FiniteLoss(Guard):
    """Every task's loss must be finite, before the step that would follow from it."""

    moment: ClassVar[Moment] = "after_backward"

    def examine(self, case: TrainingCase) -> Iterator[Finding]:
        """Looks at the losses of the batch."""
        tasks = [t for t, loss in case.losses.items() if not torch.isfinite(loss)]
        if tasks:
            numbers = {"step": case.step, "tasks": len(tasks), "of": len(case.losses)}
            yield found(
                "training.finite",
                "serious",
                tasks[0],
                stage=self.stage,
                numbers=numbers,
                names=tasks,
            )
