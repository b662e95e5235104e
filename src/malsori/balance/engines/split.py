"""The gradients of the tasks meet in one autograd node, and are balanced there."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import Parameter

from malsori.balance.engines.base import Engine, Losses, Step
from malsori.balance.gramians import gramian_of

Array = npt.NDArray[np.float64]


class Split(Engine):
    """Hands each task its own copy of the shared tensors and balances what comes back.

    The copies cost nothing. In the backward pass the gradients of the K tasks with respect to the
    shared tensors meet here: their Gramian is made, the weighting and then the solver turn it
    into weights, and the trunk receives the weighted sum. So there is one forward and one
    backward pass. Heads are never reweighted.

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

    Its arguments are those of every `Engine`.

    Example:
        >>> from malsori.balance.solvers.pcgrad import PCGrad
        >>> from malsori.balance.weightings.static import Static
        >>> split = Split(["a", "b"], Static(["a", "b"]), PCGrad())
        >>> shared = torch.zeros(1, 2, requires_grad=True)
        >>> copies = split.part(shared)
        >>> g = {"a": torch.tensor([1.0, 0.0]), "b": torch.tensor([-1.0, 1.0])}
        >>> step = split.backward({t: (copies[t][0] * g[t]).sum() for t in g})
        >>> shared.grad
        tensor([[0.5000, 1.5000]])
        >>> step.weights.tolist()
        [2.0, 1.5]
    """

    needs_cut: ClassVar[bool] = True

    def part(self, *shared: Tensor) -> dict[str, tuple[Tensor, ...]]:
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

    def backward(
        self,
        losses: Losses,
        shared: Mapping[str, Sequence[Parameter]] | None = None,  # noqa: ARG002
        penalty: Tensor | None = None,
    ) -> Step | None:
        """One backward pass; the gradients meet in the node on their way to the trunk.

        In a loop that scales its loss or accumulates batches, `total` gives the scalar to call
        `backward` on, and `last` the record.
        """
        total = self.total(losses)
        (total if penalty is None else total + penalty).backward()  # type: ignore[no-untyped-call]
        return self.last


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
        weights = np.ones(len(rows))
        if len(rows) > 1:
            weights = ctx.split.balance(list(rows), gramian_of(list(rows.values())))
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
