"""PCGrad: drop from each gradient what points against another task's."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from malsori.balance.solvers.base import Array, Solver


class PCGrad(Solver):
    """Projecting conflicting gradients (Yu et al., 2020, Algorithm 1).

    Each task's gradient is taken through the other tasks in random order, and wherever it points
    against one of the *original* gradients it is projected onto the plane normal to it. The
    update is the **sum** of the projected gradients, so that without conflict PCGrad is exactly
    the plain sum; with `reduction="mean"` it is divided by K.

    It turns directions and cannot mend magnitudes: with two tasks the projected gradients keep
    the ratio of their norms. Weights change with the scale of all gradients not at all.

    Args:
        tasks: their names; all are treated alike.
        reduction: `sum` or `mean` of the projected gradients.

    Example:
        >>> gradients = np.array([[1.0, 0.0], [-1.0, 1.0]])
        >>> PCGrad()(gradients @ gradients.T).tolist()
        [2.0, 1.5]
    """

    def __init__(
        self, tasks: Sequence[str] = (), *, reduction: Literal["sum", "mean"] = "sum"
    ) -> None:
        super().__init__(tasks)
        self.reduction = reduction

    def solve(self, gramian: Array, rng: np.random.Generator) -> Array:
        """Weights `[K']`; with K' ≤ 2 the order cannot matter and `rng` is left alone."""
        weights = _of_two(gramian) if len(gramian) == 2 else _of_many(gramian, rng)
        return weights if self.reduction == "sum" else weights / len(weights)


def _of_two(gramian: Array) -> Array:
    inner = gramian[0, 1]
    square = np.diagonal(gramian)
    # Squares of tiny gradients underflow before their inner product does.
    if inner >= 0 or square.min() <= 0:
        return np.ones(2)
    weights: Array = 1.0 - inner / square
    return weights


def _of_many(gramian: Array, rng: np.random.Generator) -> Array:
    count = len(gramian)
    total = np.zeros(count)
    for task in range(count):
        projected = np.zeros(count)
        projected[task] = 1.0
        for other in rng.permutation(count):
            if other == task or gramian[other, other] <= 0:
                continue
            inner = float(gramian[other] @ projected)
            if inner < 0:
                projected[other] -= inner / gramian[other, other]
        total += projected
    return total
