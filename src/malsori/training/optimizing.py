"""The optimizer and the learning rate."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import torch
from torch import nn

from malsori.encoders.base import EncoderModule
from malsori.nn.model import Model
from malsori.nn.names import key_of
from malsori.recipe import Optimizer, Schedule

# What PyTorch does in a step, without the import of the compiler that it puts around it.
_STEP: Final[Callable[..., Any]] = inspect.unwrap(torch.optim.AdamW.step)


class AdamW(torch.optim.AdamW):
    """PyTorch's AdamW (Loshchilov and Hutter, 2019), the same bits, in a process that begins fast.

    PyTorch's own imports `torch.compile` at its first step, for a mark that nothing reads where
    nothing is compiled: 1.5–2.3 s.
    """

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """One update of every parameter that has a gradient."""
        return _STEP(self, closure)


def make_optimizer(model: nn.Module, settings: Optimizer) -> AdamW:
    """AdamW over every trainable parameter of this very model.

    Biases, normalisation and other vectors are not decayed. An encoder with a learning rate of
    its own has groups of its own; every group keeps its rate as ``base_lr`` for the schedule.

    Example:
        >>> optimizer = make_optimizer(nn.Linear(2, 2), Optimizer())
        >>> [len(group["params"]) for group in optimizer.param_groups]
        [1, 1]
    """
    groups = _groups(model, settings)
    # One pass over each parameter instead of ten: most of a step, where a table is large.
    fused = all(p.device.type in {"cpu", "cuda"} for p in model.parameters())
    return AdamW(groups, lr=settings.lr, fused=fused)


def follow(
    optimizer: torch.optim.Optimizer,
    model: nn.Module,
    settings: Optimizer,
    before: Sequence[nn.Parameter],
) -> list[nn.Parameter]:
    """Lets an optimizer follow a model whose structure has changed; nothing else moves.

    Args:
        optimizer: Forgets parameters that the model had and has no more, and gets its new ones,
            in groups as `make_optimizer` makes them. Others it keeps, those of no model too.
        model: As it is now.
        settings: Of the recipe.
        before: The parameters that the model had.

    Returns:
        Those that it has.
    """
    now = list(model.parameters())
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    gone = {id(p) for p in before} - {id(p) for p in now}
    known = {id(p) for p in before} | held
    for group in optimizer.param_groups:
        group["params"] = [p for p in group["params"] if id(p) not in gone]
    for p in [p for p in optimizer.state if id(p) in gone]:
        del optimizer.state[p]
    for group in _groups(model, settings):
        new = [p for p in group["params"] if id(p) not in known]
        if new:
            optimizer.add_param_group({**group, "params": new})
    return now


def names_held(optimizer: torch.optim.Optimizer, model: nn.Module) -> list[list[str]]:
    """By group the model's names of the parameters that an optimizer holds; "" of no model's."""
    names = {id(p): name for name, p in model.named_parameters()}
    return [[names.get(id(p), "") for p in group["params"]] for group in optimizer.param_groups]


def hold(optimizer: torch.optim.Optimizer, model: nn.Module, names: list[list[str]]) -> None:
    """Gives an optimizer the parameters that `names_held` named; before its state is loaded."""
    if names == names_held(optimizer, model):
        return
    named = dict(model.named_parameters())
    optimizer.param_groups.clear()
    optimizer.state.clear()
    for group in names:
        optimizer.add_param_group({"params": [named[name] for name in group]})


def _groups(model: nn.Module, settings: Optimizer) -> list[dict[str, Any]]:
    rates = _rates(model, settings.lr)
    groups = []
    for lr in sorted({rates[id(p)] for p in model.parameters()}, reverse=True):
        of_rate = [p for p in model.parameters() if p.requires_grad and rates[id(p)] == lr]
        same = {"lr": lr, "base_lr": lr}
        wide = [p for p in of_rate if p.ndim > 1]
        thin = [p for p in of_rate if p.ndim <= 1]
        groups.append({"params": wide, "weight_decay": settings.weight_decay, **same})
        groups.append({"params": thin, "weight_decay": 0.0, **same})
    return groups


def _rates(model: nn.Module, lr: float) -> dict[int, float]:
    """The learning rate of every parameter: its encoder's own, or the recipe's."""
    rates = {id(p): lr for p in model.parameters()}
    for part in model.modules():
        if isinstance(part, EncoderModule) and part.lr is not None:
            rates |= {id(p): part.lr for p in part.parameters()}
    return rates


def parameter_counts(model: Model) -> dict[str, tuple[int, int]]:
    """Part of the network → parameters that are trained, and all of them.

    What a frozen encoder stored is no part of the network, and so not counted.
    """
    parts: dict[str, nn.Module] = {
        f"encoders.{m}": model.encoders[key_of(m)] for m in model.modalities
    }
    parts |= {"fusion": model.fusion, "sharing": model.sharings, "heads": model.heads}
    return {
        name: (
            sum(p.numel() for p in part.parameters() if p.requires_grad),
            sum(p.numel() for p in part.parameters()),
        )
        for name, part in parts.items()
    }


def rate(schedule: Schedule, step: int, total: int) -> float:
    """The factor on the learning rate at a step, in (0, 1].

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
