"""What is asked of a split."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Any

Range = tuple[int, int]


@dataclass(frozen=True)
class Options:
    """What is asked of a split."""

    by: tuple[str, ...]  # columns whose values stay within one part
    stratify: str | None  # task whose classes are spread evenly
    test: float  # share of the rows that are tested
    validation: float  # share of what test leaves
    folds: int | None  # how many splits to make
    seed: int  # of everything random
    column: str | None  # the publisher's split
    min_text: int  # texts of fewer normalised characters count as no leak
    leave_one_out: str | None = None  # column of which each value is tested once
    # How many splits for choosing inside the training part of each split
    inner_folds: int | None = None
    # Only rows with a label of this task are divided; all others are for training
    among: str | None = None
    # From the first to the last number in ``range_column`` that each split tests
    ranges: tuple[Range, ...] = ()
    range_column: str | None = None  # a column of numbers, or of names with one (``Session03``)
    # With ``leave_one_out``: validation is the rest of its group in this column
    partner: str | None = None
    renamed: tuple[tuple[str, str], ...] = ()  # part of the publisher → the part that it becomes
    # Name of the preset that asks for all this, and where it is from
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
        plain = {
            **vars(self),
            "by": list(self.by),
            "test": self.test if self.shares else None,
            "ranges": [list(r) for r in self.ranges] or None,
            "renamed": dict(self.renamed) or None,
            "preset": dict(self.preset) or None,
        }
        usual = [f.name for f in fields(self) if f.default is MISSING]
        asked = {n: value for n, value in plain.items() if value is not None or n in usual}
        return {**asked, "method": self.method}
