"""What a weighting is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Weighting(ABC):
    """Gives each task a weight at each step.

    Attributes:
        tasks: names of all K tasks, in the order of every array.
        from_gradients: True if the weights are computed from gradients. They then scale the
            shared trunk only. Weights that are not scale the losses: trunk and heads.
    """

    from_gradients: ClassVar[bool]

    def __init__(self, tasks: Sequence[str]) -> None:
        self.tasks = tuple(tasks)

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

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run needs, as plain Python values; by default nothing."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:  # noqa: B027 - nothing to keep
        """Takes up a saved state."""
