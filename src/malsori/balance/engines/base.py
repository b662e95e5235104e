"""What an engine records of each step."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """What happened where the tasks' gradients met; one backward pass.

    Attributes:
        step: as told by `Split.set_step`.
        tasks: the K' tasks of this batch, in the order of all arrays.
        gramian: `[K', K']` inner products of the gradients as they arrived.
        weighting: `[K']`, from a weighting computed from gradients; else ones.
        solver: `[K']`, what the solver gave for the reweighted gradients.
        losses: `[K']`, unweighted, as given to `Split.total`; NaN if it was not used.
        stated: `[K']`, weights of the losses themselves (they are inside the Gramian already).

    Example:
        >>> ones = np.ones(2)
        >>> step = Step(7, ("a", "b"), np.eye(2), np.array([2.0, 0.5]), ones, ones, ones)
        >>> step.applied
        {'a': 2.0, 'b': 0.5}
    """

    step: int
    tasks: tuple[str, ...]
    gramian: Array
    weighting: Array
    solver: Array
    losses: Array
    stated: Array

    @property
    def weights(self) -> Array:
        """`[K']`, by which the arriving gradients were multiplied in their sum."""
        return self.weighting * self.solver

    @property
    def applied(self) -> dict[str, float]:
        """By task: the weight of its *unweighted* loss in the gradient of the trunk."""
        return dict(zip(self.tasks, (self.weights * self.stated).tolist(), strict=True))
