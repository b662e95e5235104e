"""The sums of one task's rows, all together and drawn again, in blocks that fit the memory.

Few classes or few units: the sums of every unit are one matrix, and all draws are one product
with it. Many of both (600 classes, 100,000 calls): that matrix would not fit, so every draw says
how often each row counts, and the rows are summed anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from malsori.evaluation.frame import Rows
from malsori.evaluation.intervals import Bootstrap
from malsori.evaluation.margins import ClassRows
from malsori.evaluation.metrics import sums_of
from malsori.evaluation.scoring import prior_scores, row_scores
from malsori.evaluation.sums import AnySums, Floats
from malsori.schema import Task

CELLS: Final = 16_000_000  # at most so many numbers of 8 bytes at a time
_DRAWN: Final = 4_000_000  # how often each row counts, in some draws
_SCORED: Final = 1_000_000  # probabilities that are scored at a time


@dataclass(frozen=True)
class RowSums:
    """What the metrics of one task need to know of its rows.

    Attributes:
        rows: The labelled rows.
        task: The task.
        prior: From the training labels.
        draws: How many draws of units there will be.
    """

    rows: Rows
    task: Task
    prior: Sequence[float]
    draws: int = 1

    @property
    def wide(self) -> bool:
        """Whether the sums of every unit, or of every draw, are too many numbers."""
        return max(self.rows.units.count, self.draws) * self._width > CELLS

    @property
    def _width(self) -> int:
        width = self.task.width
        return width**2 + 2 if self._one_class else 3 * width + 5

    @property
    def _one_class(self) -> bool:
        return self.task.kind in ("nominal", "ordinal")

    def total(self) -> AnySums:
        """Summed over all rows."""
        if self.wide and self._one_class:
            return _first(self._classes.weighted(np.ones((1, len(self.rows.ids)))))
        blocks = self._blocks(CELLS // self._width)
        sums = next(blocks)
        summed = sums.matrix().sum(axis=0)
        for sums in blocks:
            # Row after row, as if they were one block.
            summed = np.concatenate([summed[None], sums.matrix()]).sum(axis=0)
        return sums.like(summed)

    def by_unit(self) -> Floats:
        """The sums of each unit [U, F]."""
        units = self.rows.units
        summed, start = np.zeros((units.count, 0)), 0
        for sums in self._blocks(CELLS // self._width):
            matrix = sums.matrix()
            if not summed.shape[1]:
                summed = np.zeros((units.count, matrix.shape[1]))
            np.add.at(summed, units.index[start : start + len(matrix)], matrix)
            start += len(matrix)
        return summed

    def weighted(self, weights: Floats) -> Floats:
        """Sums [R, F] over rows that count as often as `weights` [R, N] say."""
        if self._one_class:
            return self._classes.weighted(weights).matrix()
        summed, start = np.zeros((len(weights), self._width)), 0
        for sums in self._blocks(_DRAWN // self._width):
            matrix = sums.matrix()
            summed += weights[:, start : start + len(matrix)] @ matrix
            start += len(matrix)
        return summed

    @cached_property
    def _classes(self) -> ClassRows:
        rows, kind = self.rows, self.task.kind
        parts = range(0, len(rows.ids), max(1, _SCORED // self.task.width))
        size = parts.step
        score = [
            row_scores(kind, rows.probabilities[a : a + size], rows.targets[a : a + size])
            for a in parts
        ]
        return ClassRows(
            rows.targets,
            rows.values,
            np.concatenate(score) if score else np.zeros(0),
            prior_scores(kind, self.prior, rows.targets),
            self.task.width,
            int(np.argmax(self.prior)),
        )

    def _blocks(self, size: int) -> Iterator[AnySums]:
        """The sums of every row for itself, some rows at a time; one block at least."""
        rows, kind, size = self.rows, self.task.kind, max(1, size)
        for a in range(0, max(1, len(rows.ids)), size):
            here = slice(a, a + size)
            p, y, v = rows.probabilities[here], rows.targets[here], rows.values[here]
            yield sums_of(kind, p, y, v, self.prior)


def _first(sums: AnySums) -> AnySums:
    return sums.like(sums.matrix()[0])


def resampled(every: Sequence[RowSums], bootstrap: Bootstrap) -> AnySums:
    """Sums over units drawn with replacement, of several predictions of the same rows.

    Args:
        every: S of them; at least one unit.
        bootstrap: How often, and with which seed.

    Returns:
        Sums with leading axes [R, S].
    """
    units, like = every[0].rows.units, every[0].total()
    if any(sums.wide for sums in every):
        blocks = [
            np.stack([sums.weighted(weights) for sums in every], axis=1)
            for drawn in bootstrap.draws(units.count)
            for part in np.array_split(drawn, -(-drawn.shape[0] * len(units.index) // _DRAWN))
            if len(part)
            for weights in [part[:, units.index]]
        ]
        return like.like(np.concatenate(blocks))
    drawn = bootstrap.resample(np.hstack([sums.by_unit() for sums in every]))
    return like.like(drawn.reshape(bootstrap.resamples, len(every), -1))
