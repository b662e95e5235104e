"""Bootstrap intervals that resample whole groups (speakers, calls), not rows.

Rows of one speaker resemble each other, so 300 utterances of 15 speakers are 15 observations
and a bit, and an interval over rows is far too narrow. Here the groups are drawn with
replacement, each with all its rows, and the metric is computed again from the summed counts.

The interval is the *expanded percentile* interval (Hesterberg 2015, The American Statistician
69:371): the quantiles of the resampled metric, taken further out by the t distribution, because
the plain ones are too narrow for few groups. It respects the metric's range and needs no
symmetry. Measured: 10 groups cover 93–96 % at a nominal 95 % (plain percentile 89–92 %, BCa
90–94 %), 5 groups 88–91 % (79–85 %, 80–86 %); so below 10 groups a result says that they are
few.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from malsori.console import number
from malsori.errors import MalsoriError
from malsori.schema import group_name

Floats = NDArray[np.float64]

FEW = 10
"""Below this many units the interval covers less than it says."""

_CELLS = 4_000_000  # how often each unit was drawn: at most 32 MB of it at a time


@dataclass(frozen=True)
class Estimate:
    """A number and its interval; the interval is NaN where there is nothing to resample.

    As text it has shorter digits for the interval, as far as the number still lies in it.

    Example:
        >>> str(Estimate(0.6124, 0.581, 0.6449)), str(Estimate(0.5))
        ('0.612 [0.58, 0.64]', '0.500')
        >>> str(Estimate(0.0101, 0.0021, 0.018))
        '0.010 [0.002, 0.02]'
        >>> str(Estimate(0.9968, 0.9959, 0.9988))
        '0.997 [0.996, 0.999]'
    """

    value: float
    low: float = float("nan")
    high: float = float("nan")

    def __str__(self) -> str:
        if math.isnan(self.low):
            return number(self.value)
        value, low, high = number(self.value), _bound(self.low), _bound(self.high)
        if not float(low) <= float(value) <= float(high):
            low, high = number(self.low), number(self.high)
        return f"{value} [{low}, {high}]"

    def data(self) -> dict[str, float | None]:
        """As JSON can hold it: what is undefined is None."""
        pairs = {"value": self.value, "low": self.low, "high": self.high}
        return {name: None if math.isnan(x) else x for name, x in pairs.items()}


def _bound(value: float) -> str:
    # Two digits, unless they would round away on which side of 0 a bound lies.
    return number(value, 2 if value == 0 or abs(value) >= 0.005 else 3)


@dataclass(frozen=True)
class Units:
    """What is resampled: groups, or rows where there are no two groups.

    Example:
        >>> units = Units.of(["kim", "lee", "kim"])
        >>> units.unit, units.count, units.index.tolist()
        ('group', 2, [0, 1, 0])
        >>> Units.of(["kim", "kim"]).unit
        'row'
    """

    index: NDArray[np.int64]  # [N] unit of each row, 0 … count − 1
    unit: Literal["group", "row"]  # `group` or `row`
    count: int  # how many units
    one_group: bool = False  # all rows are of one group, so nothing is known about others

    @classmethod
    def of(cls, groups: Sequence[str | None]) -> Units:
        """Numbers the groups, by their names in one form; a row without one is its own group.

        With fewer than two different groups the rows are the units.
        """
        names = {text: group_name(text) or None for text in set(groups) - {None} if text}
        found = [names.get(text or "") for text in groups]
        different = set(found)
        if len(different) < 2:
            return cls(np.arange(len(groups)), "row", len(groups), bool(different - {None}))
        seen: dict[object, int] = {}
        keys = [(i,) if name is None else name for i, name in enumerate(found)]
        index = np.array([seen.setdefault(key, len(seen)) for key in keys], dtype=np.int64)
        return cls(index, "group", len(seen))

    def sum(self, rows: Floats) -> Floats:
        """[N, …] summed within units: [U, …].

        Example:
            >>> Units.of(["kim", "lee", "kim"]).sum(np.array([1.0, 2.0, 3.0])).tolist()
            [4.0, 2.0]
        """
        summed = np.zeros((self.count, *rows.shape[1:]))
        np.add.at(summed, self.index, rows)
        return summed

    @property
    def few(self) -> bool:
        """Whether an interval over so few units should be read with care."""
        return self.count < FEW


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are made.

    Attributes:
        resamples: How many times the units are drawn.
        seed: Same seed, same draws: two matrices over the same units are resampled alike.
        confidence: In (0, 1).

    Raises:
        MalsoriError: Fewer than two resamples, or a confidence that is no share.

    Example:
        >>> rows = np.column_stack([np.arange(40.0), np.ones(40)])
        >>> mean = Bootstrap().estimate(rows, lambda s: s[..., 0] / s[..., 1], [None] * 40)
        >>> mean.value, 13 < mean.low < 17, 22 < mean.high < 26
        (19.5, True, True)
    """

    resamples: int = 1000
    seed: int = 0
    confidence: float = 0.95

    def __post_init__(self) -> None:
        if self.resamples < 2:
            raise MalsoriError(
                f"resamples is {self.resamples}", hint="an interval needs about 1000"
            )
        if not 0 < self.confidence < 1:
            raise MalsoriError(f"confidence is {self.confidence}", hint="a share such as 0.95")

    def resample(self, matrix: Floats) -> Floats:
        """Sums over units drawn with replacement, many times.

        Args:
            matrix: [U, F] the sums of each unit, U ≥ 1.

        Returns:
            [R, F].
        """
        return np.concatenate([drawn @ matrix for drawn in self.draws(len(matrix))])

    def draws(self, units: int) -> Iterator[Floats]:
        """How often each unit was drawn: blocks [r, U] whose rows sum to U."""
        rng = np.random.default_rng(self.seed)
        block = max(1, _CELLS // units)
        for start in range(0, self.resamples, block):
            count = min(block, self.resamples - start)
            drawn = rng.integers(0, units, (count, units)) + units * np.arange(count)[:, None]
            counts = np.bincount(drawn.ravel(), minlength=count * units)
            yield counts.reshape(count, units).astype(np.float64)

    def interval(self, values: ArrayLike, units: int) -> tuple[float, float]:
        """The expanded percentile interval of resampled values.

        Args:
            values: [R] resampled metric; NaN (undefined in that resample) is left out.
            units: How many units were resampled.

        Returns:
            Low and high; NaN if fewer than two units or fewer than half of the values are
            defined.

        Example:
            >>> low, high = Bootstrap().interval(np.linspace(0, 1, 1001), units=1000)
            >>> round(low, 3), round(high, 3)
            (0.025, 0.975)
        """
        numbers = np.asarray(values, dtype=np.float64)
        known = numbers[~np.isnan(numbers)]
        if units < 2 or 2 * len(known) < len(numbers):
            return float("nan"), float("nan")
        from scipy.special import ndtr, stdtrit  # noqa: PLC0415 - takes as long as all of ours

        quantile = stdtrit(units - 1, (1 - self.confidence) / 2)
        tail = float(ndtr(np.sqrt(units / (units - 1)) * quantile))
        low, high = np.quantile(known, [tail, 1 - tail])
        return float(low), float(high)

    def estimate(
        self,
        rows: ArrayLike,
        statistic: Callable[[Floats], Floats],
        groups: Sequence[str | None],
    ) -> Estimate:
        """Any statistic of sums over rows, with an interval over groups.

        Args:
            rows: [N, F] what is summed.
            statistic: From sums [..., F] to values [...].
            groups: [N] group of each row.
        """
        units = Units.of(groups)
        sums = units.sum(np.asarray(rows, dtype=np.float64))
        low, high = self.interval(statistic(self.resample(sums)), units.count)
        return Estimate(float(statistic(sums.sum(axis=0))), low, high)
