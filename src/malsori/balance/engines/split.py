"""The gradients of the tasks meet in one autograd node, and are balanced there."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from malsori.balance.engines.base import Step
from malsori.balance.gramians import gramian_of
from malsori.balance.solvers.base import Solver
from malsori.balance.weightings.base import Weighting
from malsori.errors import MalsoriError
from malsori.schema import nearest

Array = npt.NDArray[np.float64]


class Split:
    """Hands each task its own copy of the shared tensors and balances what comes back.

    The copies cost nothing. In the backward pass the gradients of the K tasks with respect to the
    shared tensors meet here: their Gramian is made, the weighting and then the solver turn it
    into weights, and the trunk receives the weighted sum. So there is one forward and one
    backward pass, and the loop stays `total.backward()`. Heads are never reweighted.

    The gradients are those of the shared *representation*, all rows and all views together; a
    Pareto-stationary point for it is one for the parameters (Sener and Koltun, 2018). Each call
    is balanced by itself: accumulated micro-batches one by one, the ranks of a distributed run
    each on its own rows. Under a gradient scaler the Gramian carries the square of its scale.

    A task whose gradient does not arrive is *absent*, not zero. With one task there is nothing
    to balance: the node is then transparent and neither `last` nor any state changes, which also
    lets a monitor take single-task gradients through it. With the solver `sum` and a weighting
    that is not computed from gradients the result equals that of a plain backward bit for bit.
    A Gramian that is not finite is passed on as the plain sum, for the loop to see.
    No branch may change its copy in place (autograd refuses). No second derivatives.

    Args:
        tasks: names of all K tasks.
        weighting: over the same tasks.
        solver: over the tasks of the batch.
        seed: of the solver's random numbers, which depend on it and on the step alone.

    Attributes:
        last: the `Step` of the latest backward pass; None since the last forward pass, or if
            one task only was present.
        applied: by task the weight that its unweighted loss had in the gradient of the trunk,
            the last time it was balanced; 1 before.

    Raises:
        MalsoriError: fewer than one task, a task named twice, or a weighting over other tasks.

    Example:
        >>> from malsori.balance.solvers.pcgrad import PCGrad
        >>> from malsori.balance.weightings.static import Static
        >>> split = Split(["a", "b"], Static(["a", "b"]), PCGrad())
        >>> shared = torch.zeros(1, 2, requires_grad=True)
        >>> copies = split(shared)
        >>> g = {"a": torch.tensor([1.0, 0.0]), "b": torch.tensor([-1.0, 1.0])}
        >>> split.total({t: (copies[t][0] * g[t]).sum() for t in g}).backward()
        >>> shared.grad
        tensor([[0.5000, 1.5000]])
        >>> split.last.weights.tolist()
        [2.0, 1.5]
    """

    needs_cut: ClassVar[bool] = True

    def __init__(
        self, tasks: Sequence[str], weighting: Weighting, solver: Solver, seed: int = 0
    ) -> None:
        self.tasks = tuple(tasks)
        if not self.tasks or len(set(self.tasks)) < len(self.tasks):
            raise MalsoriError(f"Split: tasks {list(tasks)} are empty or name one twice")
        if weighting.tasks != self.tasks:
            raise MalsoriError(
                f"Split: the weighting is over {list(weighting.tasks)}, not {list(self.tasks)}"
            )
        self.weighting = weighting
        self.solver = solver
        self.seed = seed
        self.last: Step | None = None
        self.applied = dict.fromkeys(self.tasks, 1.0)
        self._losses = np.full(len(self.tasks), np.nan)
        self._stated = np.ones(len(self.tasks))
        self.set_step(0)

    def set_step(self, step: int) -> None:
        """Starts an optimisation step: random numbers follow from the seed and this number.

        So a run that is resumed at this step draws what the uninterrupted one drew.
        """
        self._step = step
        self._rng = np.random.default_rng([self.seed, step])

    def __call__(self, *shared: Tensor) -> dict[str, tuple[Tensor, ...]]:
        """Copies of the shared tensors, for each task its own.

        Args:
            shared: where the tasks part, one tensor for each view, of any shapes.

        Returns:
            By task as many tensors as were given, equal to them. Without gradients (evaluation)
            they *are* the given ones.
        """
        if not (torch.is_grad_enabled() and any(view.requires_grad for view in shared)):
            return dict.fromkeys(self.tasks, shared)
        self.last = None
        copies: tuple[Tensor, ...] = _Node.apply(self, *shared)  # type: ignore[no-untyped-call]
        count = len(shared)
        return {t: copies[k * count : (k + 1) * count] for k, t in enumerate(self.tasks)}

    def total(self, losses: Mapping[str, Tensor]) -> Tensor:
        """The scalar to call `backward` on: the sum of the losses, times stated weights.

        Args:
            losses: by task a scalar; only tasks that have a label in this batch.

        Raises:
            MalsoriError: no loss at all, or one of no task (naming the nearest).
        """
        if not losses:
            raise MalsoriError(
                "Split.total: no loss", hint="leave out a batch in which no task has a label"
            )
        for task in losses:
            if task not in self.tasks:
                raise MalsoriError(f"Split.total: no task {task!r}", hint=nearest(task, self.tasks))
        self._losses = np.array(
            [float(losses[t].detach()) if t in losses else np.nan for t in self.tasks]
        )
        self._stated = np.ones(len(self.tasks))
        if not self.weighting.from_gradients:
            self._stated = self.weighting.weights(self._losses, None)
        weights = dict(zip(self.tasks, self._stated.tolist(), strict=True))
        return reduce(add, (losses[t] * weights[t] for t in self.tasks if t in losses))

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run needs besides the step number."""
        return {"weighting": self.weighting.state_dict(), "applied": dict(self.applied)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Takes up a saved state; follow it with `set_step`."""
        self.weighting.load_state_dict(state["weighting"])
        self.applied = dict(state["applied"])

    def _balance(self, rows: Mapping[int, Sequence[Tensor | None]]) -> Array:
        """Weights `[K']` of the arrived gradients; writes `last`."""
        here = list(rows)
        gramian = gramian_of(list(rows.values()))
        weighting = solver = np.ones(len(here))
        if np.isfinite(gramian).all():
            weighting = self._weighting_of(here, gramian)
            solver = self.solver(weighting[:, None] * gramian * weighting, self._rng)
        tasks = tuple(self.tasks[k] for k in here)
        losses, stated = self._losses[here], self._stated[here]
        self.last = Step(self._step, tasks, gramian, weighting, solver, losses, stated)
        self.applied |= self.last.applied
        return self.last.weights

    def _weighting_of(self, here: list[int], gramian: Array) -> Array:
        if not self.weighting.from_gradients:
            return np.ones(len(here))
        full = np.full((len(self.tasks), len(self.tasks)), np.nan)
        full[np.ix_(here, here)] = gramian
        return self.weighting.weights(self._losses, full)[here]


class _Node(torch.autograd.Function):
    """Identity with K outputs for each input."""

    @staticmethod
    def forward(ctx: Any, split: Split, *shared: Tensor) -> tuple[Tensor, ...]:
        ctx.split = split
        ctx.views = len(shared)
        # None instead of zeros for a task that is not in this batch.
        ctx.set_materialize_grads(False)
        return tuple(view.view_as(view) for _ in split.tasks for view in shared)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *arrived: Tensor | None) -> tuple[Tensor | None, ...]:
        views = ctx.views
        rows = {
            k: arrived[k * views : (k + 1) * views]
            for k in range(len(ctx.split.tasks))
            if any(piece is not None for piece in arrived[k * views : (k + 1) * views])
        }
        weights = ctx.split._balance(rows) if len(rows) > 1 else np.ones(len(rows))
        columns = zip(*rows.values(), strict=True)
        sums = [_weighted_sum(column, weights) for column in columns] or [None] * views
        return (None, *sums)


def _weighted_sum(pieces: Sequence[Tensor | None], weights: Array) -> Tensor | None:
    """`Σ weights[k] · pieces[k]`, added in the order in which autograd itself would.

    Autograd visits what was recorded last first, so the last task's gradient arrives first. The
    pieces may belong to other nodes too and are not written to.
    """
    total: Tensor | None = None
    own = False
    for piece, weight in reversed(list(zip(pieces, weights.tolist(), strict=True))):
        if piece is None:
            continue
        if total is None:
            total, own = (piece, False) if weight == 1.0 else (piece * weight, True)
        elif own:
            total.add_(piece, alpha=weight)
        else:
            total, own = torch.add(total, piece, alpha=weight), True
    return total
