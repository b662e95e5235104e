"""Vectors that are no numbers."""

from __future__ import annotations

from collections.abc import Iterator

from malsori.checks import Check
from malsori.findings import MANY, Finding, found
from malsori.vectors.summary import VectorSummary


class NaN(Check[VectorSummary]):
    """Looks for NaN: any where a network computed, nothing else where it was measured by hand."""

    stage = "embeddings"

    def examine(self, case: VectorSummary) -> Iterator[Finding]:
        """Counts signals whose vectors hold NaN where they should not."""
        bad, total = len(case.not_numbers), len(case)
        if not bad:
            return
        settings = {f"encoders.{case.subject}.precision": "float32"} if case.network else {}
        yield found(
            f"features.nan.{'network' if case.network else case.origin}",
            "serious" if case.network or bad > MANY * total else "warning",
            case.subject,
            stage=self.stage,
            numbers={"signals": bad, "of": total},
            settings=settings,
            examples=tuple(case.not_numbers[:5]),
        )
