"""What a weighting is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Weighting(ABC):
    """Gives each task a weight at each step.

    Attributes:
        tasks: names of all K tasks, in the order of every array.
        from_gradients: True if the weights are computed from gradients. They then scale the
            shared trunk only. Weights that are not scale the losses: trunk and heads.
        looks_back: True if it wants to know the losses of a batch after its update too, which
            costs another forward pass.
    """

    from_gradients: bool
    looks_back: bool = False

    def __init__(self, tasks: Sequence[str]) -> None:
        self.tasks = tuple(tasks)

    def begin(self, step: int, epoch: int) -> None:  # noqa: B027 - most need not know
        """Tells which step begins, both numbers from 0."""

    def trains(self, task: str) -> bool:  # noqa: ARG002 - most train all of them
        """Whether a task takes part in this step; one that does not is absent, not weighed 0."""
        return True

    @abstractmethod
    def weights(self, losses: Array, gramian: Array | None) -> Array:
        """Weights for this step.

        NaN marks a task that is not in this batch: what is known about it stays as it is, and
        what is returned for it is never used.

        Args:
            losses: `[K]`, unweighted.
            gramian: `[K, K]` inner products of the tasks' gradients, or None if
                `from_gradients` is False.

        Returns:
            `[K]`.
        """

    def after_update(self, losses: Array) -> None:  # noqa: B027 - see `looks_back`
        """Tells the losses `[K]` of the same batch after the update; NaN as in `weights`."""

    def end_epoch(self) -> None:  # noqa: B027 - most need not know
        """Tells that all rows were seen once more."""

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run needs, as plain Python values; by default nothing."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:  # noqa: B027 - nothing to keep
        """Takes up a saved state."""
