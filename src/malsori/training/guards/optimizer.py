"""An optimizer that holds another model's parameters trains nothing, and nobody notices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from malsori.findings import Finding, found
from malsori.training.guards.base import Guard, Moment, TrainingCase


class OptimizerHolds(Guard):
    """The optimizer must hold exactly the model's trained parameters."""

    moment: ClassVar[Moment] = "before_training"

    def examine(self, case: TrainingCase) -> Iterator[Finding]:
        """Compares the parameters themselves, not their names or values."""
        groups = case.setup.optimizer.param_groups
        held = {id(p) for group in groups for p in group["params"]}
        trained = {id(p) for p in case.setup.model.parameters() if p.requires_grad}
        if held != trained:
            yield found(
                "training.optimizer",
                "serious",
                "optimizer",
                stage=self.stage,
                numbers={
                    "missing": len(trained - held),
                    "foreign": len(held - trained),
                    "of": len(trained),
                },
            )
