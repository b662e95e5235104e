"""A parallel map whose failures belong to rows, not to the run."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from threadpoolctl import ThreadpoolController, threadpool_limits

from malsori.errors import MalsoriError

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True)
class Outcome(Generic[B]):
    """What became of one item: a value, or the error that it caused."""

    index: int  # position of the item in the input
    value: B | None  # the function's result, or None after an error
    error: str | None  # `ErrorType: message`, or None after success

    @property
    def ok(self) -> bool:
        """Whether the item succeeded."""
        return self.error is None


def cores() -> int:
    """The number of processors this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def parallel_map(
    function: Callable[[A], B], items: Sequence[A], *, workers: int | None = None, chunk: int = 16
) -> Iterator[Outcome[B]]:
    """Applies a function to every item in several processes and yields outcomes in order.

    An exception ends its item, not the map. Only a bounded number of results waits in memory.

    On Linux the processes are forked, so `function` must not use what has threads of its own:
    Polars and Torch hang in a forked process. NumPy, soundfile and soxr are fine. While an item
    is computed, matrix products have one thread: items are small, and threads of such products
    wait for each other longer than they compute.

    Args:
        function: A module-level function (it travels to other processes).
        items: What to apply it to.
        workers: Processes; None uses every core, 1 stays in this process.
        chunk: Items that travel together.

    Yields:
        One `Outcome` for every item, in the order of the items.

    Raises:
        MalsoriError: A worker died (out of memory, say); names the items that it held.

    Example:
        >>> [outcome.value for outcome in parallel_map(abs, [-1, 2], workers=1)]
        [1, 2]
        >>> next(parallel_map(len, [None], workers=1)).error
        "TypeError: object of type 'NoneType' has no len()"
    """
    workers = cores() if workers is None else workers
    chunk = max(1, min(chunk, -(-len(items) // max(workers, 1)))) if items else 1
    if workers <= 1 or len(items) <= 1:
        for i, item in enumerate(items):
            with _thread_pools().limit(limits=1, user_api="blas"):
                outcome = _attempt(function, i, item)
            yield outcome
        return
    # fork shares what is loaded; elsewhere than Linux it is not safe.
    method = "fork" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin) as pool:
        waiting: deque[tuple[int, Future[list[Outcome[B]]]]] = deque()
        starts = iter(range(0, len(items), chunk))
        try:
            for start in starts:
                batch = items[start : start + chunk]
                waiting.append((start, pool.submit(_run, function, start, batch)))
                if len(waiting) >= 4 * workers:
                    yield from _collect(*waiting.popleft(), chunk)
            while waiting:
                yield from _collect(*waiting.popleft(), chunk)
        finally:
            for _, future in waiting:
                future.cancel()


@cache
def _thread_pools() -> ThreadpoolController:
    """Those of the libraries that are loaded; looking for them takes milliseconds."""
    return ThreadpoolController()


def _begin() -> None:
    """Prepares a worker: one thread, and an end when its parent is killed.

    There is a worker for every core: threads of its own in each would wait for each other, and
    for the other workers', most of the time.
    """
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"  # for what is loaded later
    threadpool_limits(1)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _run(function: Callable[[A], B], start: int, items: Sequence[A]) -> list[Outcome[B]]:
    return [_attempt(function, start + i, item) for i, item in enumerate(items)]


def _attempt(function: Callable[[A], B], index: int, item: A) -> Outcome[B]:
    try:
        return Outcome(index, function(item), None)
    except Exception as error:  # a failure belongs to its row
        return Outcome(index, None, f"{type(error).__name__}: {error}")


def _collect(start: int, future: Future[list[Outcome[B]]], chunk: int) -> list[Outcome[B]]:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise MalsoriError(
            f"a worker process died in items {start} to {start + chunk - 1}",
            hint="too little memory? try fewer workers",
        ) from error
