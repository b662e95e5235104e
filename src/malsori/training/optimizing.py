"""The optimizer and the learning rate."""

from __future__ import annotations

import math

import torch
from torch import nn

from malsori.recipe import Optimizer, Schedule


def make_optimizer(model: nn.Module, settings: Optimizer) -> torch.optim.AdamW:
    """AdamW over every trainable parameter of this very model.

    Biases, normalisation and other vectors are not decayed.

    Example:
        >>> optimizer = make_optimizer(nn.Linear(2, 2), Optimizer())
        >>> [len(group["params"]) for group in optimizer.param_groups]
        [1, 1]
    """
    trained = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": settings.weight_decay},
        {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
    ]
    # One pass over each parameter instead of ten: most of a step, where a table is large.
    fused = all(p.device.type in {"cpu", "cuda"} for p in trained)
    return torch.optim.AdamW(groups, lr=settings.lr, fused=fused)


def rate(schedule: Schedule, step: int, total: int) -> float:
    """The factor on the learning rate at a step, in (0, 1].

    Args:
        schedule: Its kind and warm-up share.
        step: From 0.
        total: Steps of the whole run.

    Example:
        >>> [round(rate(Schedule(warmup=0.5), s, 4), 2) for s in range(4)]
        [0.5, 1.0, 1.0, 0.5]
    """
    warm = round(schedule.warmup * total)
    if step < warm:
        return (step + 1) / warm
    if schedule.kind == "constant":
        return 1.0
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(total - warm, 1)))
