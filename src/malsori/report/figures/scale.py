"""From numbers to places on the sheet, and which numbers to write beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_STEPS: Final = (1.0, 2.0, 2.5, 5.0)


@dataclass(frozen=True)
class Scale:
    """Numbers from `low` to `high` lie between the places `start` and `end`, in px.

    Example:
        >>> Scale(0, 1, 100, 300)(0.5), Scale(0.1, 10, 0, 100, log=True)(10)
        (200.0, 100.0)
    """

    low: float  # the number at `start`
    high: float  # the number at `end`, > `low`
    start: float  # place of `low`
    end: float  # place of `high`; before `start` if it runs upwards
    log: bool = False  # whether equal ratios lie equally far apart

    def __call__(self, value: float) -> float:
        """The place of a number; one beyond the ends lies on the end."""
        low, high, at = self.low, self.high, min(max(value, self.low), self.high)
        if self.log:
            low, high, at = math.log(low), math.log(high), math.log(at)
        return self.start + (at - low) / (high - low) * (self.end - self.start)

    def inside(self, value: float) -> bool:
        """Whether a number is finite and between the ends."""
        return self.low <= value <= self.high

    def ticks(self, count: int = 5) -> list[float]:
        """At most about so many round numbers between the ends."""
        if self.log:
            return log_ticks(self.low, self.high, count)
        return linear_ticks(self.low, self.high, count)


def linear_ticks(low: float, high: float, count: int) -> list[float]:
    """Round numbers at equal distances: the fewest of about `count` or less, but two at least.

    Example:
        >>> linear_ticks(0, 1, 5), linear_ticks(-0.07, 0.9, 4)
        ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [0.0, 0.25, 0.5, 0.75])
    """
    widest = (high - low) / count
    power = math.floor(math.log10(widest))
    steps = [float(f"{m}e{p}") for p in (power - 1, power, power + 1) for m in _STEPS]
    first = next(i for i, step in enumerate(steps) if step >= widest * (1 - 1e-9))
    found: list[float] = []
    for step in reversed(steps[: first + 1]):
        start, end = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        found = [float(f"{k * step:.12g}") for k in range(start, end + 1)]
        if len(found) > 1:
            break
    return found


def log_ticks(low: float, high: float, count: int) -> list[float]:
    """Round numbers between two positive ones: 1, 2 and 5 times powers of ten, or fewer.

    Example:
        >>> log_ticks(0.4, 6, 5), log_ticks(0.001, 1000, 4)
        ([0.5, 1.0, 2.0, 5.0], [0.01, 1.0, 100.0])
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for steps, stride in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), 2), ((1,), 4)):
        powers = [p for p in range(first, last + 1) if p % stride == 0]
        found = [float(f"{m}e{p}") for p in powers for m in steps]
        found = [t for t in found if low <= t <= high]
        if len(found) <= count:
            return found
    return [1.0]


def tick_text(value: float, ticks: Iterable[float]) -> str:
    """A tick with as many digits as its neighbours need, and a real minus.

    Example:
        >>> tick_text(-0.5, [-0.5, 0, 0.25]), tick_text(2, [0, 2, 4])
        ('−0.50', '2')
    """
    digits = next(d for d in range(13) if all(_has_digits(t, d) for t in ticks) or d == 12)
    return minus(f"{0.0 if value == 0 else value:,.{digits}f}")


def minus(text: str) -> str:
    """A written number with the sign that is as wide as a digit.

    Example:
        >>> minus("-0.10")
        '−0.10'
    """
    return text.replace("-", "−")


def _has_digits(value: float, digits: int) -> bool:
    return math.isclose(round(value, digits), value, rel_tol=1e-9, abs_tol=1e-12)


def finite(values: Iterable[float | None]) -> list[float]:
    """The numbers among them: None, NaN and infinities are left out.

    Example:
        >>> finite([1.0, None, float("nan"), 2.0])
        [1.0, 2.0]
    """
    return [v for v in values if v is not None and math.isfinite(v)]
