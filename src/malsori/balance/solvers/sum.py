"""The plain sum: what happens when nobody balances."""

import numpy as np

from malsori.balance.solvers.base import Array, Solver


class Sum(Solver):
    """Every weight is 1: the gradient of the sum of the losses.

    It is the baseline to beat: with tuned weights it matches most methods
    (Kurin et al., 2022; Xin et al., 2022).

    Example:
        >>> Sum()(np.array([[1.0, -1.0], [-1.0, 2.0]])).tolist()
        [1.0, 1.0]
    """

    def solve(self, gramian: Array, rng: np.random.Generator) -> Array:  # noqa: ARG002
        """Ones `[K']`, whatever the Gramian."""
        return np.ones(len(gramian))
