"""Weights that the user states."""

from collections.abc import Sequence

import numpy as np

from malsori.balance.weightings.base import Array, Weighting
from malsori.errors import MalsoriError
from malsori.schema import nearest


class Static(Weighting):
    """Constant weights of the losses, for trunk and heads alike.

    Under Adam a constant weight does not change how that task's *head* learns; it changes how
    much of the trunk's step is the task's.

    Args:
        tasks: names of all tasks.
        weights: by task, ≥ 0; a task that is not named has weight 1.

    Raises:
        MalsoriError: a weight for no task (naming the nearest), or one that is negative or not
            finite.

    Example:
        >>> static = Static(["urgency", "sentiment"], weights={"sentiment": 0.3})
        >>> static.weights(np.array([0.6, 1.3]), None).tolist()
        [1.0, 0.3]
    """

    from_gradients = False

    def __init__(self, tasks: Sequence[str], *, weights: dict[str, float] | None = None) -> None:
        super().__init__(tasks)
        given = weights or {}
        for task, weight in given.items():
            if task not in self.tasks:
                raise MalsoriError(
                    f"balance.weighting.weights: no task {task!r}", hint=nearest(task, self.tasks)
                )
            if not (np.isfinite(weight) and weight >= 0):
                raise MalsoriError(
                    f"balance.weighting.weights.{task}: {weight} is not a weight",
                    hint="write a number ≥ 0",
                )
        self._weights = np.array([given.get(task, 1.0) for task in self.tasks], dtype=np.float64)

    def weights(self, losses: Array, gramian: Array | None) -> Array:  # noqa: ARG002
        """The stated weights `[K]`."""
        return self._weights.copy()
