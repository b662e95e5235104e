"""Every task pushes the trunk equally hard."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from malsori.balance.weightings.base import Array, Weighting
from malsori.errors import MalsoriError


class NormMatched(Weighting):
    """Rescales the gradient of each task in the batch to a common norm, in the trunk only.

    The common norm is the **geometric mean** of the norms of the tasks in this batch, so the
    product of the weights is 1 and the overall scale of the step is kept. Norms are square roots
    of exponential moving averages of squared norms, corrected for their start from zero
    (as in Adam). Hence the weights do not follow the noise of single batches, and the result
    does not depend on the scale of any loss. A task whose gradients were all zero keeps weight 1.

    Args:
        tasks: names of all tasks.
        ema: how much of the average is kept at each step, in [0, 1); 0 looks at this batch only.

    Raises:
        MalsoriError: `ema` out of range.

    Example:
        >>> matched = NormMatched(["urgency", "sentiment"])
        >>> matched.weights(np.array([0.6, 1.3]), np.diag([1.0, 16.0])).round(6).tolist()
        [2.0, 0.5]
    """

    from_gradients = True

    def __init__(self, tasks: Sequence[str], *, ema: float = 0.9) -> None:
        super().__init__(tasks)
        if not 0 <= ema < 1:
            raise MalsoriError(f"balance.weighting.ema: {ema} is not in [0, 1)")
        self.ema = ema
        self._average = np.zeros(len(self.tasks))
        self._count = np.zeros(len(self.tasks), dtype=np.int64)

    def weights(self, losses: Array, gramian: Array | None) -> Array:  # noqa: ARG002
        """Weights `[K]` whose product over the tasks in this batch is 1."""
        if gramian is None:
            raise ValueError("NormMatched needs the Gramian of the tasks' gradients.")
        square = np.diagonal(gramian)
        here = ~np.isnan(square)
        self._average[here] = self.ema * self._average[here] + (1 - self.ema) * square[here]
        self._count[here] += 1
        known = here & (self._average > 0)
        weights = np.ones(len(self.tasks))
        if known.any():
            average = self._average[known] / (1 - self.ema ** self._count[known])
            log_norm = 0.5 * np.log(average)
            weights[known] = np.exp(log_norm.mean() - log_norm)
        return weights

    def state_dict(self) -> dict[str, Any]:
        """Averages and counts by task."""
        return {
            "average": dict(zip(self.tasks, self._average.tolist(), strict=True)),
            "count": dict(zip(self.tasks, self._count.tolist(), strict=True)),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Takes up averages and counts; a task unknown to the state starts anew."""
        self._average = np.array([state["average"].get(t, 0.0) for t in self.tasks])
        self._count = np.array([state["count"].get(t, 0) for t in self.tasks], dtype=np.int64)
