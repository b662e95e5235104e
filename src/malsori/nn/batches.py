"""What the network is given, and what it says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor


@dataclass
class Batch:
    """Some utterances, padded.

    Attributes:
        features: by modality `[B, T, F]`; a modality that no row has may be left out.
        masks: by modality bool `[B, T]`, True where features are.
        targets: by task class indices int64 `[B]`, −1 where a row has no label; zeros and ones
            int8 `[B, K]`, −1 (multilabel); numbers float32 `[B]`, NaN (regression).
        soft: by task what training is held against instead, float32 `[B, K]`; NaN where a row
            has neither a soft label nor a hard one.
        ids: of the utterances.
    """

    features: dict[str, Tensor]
    masks: dict[str, Tensor]
    targets: dict[str, Tensor] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    soft: dict[str, Tensor] = field(default_factory=dict)

    @property
    def wanted(self) -> dict[str, Tensor]:
        """What the training loss is held against: soft labels where a task has them."""
        return {**self.targets, **self.soft}

    def to(self, device: torch.device | str) -> Batch:
        """The same batch on another device."""
        return Batch(
            {name: value.to(device) for name, value in self.features.items()},
            {name: value.to(device) for name, value in self.masks.items()},
            {name: value.to(device) for name, value in self.targets.items()},
            self.ids,
            {name: value.to(device) for name, value in self.soft.items()},
        )


@dataclass
class Output:
    """What the network says of a batch.

    Attributes:
        logits: by task `[B, L]`, the answer of the vote.
        probabilities: by task `[B, task.width]`: what is predicted, see `Head.probabilities`.
        views: by task `[B, V, L]`, the answer of each view.
        present: bool `[B, V]`: which views voted.
        attention: of the fusion, see `Fused`; or None.
    """

    logits: dict[str, Tensor]
    probabilities: dict[str, Tensor]
    views: dict[str, Tensor]
    present: Tensor
    attention: Mapping[str, Tensor] | None = None


class TaskLoss(NamedTuple):
    """The losses of one task in a batch.

    Attributes:
        values: float32 `[B]`, 0 where there is no label.
        valid: bool `[B]`, at least one True.

    Example:
        >>> loss = TaskLoss(torch.tensor([2.0, 0.0]), torch.tensor([True, False]))
        >>> loss.mean().item()
        2.0
    """

    values: Tensor
    valid: Tensor

    def mean(self) -> Tensor:
        """The mean over labelled rows."""
        return self.values.sum() / self.valid.sum()
