"""What is asked of a split."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Options:
    """What is asked of a split; the fields are the arguments of ``make_split``."""

    by: tuple[str, ...]
    stratify: str | None
    test: float
    validation: float
    folds: int | None
    seed: int
    column: str | None
    min_text: int

    @property
    def method(self) -> str:
        """What is done, in words."""
        if self.column is not None:
            return f"the publisher's, from column {self.column}"
        crossed = "crossed " if len(self.by) > 1 else ""
        by = f" by {' and '.join(self.by)}" if self.by else ""
        balanced = f", stratified by {self.stratify}" if self.stratify else ""
        if self.folds is None:
            return f"{crossed}hold-out{by}{balanced}"
        if len(self.by) == 1 and self.stratify is None:
            return f"GroupKFold({self.folds}){by}"
        return f"{self.folds} {crossed}folds{by}{balanced}"

    def data(self) -> dict[str, Any]:
        """The options as plain data; null where one has no effect."""
        test = None if self.folds is not None or self.column is not None else self.test
        return {**asdict(self), "by": list(self.by), "test": test, "method": self.method}
