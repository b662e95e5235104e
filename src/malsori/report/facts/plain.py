"""Facts as JSON can hold them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from pydantic import BaseModel

from malsori.evaluation.intervals import Estimate
from malsori.evaluation.result import TaskResult
from malsori.signals.audio import Audio

_LEFT_OUT = (pl.DataFrame, Audio)  # rows and samples have their own files


def plain(value: Any) -> Any:
    """Dataclasses become mappings, undefined numbers None; tables of rows are left out.

    Example:
        >>> plain({"skill": Estimate(0.5), "classes": ("하", "상")})
        {'skill': {'value': 0.5, 'low': None, 'high': None}, 'classes': ['하', '상']}
    """
    if isinstance(value, TaskResult | Estimate):
        return plain(value.data())
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return {k: plain(v) for k, v in fields.items() if not isinstance(v, _LEFT_OUT)}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(v) for v in value]
    return _number(value)


def _number(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
