"""Ends a run that does not get better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from malsori.notes import Note
from malsori.training.hooks.base import Hook

if TYPE_CHECKING:
    from malsori.training.loop import Loop


class EarlyStopping(Hook):
    """Stops when for some epochs none was better than the one kept; warm-up does not count."""

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.stale = 0

    def after_epoch(self, loop: Loop, row: Mapping[str, Any]) -> None:
        """Counts epochs in which every task took part and that were not kept."""
        engine = loop.setup.engine
        if row["best"]:
            self.stale = 0
        elif all(engine.trains(task) for task in engine.tasks):
            self.stale += 1
        if self.stale >= self.patience:
            loop.stop(Note("stop.patience", {"patience": self.patience, "epoch": row["epoch"]}))

    def state_dict(self) -> dict[str, Any]:
        """How many epochs in a row."""
        return {"stale": self.stale}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Takes up a saved state."""
        self.stale = state["stale"]
