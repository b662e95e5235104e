"""No sharing behind the fusion: heads directly on a view."""

from collections.abc import Mapping, Sequence

from torch import Tensor

from malsori.nn.sharing.base import CutSharing


class HeadsOnly(CutSharing):
    """The view itself is what the tasks share; there is no trunk and no parameter.

    Args:
        in_dim: size of the view.
        tasks: names of the tasks.

    Example:
        >>> import torch
        >>> HeadsOnly(2, ["urgency"])(torch.ones(1, 2))
        {'urgency': tensor([[1., 1.]])}
    """

    def __init__(self, in_dim: int, tasks: Sequence[str]) -> None:
        super().__init__(in_dim, tasks)
        self.out_dim = in_dim

    def shared(self, view: Tensor) -> tuple[Tensor]:
        """The view."""
        return (view,)

    def branches(self, copies: Mapping[str, Sequence[Tensor]]) -> dict[str, Tensor]:
        """The copies of the view."""
        return {task: own[0] for task, own in copies.items()}
