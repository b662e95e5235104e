"""What a solver is."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Solver(ABC):
    """Turns inner products of task gradients into the weights of their sum.

    The update of the shared parameters is `Σ weights[k] · gradient[k]`. A solver is a pure
    function of the Gramian and of the generator it is given: what is remembered between steps
    belongs to weightings and engines.

    Args:
        tasks: names of the K tasks, in the order of every array; a solver that treats all alike
            needs none.

    Example:
        >>> from malsori.balance.solvers.pcgrad import PCGrad
        >>> PCGrad()(np.array([[1.0, -1.0], [-1.0, 2.0]])).tolist()
        [2.0, 1.5]
    """

    def __init__(self, tasks: Sequence[str] = ()) -> None:
        self.tasks = tuple(tasks)

    def __call__(self, gramian: Array, rng: np.random.Generator | None = None) -> Array:
        """Weights of the tasks.

        A solver that has to know which task is which, or who is absent, overrides this; others
        only ever see the tasks of this batch, in `solve`.

        Args:
            gramian: `[K, K]`, inner products of the gradients of all K tasks; symmetric,
                positive semi-definite, finite, but NaN in the row and column of a task that is
                not in this batch.
            rng: the only source of randomness; None is one of seed 0.

        Returns:
            `[K]`; NaN for a task that is not in this batch.
        """
        rng = np.random.default_rng(0) if rng is None else rng
        here = ~np.isnan(np.diagonal(gramian))
        if here.all():
            return self.solve(gramian, rng)
        weights = np.full(len(gramian), np.nan)
        if here.any():
            weights[here] = self.solve(gramian[np.ix_(here, here)], rng)
        return weights

    @abstractmethod
    def solve(self, gramian: Array, rng: np.random.Generator) -> Array:
        """Weights `[K']` of the K' ≥ 1 tasks of a batch, from their finite `[K', K']` Gramian."""
