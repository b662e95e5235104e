"""What a job says while it works: words and progress, to whoever listens.

Every room calls `say` and `progress`; where that goes is decided by who started the job. A command
speaks to the terminal; one of many jobs side by side is silent, or speaks into its row of a table.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Protocol, TypeVar

T = TypeVar("T")


class Reporter(Protocol):
    """Takes all words of a job."""

    @property
    def pause(self) -> float:
        """Seconds between two lines of progress that are worth showing."""

    @property
    def lang(self) -> str:
        """The language of who listens, for what there is in several: `en` or `ko`."""

    def say(self, message: str) -> None:
        """One line for the person who waits."""

    def progress(self, line: str) -> None:
        """How far a job is; each line replaces the one before."""

    def clear(self) -> None:
        """The job that `progress` told of has ended."""


class Terminal:
    """Speaks on standard error: a terminal has one line that is renewed, a log file gets lines.

    Args:
        every: seconds between two lines of progress where there is no terminal.
        lang: of who sits there, `en` or `ko`.

    Example:
        >>> Terminal().say("reading 300 rows")
    """

    def __init__(self, every: float = 10, lang: str = "en") -> None:
        self.every, self.lang = every, lang
        self._open = False

    @property
    def pause(self) -> float:
        """Seconds between two lines of progress."""
        return 0.1 if sys.stderr.isatty() else self.every

    def say(self, message: str) -> None:
        """One line."""
        self.clear()
        print(message, file=sys.stderr, flush=True)  # noqa: T201

    def progress(self, line: str) -> None:
        """The line that is renewed, or one more line."""
        live = sys.stderr.isatty()
        text, end = (f"\r\033[K{line}", "") if live else (line, "\n")
        print(text, end=end, file=sys.stderr, flush=True)  # noqa: T201
        self._open = live

    def clear(self) -> None:
        """Clears the line that was renewed."""
        if self._open:
            print("\r\033[K", end="", file=sys.stderr, flush=True)  # noqa: T201
            self._open = False


class Silent:
    """Says nothing: errors are exceptions, and results lie in folders.

    Example:
        >>> with reporting(Silent()):
        ...     say("nobody hears this")
    """

    pause = float("inf")
    lang = "en"

    def say(self, message: str) -> None:
        """Nothing."""

    def progress(self, line: str) -> None:
        """Nothing."""

    def clear(self) -> None:
        """Nothing."""


_TERMINAL: Final = Terminal()
_CURRENT: ContextVar[Reporter] = ContextVar("reporter", default=_TERMINAL)


def reporter() -> Reporter:
    """Whoever listens here; the terminal unless `reporting` says otherwise."""
    return _CURRENT.get()


@contextmanager
def reporting(to: Reporter | None) -> Iterator[None]:
    """Sends the words of a block to a reporter; None leaves them where they go.

    Example:
        >>> class Lines(Silent):
        ...     def __init__(self):
        ...         self.said = []
        ...     def say(self, message):
        ...         self.said.append(message)
        >>> lines = Lines()
        >>> with reporting(lines):
        ...     say("reading 300 rows")
        >>> lines.said
        ['reading 300 rows']
    """
    token = _CURRENT.set(_CURRENT.get() if to is None else to)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def say(message: str) -> None:
    """One line to whoever listens."""
    reporter().say(message)


def duration(seconds: float) -> str:
    """A span of time as a person says it.

    Example:
        >>> duration(4.2), duration(75), duration(7300)
        ('4.2 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def progress(
    items: Iterable[T], *, label: str, total: int | None = None, unit: str = "it"
) -> Iterator[T]:
    """Passes items on and tells how far it is and how long it will take.

    Args:
        items: What to pass on.
        label: What is being done.
        total: Number of items; None asks `len`, and without one no time left is shown.
        unit: What one item is called.

    Example:
        >>> list(progress([1, 2], label="read"))
        [1, 2]
    """
    total = len(items) if total is None and isinstance(items, Sized) else total
    line = ProgressLine(label, total, unit=unit)
    try:
        for item in items:
            yield item
            line.advance()
    finally:
        line.close()


class ProgressLine:
    """A line of progress that its owner moves on.

    Args:
        label: What is being done.
        total: How many steps there are, or None.
        unit: What one step is called.
        done: Steps of an earlier run: counted as done, and left out of the speed.
        to: Who is told; None is whoever listens.

    Example:
        >>> line = ProgressLine("train", 10, unit="step")
        >>> line.advance(3, note="skill 0.21")
        >>> line.close()
    """

    def __init__(
        self,
        label: str,
        total: int | None,
        *,
        unit: str = "it",
        done: int = 0,
        to: Reporter | None = None,
    ) -> None:
        self.label, self.total, self.unit = label, total, unit
        self.to = to or reporter()
        self.started = self.shown = time.monotonic()
        self.done, self.base, self.note = done, done, ""

    def advance(self, steps: int = 1, *, note: str | None = None) -> None:
        """Moves on by some steps; `note` is shown until the next one."""
        self.done += steps
        self.note = self.note if note is None else note
        now = time.monotonic()
        if now - self.shown >= self.to.pause:
            self.shown = now
            self.to.progress(self._line(now))

    def _line(self, now: float) -> str:
        speed = (self.done - self.base) / max(now - self.started, 1e-9)
        parts = [f"{self.label} {self.done:,}"]
        if self.total:
            parts = [f"{self.label} {self.done:,}/{self.total:,}"]
            if speed > 0:
                parts.append(f"{duration(max(self.total - self.done, 0) / speed)} left")
        parts.append(f"{speed:,.1f} {self.unit}/s")
        parts += [self.note] if self.note else []
        return " · ".join(parts)

    def close(self) -> None:
        """Takes the line away."""
        self.to.clear()
