"""Vectors that are all alike: they say nothing about any signal."""

from __future__ import annotations

from collections.abc import Iterator

from malsori.checks import Check
from malsori.findings import Finding, found
from malsori.notes import Note
from malsori.vectors.summary import VectorSummary


class Constant(Check[VectorSummary]):
    """Looks for vectors that are the same but for rounding."""

    stage = "embeddings"

    def examine(self, case: VectorSummary) -> Iterator[Finding]:
        """Compares how far all vectors lie apart with their size."""
        if not case.constant:
            return
        spread = case.relative_spread
        how = "spread" if spread else "same" if case.identical else "mean"
        numbers = {"signals": len(case.names), "relative_spread": spread}
        yield found(
            f"features.constant.{case.origin}",
            "serious",
            case.subject,
            stage=self.stage,
            message=Note(f"features.constant.{how}", {**numbers, "of_what": case.signals}),
            numbers=numbers,
            expected=True,
            examples=tuple(case.names[:5]),
        )
