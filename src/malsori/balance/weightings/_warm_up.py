"""A main task learns alone for some epochs, then another weighting takes over."""

from collections.abc import Mapping
from typing import Any

from malsori.balance.weightings.base import Array, Weighting
from malsori.errors import MalsoriError
from malsori.schema import nearest


class WarmUp(Weighting):
    """Leaves all tasks but one out of the first epochs.

    Args:
        then: weighs the tasks that take part; it is told of every step.
        task: the one that learns alone.
        epochs: how long, ≥ 1.

    Raises:
        MalsoriError: no such task (naming the nearest).

    Example:
        >>> from malsori.balance.weightings.static import Static
        >>> warm = WarmUp(Static(["urgency", "sentiment"]), "urgency", epochs=1)
        >>> warm.begin(step=0, epoch=0)
        >>> warm.trains("urgency"), warm.trains("sentiment")
        (True, False)
    """

    def __init__(self, then: Weighting, task: str, epochs: int) -> None:
        super().__init__(then.tasks)
        if task not in self.tasks:
            raise MalsoriError(
                f"balance.warmup.task: no task {task!r}", hint=nearest(task, self.tasks)
            )
        self.then, self.task, self.epochs = then, task, epochs
        self.from_gradients, self.looks_back = then.from_gradients, then.looks_back
        self._epoch = 0

    def begin(self, step: int, epoch: int) -> None:
        """Tells which step begins."""
        self._epoch = epoch
        self.then.begin(step, epoch)

    def trains(self, task: str) -> bool:
        """The main task always, the others after the warm-up."""
        warm = self._epoch >= self.epochs
        return self.then.trains(task) if warm else task == self.task

    def weights(self, losses: Array, gramian: Array | None) -> Array:
        """Those of the other weighting."""
        return self.then.weights(losses, gramian)

    def after_update(self, losses: Array) -> None:
        """Passed on."""
        self.then.after_update(losses)

    def end_epoch(self) -> None:
        """Passed on."""
        self.then.end_epoch()

    def state_dict(self) -> dict[str, Any]:
        """That of the other weighting: the epoch is told anew at each step."""
        return self.then.state_dict()

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Takes up a saved state."""
        self.then.load_state_dict(state)
