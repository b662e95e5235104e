"""Batches side by side, each on one core: cores that do not wait for each other lose no time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import torch

from malsori.parallel import cores

A = TypeVar("A")
B = TypeVar("B")


def side_by_side(function: Callable[[A], B], items: Sequence[A]) -> Iterator[B]:
    """Applies a function without gradients to each item, as many at once as there are cores.

    Dividing each matrix product among the cores instead makes all of them wait for the slowest,
    several hundred times a batch; and how it is divided changes the last bits of the result.

    Example:
        >>> list(side_by_side(lambda x: (x + 1).item(), [torch.tensor(1), torch.tensor(2)]))
        [2, 3]
    """
    if len(items) <= 1 or cores() == 1:
        yield from map(partial(_without_gradients, function), items)
        return
    pool = ThreadPoolExecutor(cores(), initializer=partial(torch.set_num_threads, 1))
    try:
        yield from pool.map(partial(_without_gradients, function), items)
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(torch.get_num_threads())  # for threads that begin later


def _without_gradients(function: Callable[[A], B], item: A) -> B:
    with torch.inference_mode():
        return function(item)
