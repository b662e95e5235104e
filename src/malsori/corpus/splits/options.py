"""What is asked of a split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Range = tuple[int, int]


@dataclass(frozen=True)
class Options:
    """What is asked of a split.

    Attributes:
        by: Columns whose values stay within one part.
        stratify: Task whose classes are spread evenly.
        test: Share of the rows that are tested.
        validation: Share of what test leaves.
        folds: How many splits to make.
        seed: Of everything random.
        column: The publisher's split.
        min_text: Texts of fewer normalised characters count as no leak.
        leave_one_out: Column of which each value is tested once.
        inner_folds: How many splits for choosing inside the training part of each split.
        among: Only rows with a label of this task are divided; all others are for training.
        ranges: From the first to the last number in ``range_column`` that each split tests.
        range_column: A column of numbers, or of names with one (``Session03``).
        partner: With ``leave_one_out``: validation is the rest of its group in this column.
        renamed: Part of the publisher → the part that it becomes.
        preset: Name of the preset that asks for all this, and where it is from.
    """

    by: tuple[str, ...]
    stratify: str | None
    test: float
    validation: float
    folds: int | None
    seed: int
    column: str | None
    min_text: int
    leave_one_out: str | None = None
    inner_folds: int | None = None
    among: str | None = None
    ranges: tuple[Range, ...] = ()
    range_column: str | None = None
    partner: str | None = None
    renamed: tuple[tuple[str, str], ...] = ()
    preset: tuple[tuple[str, str], ...] = ()

    @property
    def shares(self) -> bool:
        """Whether a share of the rows is tested, rather than what something else says."""
        return not (self.folds or self.column or self.leave_one_out or self.ranges)

    @property
    def method(self) -> str:
        """What is done, in words."""
        done = self._outer
        if self.among is not None:
            done += f", of the rows with {self.among}"
        return f"{done}; {self.inner_folds} inner folds each" if self.inner_folds else done

    @property
    def _outer(self) -> str:
        crossed = "crossed " if len(self.by) > 1 else ""
        by = f" by {' and '.join(self.by)}" if self.by else ""
        balanced = f", stratified by {self.stratify}" if self.stratify else ""
        if self.column is not None:
            return f"the publisher's, from column {self.column}"
        if self.ranges:
            spans = ", ".join(f"{first}–{last}" for first, last in self.ranges)
            return f"{self.range_column} {spans} tested{by}"
        if self.leave_one_out is not None:
            others = f", crossed with {' and '.join(self.by[1:])}" if crossed else ""
            return f"leave one {self.leave_one_out} out{others}"
        if self.folds is None:
            return f"{crossed}hold-out{by}{balanced}"
        if len(self.by) == 1 and self.stratify is None:
            return f"GroupKFold({self.folds}){by}"
        return f"{self.folds} {crossed}folds{by}{balanced}"

    def data(self) -> dict[str, Any]:
        """The options as plain data; null where one has no effect, rare ones where they are set."""
        common = {
            "by": list(self.by),
            "stratify": self.stratify,
            "test": self.test if self.shares else None,
            "validation": self.validation,
            "folds": self.folds,
            "seed": self.seed,
            "column": self.column,
            "min_text": self.min_text,
        }
        rare = {
            "leave_one_out": self.leave_one_out,
            "inner_folds": self.inner_folds,
            "among": self.among,
            "ranges": [list(r) for r in self.ranges] or None,
            "range_column": self.range_column,
            "partner": self.partner,
            "renamed": dict(self.renamed) or None,
            "preset": dict(self.preset) or None,
        }
        asked = {name: value for name, value in rare.items() if value is not None}
        return {**common, **asked, "method": self.method}
