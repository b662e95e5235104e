"""Which numbers a frozen model computes with on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

import torch

from malsori.errors import MalsoriError
from malsori.parallel import cores

Precision = Literal["auto", "float32", "bfloat16"]

_TYPES: Final = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def resolve(precision: Precision, device: str = "cpu") -> str:
    """``bfloat16`` where the processor multiplies it natively (twice as fast), else ``float32``.

    Raises:
        MalsoriError: there is no such precision.
    """
    if precision == "auto":
        return "bfloat16" if _native(device) else "float32"
    if precision not in _TYPES:
        raise MalsoriError(f"precision is auto, float32 or bfloat16, not {precision!r}")
    return precision


def dtype_of(precision: str) -> torch.dtype:
    """The type of a resolved precision."""
    return _TYPES[precision]


def _native(device: str) -> bool:
    if device.startswith("cuda"):
        return bool(torch.cuda.is_bf16_supported())
    # The processor may know the type without multiplying it fast; these two do.
    found = (torch.cpu._is_avx512_bf16_supported, torch.cpu._is_amx_tile_supported)
    return any(bool(known()) for known in found)


def best_device() -> str:
    """``cuda`` where there is one, else ``cpu``."""
    return "cuda" if torch.cuda.is_available() else "cpu"


@contextmanager
def every_core() -> Iterator[None]:
    """Uses every core for a while, whatever training is set to."""
    before = torch.get_num_threads()
    torch.set_num_threads(cores())
    try:
        yield
    finally:
        torch.set_num_threads(before)
