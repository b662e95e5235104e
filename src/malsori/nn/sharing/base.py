"""What a sharing is."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from torch import Tensor, nn

from malsori.errors import MalsoriError


class Users(NamedTuple):
    """Parameters, and the tasks that use them."""

    parameters: list[nn.Parameter]
    tasks: tuple[str, ...]


class Sharing(nn.Module, ABC):
    """From one view to one representation for each task.

    One that is no `CutSharing` (cross-stitch, a mixture of experts, soft sharing) has no place
    where an engine could stand between what is shared and what is not; it gives `forward` alone.

    Args:
        in_dim: size of the view.
        tasks: names of the tasks.

    Attributes:
        out_dim: size of each task's representation.
    """

    out_dim: int

    def __init__(self, in_dim: int, tasks: Sequence[str]) -> None:
        super().__init__()
        self.in_dim = in_dim
        self.tasks = tuple(tasks)

    @abstractmethod
    def forward(self, view: Tensor) -> dict[str, Tensor]:
        """By task the representation `[B, out_dim]` of a view `[B, in_dim]`."""

    def users(self) -> dict[str, Users]:
        """By group its parameters, each of them in one group, and the tasks that use these.

        A group's name follows the sharing's; the one called "" is what all tasks use. By
        default that is everything.
        """
        return {"": Users(list(self.parameters()), self.tasks)}

    def penalty(self) -> Tensor | None:
        """A scalar that training adds to the losses, weighted as it shall be; None adds nothing."""
        return None

    def structure(self) -> dict[str, Any]:
        """What training changed besides weights (masks, branches), as plain data for JSON."""
        return {}

    def restructure(self, structure: Mapping[str, Any]) -> None:
        """Takes up a `structure`, before weights are loaded; an empty one is that of a new model.

        It may also be an earlier one: a run ends with the weights and the structure of its best
        epoch. Parameters may be new ones; the loop has the optimizer follow.

        Raises:
            MalsoriError: it is not one of this kind.
        """
        if structure:
            raise MalsoriError(
                f"sharing {type(self).__name__}: was saved with {sorted(structure)}, and has none"
            )


class CutSharing(Sharing):
    """A sharing with a cut: tensors that the tasks share, and behind which nothing is shared.

    An engine can stand there and hand each task copies of its own.
    """

    @abstractmethod
    def shared(self, view: Tensor) -> Sequence[Tensor]:
        """What the tasks have in common, such as one `[B, H]`, of a view `[B, in_dim]`."""

    @abstractmethod
    def branches(self, copies: Mapping[str, Sequence[Tensor]]) -> dict[str, Tensor]:
        """Each task's representation `[B, out_dim]` of its own copies of the shared tensors."""

    def forward(self, view: Tensor) -> dict[str, Tensor]:
        """By task the representation `[B, out_dim]`."""
        return self.branches(dict.fromkeys(self.tasks, self.shared(view)))
