"""Three ways to use a pretrained model: frozen, fine-tuned (whole or its last layers), LoRA."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from torch import nn

from malsori.encoders.pretrained.low_rank import update_weights
from malsori.errors import MalsoriError

How = Literal["frozen", "all", "last", "lora"]

LR: Final = 1e-5
"""Of a fine-tuned encoder, after the reference studies; LoRA starts at zero and takes ten times."""

_FORM = re.compile(r"(frozen|all)|(last|lora):([1-9]\d*)")
_FRONT: Final = ("feature_extractor.", "conv1.", "conv2.", "embed_positions.")
# What families call the layers that make queries and values; one makes both at once.
_LORA: Final = (
    "q_proj", "v_proj", "query", "value", "query_proj", "value_proj", "q_lin", "v_lin", "q", "v",
    "Wqkv",
)  # fmt: skip

# Their attention reads the weights of queries and values without calling the layers.
_UNCALLED: Final = ("wavlm",)


@dataclass(frozen=True)
class Tuning:
    """How much of a model is trained.

    Example:
        >>> Tuning.parse("last:4")
        Tuning(how='last', size=4)
    """

    how: How
    size: int = 0  # layers for ``last``, rank for ``lora``

    @classmethod
    def parse(cls, text: str) -> Tuning:
        """Reads ``frozen``, ``all``, ``last:4`` or ``lora:8``.

        Raises:
            MalsoriError: anything else.
        """
        found = _FORM.fullmatch(text.strip())
        if found is None:
            raise MalsoriError(
                f"tune: {text!r} is not understood",
                hint="frozen, all, last:4 (the last four layers) or lora:8 (of rank 8)",
            )
        plain, sized, size = found.groups()
        return cls(cast(How, plain or sized), int(size or 0))

    @property
    def frozen(self) -> bool:
        """Whether nothing is trained, so that what the model says can be stored."""
        return self.how == "frozen"

    def rate(self, lr: float | None) -> float | None:
        """The encoder's learning rate: as given, or the usual one of this way."""
        if self.frozen:
            return None
        return lr if lr is not None else LR * (10 if self.how == "lora" else 1)


def apply(model: nn.Module, layers: nn.ModuleList, tuning: Tuning) -> nn.Module:
    """Sets which parameters are trained; the convolutional front end never is.

    Raises:
        MalsoriError: more layers than there are, or LoRA without the package peft.
    """
    for parameter in model.parameters():
        parameter.requires_grad_(tuning.how == "all")
    if tuning.how == "all":
        for name, parameter in model.named_parameters():
            if name.startswith(_FRONT):
                parameter.requires_grad_(False)
    elif tuning.how == "last":
        if tuning.size > len(layers):
            raise MalsoriError(
                f"tune: last:{tuning.size}, but the model has {len(layers)} layers",
                hint="use fewer, or tune: all",
            )
        for layer in list(layers)[-tuning.size :]:
            layer.requires_grad_(True)
    elif tuning.how == "lora":
        _add_lora(model, tuning.size)
    return model


def _add_lora(model: Any, rank: int) -> None:
    """Low-rank updates of queries and values (Hu and others, 2022).

    Raises:
        MalsoriError: the architecture has none by a known name, or peft is missing.
    """
    try:
        from peft import LoraConfig, inject_adapter_in_model  # noqa: PLC0415
    except ImportError as error:
        raise MalsoriError(
            "tune: lora needs the package peft", hint="pip install 'malsori[lora]'"
        ) from error
    names = {name.rpartition(".")[2] for name, part in model.named_modules()
             if isinstance(part, nn.Linear)}  # fmt: skip
    targets = sorted(names & set(_LORA))
    if not targets:
        raise MalsoriError(
            "tune: lora finds no queries and values in this architecture", hint="tune: last:2"
        )
    if model.config.model_type in _UNCALLED:
        update_weights(model, targets, rank, alpha=2 * rank)
        return
    inject_adapter_in_model(LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=targets), model)
