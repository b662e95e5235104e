"""A sharing of somebody else's: no cut, and found through its entry point."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from malsori.nn.names import key_of
from malsori.nn.sharing import Sharing, Users


class MMoE(Sharing):
    """Experts that all tasks share, mixed by a gate of each task's own (Ma et al., 2018)."""

    def __init__(
        self, in_dim: int, tasks: Sequence[str], *, experts: int = 3, dim: int = 16
    ) -> None:
        super().__init__(in_dim, tasks)
        self.experts = nn.ModuleList(nn.Linear(in_dim, dim) for _ in range(experts))
        self.gates = nn.ModuleDict({key_of(t): nn.Linear(in_dim, experts) for t in tasks})
        self.out_dim = dim

    @staticmethod
    def small() -> dict[str, int]:
        return {"experts": 2, "dim": 8}

    def forward(self, view: Tensor) -> dict[str, Tensor]:
        each = torch.stack([torch.tanh(expert(view)) for expert in self.experts], dim=-1)
        weights = {t: torch.softmax(self.gates[key_of(t)](view), dim=-1) for t in self.tasks}
        return {t: (each * w.unsqueeze(1)).sum(dim=-1) for t, w in weights.items()}

    def users(self) -> dict[str, Users]:
        gates = {
            f"gate.{t}": Users(list(self.gates[key_of(t)].parameters()), (t,)) for t in self.tasks
        }
        return {"": Users(list(self.experts.parameters()), self.tasks), **gates}
