"""Level: speech that is very soft, very loud, or far apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import of_all
from malsori.findings import MANY, Finding, found
from malsori.notes import Note
from malsori.signals.channels import CANCELLED
from malsori.signals.quality import FLOOR

_SOFT, _LOUD = -45.0, -8.0  # dBFS of speech; telephone networks aim at -26, broadcasts at -23
_SPREAD: Final = 25.0  # dB from the 5th to the 95th percentile; one speaker's emotions span 15
_FEWEST: Final = 20


class Level(Check[Case]):
    """Soft speech drowns in the steps of 16 bit, loud speech is clipped."""

    def missing(self, case: Case) -> Note | None:
        """Sounds must have been measured."""
        return case.no_sounds

    def examine(self, case: Case) -> Iterator[Finding]:
        """Looks at the level of speech in each recording that is not silent."""
        levels = case.numbers("level")
        cancelled = case.numbers("mixed") <= CANCELLED  # of which the check of channels tells
        heard = np.isfinite(levels) & (case.numbers("peak") > FLOOR) & ~cancelled
        total = int(heard.sum())
        for name, limit, far in (
            ("soft", _SOFT, levels < _SOFT),
            ("loud", _LOUD, levels > _LOUD),
        ):
            count = int((heard & far).sum())
            if count >= max(MANY * total, 1):
                yield _extreme(case, name, limit, heard & far, total)
        if total >= _FEWEST:
            low, high = np.quantile(levels[heard], (0.05, 0.95))
            if high - low > _SPREAD:
                yield _spread(case, float(low), float(high), total)


def _extreme(case: Case, name: str, limit: float, rows: Any, total: int) -> Finding:
    count, middle = int(rows.sum()), float(np.median(case.numbers("level")[rows]))
    return found(
        f"audit.level.{name}",
        "warning",
        "speech",
        numbers={"rows": count, "of": total, "median_dbfs": middle},
        recordings=of_all(count, total, "recording"),
        limit=limit,
        otherwise=True,
        examples=case.ids(rows),
    )


def _spread(case: Case, low: float, high: float, total: int) -> Finding:
    return found(
        "audit.level.spread",
        "note",
        "speech",
        numbers={"low_dbfs": low, "high_dbfs": high, "rows": total},
        apart=high - low,
        examples=case.ids(case.numbers("level") < low),
    )
