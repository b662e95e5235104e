"""Ctrl-C in training: a checkpoint of the step at work, and only then the end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def heeded(ask: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Takes the first Ctrl-C as a wish, and a second one as the order that it usually is.

    Args:
        ask: Called at the first one, from wherever the program is.

    Yields:
        What ends the program as the first Ctrl-C would have, if there was one; called wherever
        that can be. Only the main thread hears signals: in another nothing is changed, nor where
        a signal is ignored.
    """
    before: Any = signal.getsignal(signal.SIGINT)
    elsewhere = threading.current_thread() is not threading.main_thread()
    if elsewhere or before in (signal.SIG_IGN, signal.SIG_DFL, None):
        yield lambda: None
        return
    heard: list[tuple[int, FrameType | None]] = []

    def hear(number: int, frame: FrameType | None) -> None:
        heard.append((number, frame))
        signal.signal(signal.SIGINT, before)  # the next one is not taken softly
        ask()

    def end() -> None:
        if heard:
            before(*heard[0])

    signal.signal(signal.SIGINT, hear)
    try:
        yield end
    finally:
        signal.signal(signal.SIGINT, before)
