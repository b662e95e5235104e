"""Signals that share their vectors with another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from malsori.checks import Check
from malsori.findings import MANY, Finding, found
from malsori.vectors.summary import VectorSummary

_MOST: Final = 0.5  # of the signals: not worth training on
_FEWEST: Final = 4  # alike: fewer may be so by chance
_FEW: Final = 8  # signals in all


class Duplicate(Check[VectorSummary]):
    """Looks for placeholders: the same vectors for many signals."""

    stage = "embeddings"

    def examine(self, case: VectorSummary) -> Iterator[Finding]:
        """Counts equal hashes, unless all vectors are alike, which check `constant` says."""
        total = len(case.names)
        if total < _FEW or case.constant:
            return
        values, counts = np.unique(np.frombuffer(case.prints, np.uint64), return_counts=True)
        most, often = values[counts.argmax()], int(counts.max())
        # Given vectors may repeat, and so may short texts once they are spelt alike ("네.", "네…").
        usual = case.given or case.counted
        alike = often if usual else int(counts[counts > 1].sum())
        share = alike / total
        if alike < _FEWEST or share < (_MOST if usual else MANY):
            return
        names = [n for n, p in zip(case.names, case.prints, strict=True) if p == most]
        yield found(
            f"features.duplicate.{case.origin}",
            "serious" if share >= _MOST else "warning",
            case.subject,
            stage=self.stage,
            numbers={"signals": alike, "of": total, "share": share, "most_frequent": often},
            of_what=case.signals,
            examples=tuple(names[:5]),
        )
