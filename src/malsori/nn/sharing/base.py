"""What a sharing is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from torch import Tensor, nn


class Sharing(nn.Module, ABC):
    """From one view to one representation for each task.

    Args:
        in_dim: size of the view.
        tasks: names of the tasks.

    Attributes:
        cut: True if there is one tensor at which the tasks part, so that an engine can stand
            between `shared` and `branches`.
        out_dim: size of each task's representation.
    """

    cut: ClassVar[bool]
    out_dim: int

    def __init__(self, in_dim: int, tasks: Sequence[str]) -> None:
        super().__init__()
        self.in_dim = in_dim
        self.tasks = tuple(tasks)

    @abstractmethod
    def shared(self, view: Tensor) -> Tensor:
        """What the tasks have in common, `[B, H]`, of a view `[B, in_dim]`."""

    @abstractmethod
    def branches(self, copies: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Each task's representation `[B, out_dim]` of its own copy of the shared tensor."""

    def shared_parameters(self) -> list[nn.Parameter]:
        """Parameters that more than one task uses; by default all."""
        return list(self.parameters()) if len(self.tasks) > 1 else []

    def forward(self, view: Tensor) -> dict[str, Tensor]:
        """By task the representation `[B, out_dim]`."""
        return self.branches(dict.fromkeys(self.tasks, self.shared(view)))
