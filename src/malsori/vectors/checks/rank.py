"""Vectors that lie along a line: a representation that has collapsed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.checks import Check
from malsori.findings import Finding, found
from malsori.vectors.spread import effective_rank
from malsori.vectors.summary import VectorSummary

_ENOUGH: Final = 64  # vectors, and …
_WIDE: Final = 16  # … dimensions from which on a rank says something
_COLLAPSED: Final = 0.01  # of the dimensions that there could be, and at least …
_NARROW: Final = 1.5  # … this many


class Rank(Check[VectorSummary]):
    """Looks at how many directions the vectors of a sample vary along."""

    stage = "embeddings"

    def examine(self, case: VectorSummary) -> Iterator[Finding]:
        """Computes the effective rank (Roy and Vetterli, 2007) of at most 512 vectors."""
        if case.sampled < _ENOUGH or case.width < _WIDE or case.constant:
            return
        sample = case.sample
        rank, most = effective_rank(sample), min(len(sample) - 1, sample.shape[1])
        if rank >= max(_NARROW, _COLLAPSED * most):
            return
        yield found(
            f"features.rank.{case.origin}",
            "warning",
            case.subject,
            stage=self.stage,
            numbers={"effective_rank": rank, "possible": most, "signals": len(sample)},
        )
