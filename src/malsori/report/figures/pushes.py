"""The monitor's rows as courses over the steps, for each two tasks and what they share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from malsori.balance.pairs import MEASUREMENTS, Pair

PairKey = tuple[str, str, frozenset[str]]


@dataclass(frozen=True)
class Course:
    """Two tasks over the steps, in one space and group of layers."""

    space: str  # `representation` or `parameters`
    group: str  # of layers; `all` is all of them
    pair: Pair | None  # the whole run in numbers, where both tasks have gradients
    ratio: float | None  # of the applied pushes over the whole run, first to second task
    ratio_steps: Sequence[int]  # [R] where both have gradients
    ratios: Sequence[float]  # [R] the first's norm to the second's, with applied weights
    raw_ratios: Sequence[float]  # [R] the same without weights
    cosine_steps: Sequence[int]  # [C] where there is a cosine
    cosines: Sequence[float]  # [C] as measured
    means: Sequence[float]  # [C] over at least eight measurements around each step
    lows: Sequence[float]  # [C] two standard errors below
    highs: Sequence[float]  # [C] two standard errors above

    @property
    def weighted(self) -> bool:
        """Whether the applied weights change the ratio by more than 2 %."""
        pairs = zip(self.ratios, self.raw_ratios, strict=True)
        return any(abs(math.log(a / b)) > 0.02 for a, b in pairs)


def courses(
    frame: pl.DataFrame, tasks: tuple[str, str], summed: Mapping[PairKey, Pair]
) -> list[Course]:
    """The courses of two tasks: the representation, all parameters, then groups of layers."""
    wanted = pl.col("task_i").is_in(tasks) & pl.col("task_j").is_in(tasks)
    keys = frame.select("space", "group").unique(maintain_order=True).rows()
    keys.sort(key=lambda key: (key[0] != "representation", key[1] != "all"))
    found = []
    for space, group in keys:
        rows = frame.filter(wanted, pl.col("space") == space, pl.col("group") == group)
        pair = summed.get((space, group, frozenset(tasks)))
        course = _course(rows.sort("step"), tasks, pair, (space, group))
        if course.ratio_steps or course.cosine_steps:
            found.append(course)
    return found


def round_up(value: float) -> float:
    """The next round number: 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten.

    Example:
        >>> round_up(0.21), round_up(4.0), round_up(9.1)
        (0.3, 4.0, 10.0)
    """
    power = math.floor(math.log10(value))
    round_ones = (float(f"{m}e{power}") for m in (1, 1.5, 2, 3, 4, 5, 6, 8, 10))
    return next(r for r in round_ones if r >= value * (1 - 1e-9))


def _course(
    rows: pl.DataFrame, tasks: tuple[str, str], pair: Pair | None, key: tuple[str, str]
) -> Course:
    one, two = (_norms(rows, task) for task in tasks)
    steps = [s for s in one if s in two]
    raw = [one[s][0] / two[s][0] for s in steps]
    ratios = [r * one[s][1] / two[s][1] for r, s in zip(raw, steps, strict=True)]
    crossed = rows.filter(pl.col("task_i") != pl.col("task_j"), pl.col("cosine").is_not_null())
    means, errors = _smoothed(crossed)
    ratio = None
    if pair is not None:
        ratio = pair.weighted if pair.strong == tasks[0] else 1 / pair.weighted
    return Course(
        *key, pair, ratio, steps, ratios, raw,
        crossed["step"].to_list(), crossed["cosine"].to_list(),
        means.tolist(), (means - 2 * errors).tolist(), (means + 2 * errors).tolist(),
    )  # fmt: skip


def _norms(rows: pl.DataFrame, task: str) -> dict[int, tuple[float, float]]:
    """Step → norm and applied weight, where there is a gradient that counts."""
    own = rows.filter(pl.col("task_i") == task, pl.col("task_j") == task)
    own = own.filter(pl.col("inner") > 0, pl.col("weight_i") > 0, pl.col("inner").is_finite())
    return {s: (math.sqrt(i), w) for s, i, w in own["step", "inner", "weight_i"].rows()}


def _smoothed(crossed: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Means and standard errors `[C]` over the nearest rows with enough measurements."""
    steps, counts = crossed["step"].to_numpy(), crossed["steps"].to_numpy().astype(float)
    cosines, squares = crossed["cosine"].to_numpy(), crossed["cosine_square"].to_numpy()
    means, errors = np.zeros(len(steps)), np.zeros(len(steps))
    for i, step in enumerate(steps):
        order = np.argsort(np.abs(steps - step), kind="stable")
        enough = int(np.searchsorted(np.cumsum(counts[order]), MEASUREMENTS)) + 1
        near = order[:enough]
        total = counts[near].sum()
        means[i] = np.average(cosines[near], weights=counts[near])
        spread = np.average(squares[near], weights=counts[near]) - means[i] ** 2
        errors[i] = math.sqrt(max(spread, 0.0) / (total - 1)) if total > 1 else 0.0
    return means, errors
