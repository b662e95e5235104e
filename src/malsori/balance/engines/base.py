"""What an engine is: it makes the tasks' losses into one step, and records what it did."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from torch import Tensor
from torch.nn import Parameter

from malsori.balance.solvers.base import Solver
from malsori.balance.weightings.base import Weighting
from malsori.errors import MalsoriError
from malsori.schema import nearest

Array = npt.NDArray[np.float64]
Losses = Mapping[str, Tensor]


@dataclass(frozen=True)
class Step:
    """What happened where the tasks' gradients met; one backward pass.

    Attributes:
        step: as told by `Engine.begin`.
        tasks: the K' tasks of this batch, in the order of all arrays.
        gramian: `[K', K']` inner products of the gradients as they arrived.
        weighting: `[K']`, from a weighting computed from gradients; else ones.
        solver: `[K']`, what the solver gave for the reweighted gradients.
        losses: `[K']`, unweighted, as given to `Engine.total`; NaN if it was not used.
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


class Engine(ABC):
    """Takes the backward pass of a step.

    A loop calls, in this order::

        engine.begin(step, epoch)
        output = model(batch, engine.part if engine.needs_cut else None)
        losses = {task: loss for task, loss in … if engine.trains(task)}
        record = engine.backward(losses, shared)        # gradients are added to `.grad`
        optimizer.step()
        engine.after_update(lambda: losses of the same batch now)
        engine.end_epoch()                              # after the last step of an epoch

    Args:
        tasks: names of all K tasks.
        weighting: over the same tasks.
        solver: over the same tasks.
        seed: of the solver's random numbers, which depend on it and on the step alone.

    Attributes:
        needs_cut: whether it stands where the tasks part, so that the sharing must have such a
            place. One that works on the shared parameters needs none.
        last: the `Step` of the latest backward pass; None if there was none to balance.
        applied: by task the weight that its unweighted loss had in the gradient of the trunk,
            the last time it was balanced; 1 before.

    Raises:
        MalsoriError: no task, a task named twice, or a weighting over other tasks.
    """

    needs_cut: ClassVar[bool]

    def __init__(
        self, tasks: Sequence[str], weighting: Weighting, solver: Solver, seed: int = 0
    ) -> None:
        self.tasks, name = tuple(tasks), type(self).__name__
        if not self.tasks or len(set(self.tasks)) < len(self.tasks):
            raise MalsoriError(f"{name}: tasks {list(tasks)} are empty or name one twice")
        if weighting.tasks != self.tasks:
            raise MalsoriError(
                f"{name}: the weighting is over {list(weighting.tasks)}, not {list(self.tasks)}"
            )
        self.weighting, self.solver, self.seed = weighting, solver, seed
        self.last: Step | None = None
        self.applied = dict.fromkeys(self.tasks, 1.0)
        self._losses = np.full(len(self.tasks), np.nan)
        self._stated = np.ones(len(self.tasks))
        self.begin(0)

    def begin(self, step: int, epoch: int = 0) -> None:
        """Starts an optimisation step: random numbers follow from the seed and this number.

        So a run that is resumed at this step draws what the uninterrupted one drew.
        """
        self._step = step
        self._rng = np.random.default_rng([self.seed, step])
        self.last = None
        self.weighting.begin(step, epoch)

    def trains(self, task: str) -> bool:
        """Whether a task takes part in this step."""
        return self.weighting.trains(task)

    def part(self, *shared: Tensor) -> Mapping[str, Sequence[Tensor]]:
        """By task its own copies of the shared tensors; by default the tensors themselves."""
        return dict.fromkeys(self.tasks, shared)

    @abstractmethod
    def backward(
        self,
        losses: Losses,
        shared: Mapping[str, Sequence[Parameter]] | None = None,
        penalty: Tensor | None = None,
    ) -> Step | None:
        """Adds the balanced gradient of the losses to every parameter's `.grad`.

        Args:
            losses: by task a scalar with its graph; only tasks that have a label in this batch.
            shared: parameters that two or more tasks use, by group. An engine that stands at a
                cut does not look at it.
            penalty: a scalar that belongs to no task and is never reweighted, or None.

        Returns:
            What was done; None where there was nothing to balance.

        Raises:
            MalsoriError: as of `total`.
        """

    def after_update(self, losses: Callable[[], Losses]) -> None:
        """Tells the weighting what the update did to this batch, if it wants to know.

        Args:
            losses: computes them anew; not called otherwise.
        """
        if self.weighting.looks_back:
            self.weighting.after_update(self._values(losses()))

    def end_epoch(self) -> None:
        """Tells the weighting that all rows were seen once more."""
        self.weighting.end_epoch()

    def total(self, losses: Losses) -> Tensor:
        """The sum of the losses, times those weights that do not come from gradients.

        Raises:
            MalsoriError: no loss at all, or one of no task (naming the nearest).
        """
        name = type(self).__name__
        if not losses:
            raise MalsoriError(
                f"{name}.total: no loss", hint="leave out a batch in which no task has a label"
            )
        for task in losses:
            if task not in self.tasks:
                raise MalsoriError(
                    f"{name}.total: no task {task!r}", hint=nearest(task, self.tasks)
                )
        self._losses = self._values(losses)
        self._stated = np.ones(len(self.tasks))
        if not self.weighting.from_gradients:
            self._stated = self.weighting.weights(self._losses, None)
        weights = dict(zip(self.tasks, self._stated.tolist(), strict=True))
        return reduce(add, (losses[t] * weights[t] for t in self.tasks if t in losses))

    def balance(self, here: Sequence[int], gramian: Array) -> Array:
        """Weights of the gradients that arrived; writes `last` and `applied`.

        Args:
            here: the indices of the K' tasks, ascending.
            gramian: `[K', K']` of their gradients, with the weights of `total` inside. One that
                is not finite is left alone, for the loop to see what comes of it.

        Returns:
            `[K']`.
        """
        weighting = solver = np.ones(len(here))
        if np.isfinite(gramian).all():
            full = np.full((len(self.tasks), len(self.tasks)), np.nan)
            full[np.ix_(here, here)] = gramian
            every = np.ones(len(self.tasks))
            if self.weighting.from_gradients:
                every = self.weighting.weights(self._losses, full)
            weighting = every[here]
            solver = self.solver(every[:, None] * full * every, self._rng)[here]
        tasks = tuple(self.tasks[k] for k in here)
        losses, stated = self._losses[here], self._stated[here]
        self.last = Step(self._step, tasks, gramian, weighting, solver, losses, stated)
        self.applied |= self.last.applied
        return self.last.weights

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run needs besides the step number."""
        return {"weighting": self.weighting.state_dict(), "applied": dict(self.applied)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Takes up a saved state; follow it with `begin`."""
        self.weighting.load_state_dict(state["weighting"])
        self.applied = dict(state["applied"])

    def _values(self, losses: Losses) -> Array:
        return np.array([float(losses[t].detach()) if t in losses else np.nan for t in self.tasks])
