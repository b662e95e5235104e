"""A sharing of somebody else's: its trunk is copied for single tasks, and its units are closed."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from malsori.nn.names import key_of
from malsori.nn.sharing import Sharing, Users


class Growing(Sharing):
    """One layer for all tasks, until `branch` gives one of them a layer of its own."""

    def __init__(self, in_dim: int, tasks: Sequence[str], *, dim: int = 16) -> None:
        super().__init__(in_dim, tasks)
        self.trunk = nn.Linear(in_dim, dim)
        self.own = nn.ModuleDict()
        self.mask = [1.0] * dim
        self.out_dim = dim

    def branch(self, task: str) -> None:
        self.own[key_of(task)] = copy.deepcopy(self.trunk)

    def forward(self, view: Tensor) -> dict[str, Tensor]:
        mask = torch.tensor(self.mask, device=view.device)
        layers = {t: dict(self.own.items()).get(key_of(t), self.trunk) for t in self.tasks}
        return {task: torch.tanh(layer(view)) * mask for task, layer in layers.items()}

    def users(self) -> dict[str, Users]:
        own = {t: self.own[key_of(t)] for t in self.tasks if key_of(t) in self.own}
        together = tuple(t for t in self.tasks if t not in own)
        groups = {f"own.{t}": Users(list(layer.parameters()), (t,)) for t, layer in own.items()}
        return {"": Users(list(self.trunk.parameters()), together), **groups}

    def structure(self) -> dict[str, Any]:
        changed = {"own": list(self.own), "mask": self.mask}
        return changed if self.own or not all(self.mask) else {}

    def restructure(self, structure: Mapping[str, Any]) -> None:
        self.mask = list(structure.get("mask", [1.0] * self.out_dim))
        self.own = nn.ModuleDict({k: copy.deepcopy(self.trunk) for k in structure.get("own", [])})
