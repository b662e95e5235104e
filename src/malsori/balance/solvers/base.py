"""What a solver is."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Solver(Protocol):
    """Turns inner products of task gradients into the weights of their sum.

    The update of the shared parameters is `Σ weights[k] · gradient[k]`.

    Example:
        >>> import numpy as np
        >>> from malsori.balance.solvers.sum import Sum
        >>> solver: Solver = Sum()
        >>> solver(np.eye(2), np.random.default_rng(0)).tolist()
        [1.0, 1.0]
    """

    def __call__(self, gramian: Array, rng: np.random.Generator) -> Array:
        """Weights of the tasks.

        Args:
            gramian: `[K, K]`, inner products of the gradients of the K tasks in this batch;
                symmetric, positive semi-definite, finite.
            rng: the only source of randomness.

        Returns:
            `[K]`.
        """
        ...
