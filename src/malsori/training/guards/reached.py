"""An encoder that no gradient reaches is trained in name only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from malsori.findings import Finding, found
from malsori.nn.names import key_of
from malsori.training.guards.base import Guard, Moment, TrainingCase


class Reached(Guard):
    """Some gradient must have reached every encoder that is trained, once all rows were seen."""

    moment: ClassVar[Moment] = "after_epoch"

    def examine(self, case: TrainingCase) -> Iterator[Finding]:
        """Looks at which parameters the optimizer has moved."""
        model, optimizer = case.setup.model, case.setup.optimizer
        moved = {id(p) for p, state in optimizer.state.items() if state}
        for modality in model.modalities if moved else []:
            module = model.encoders[key_of(modality)]
            trained = [p for p in module.parameters() if p.requires_grad]
            if trained and not any(id(p) in moved for p in trained):
                yield found(
                    "training.reached",
                    "serious",
                    f"encoders.{modality}",
                    stage=self.stage,
                    numbers={"parameters": sum(p.numel() for p in trained)},
                    modality=modality,
                )
