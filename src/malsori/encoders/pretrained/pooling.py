"""Frames become a chosen number of tokens: so many a second, or so many an utterance."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

Per = Literal["second", "utterance"]
Ints = np.ndarray[Any, np.dtype[np.int64]]


def edges(frames: int, rate: float, tokens: int, per: Per) -> Ints:
    """Where each token's frames begin, and where the last one's end ``[T + 1]``; none is empty.

    Args:
        frames: N, at least 1.
        rate: frames a second.
        tokens: how many a second or an utterance.
        per: ``second`` or ``utterance``.

    Example:
        >>> edges(120, 50.0, 1, "second").tolist()
        [0, 50, 100, 120]
        >>> edges(120, 50.0, 2, "utterance").tolist()
        [0, 60, 120]
    """
    if per == "second":
        count = max(1, int(np.ceil(frames * tokens / rate - 1e-9)))
        places = np.round(np.arange(count + 1) * rate / tokens)
    else:
        count = min(tokens, frames)
        places = np.round(np.arange(count + 1) * frames / count)
    whole = np.minimum(places, frames).astype(np.int64)
    whole[-1] = frames
    return np.unique(whole)


def pool(values: Tensor, where: Ints) -> Tensor:
    """The mean of each token's frames: ``[N, …]`` → ``[T, …]`` in float32.

    Example:
        >>> pool(torch.tensor([[1.0], [3.0], [5.0]]), np.array([0, 2, 3])).tolist()
        [[2.0], [5.0]]
    """
    sizes = torch.from_numpy(np.diff(where)).to(values.device)
    owner = torch.repeat_interleave(torch.arange(len(sizes), device=values.device), sizes)
    total = values.new_zeros((len(sizes), *values.shape[1:]), dtype=torch.float32)
    total.index_add_(0, owner, values.float())
    return total / sizes.view(-1, *[1] * (values.ndim - 1))
