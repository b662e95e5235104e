"""Level: speech that is very soft, very loud, or far apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.saying import of_all
from malsori.findings import Finding, Prescription
from malsori.signals.quality import FLOOR

_SOFT, _LOUD = -45.0, -8.0  # dBFS of speech; telephone networks aim at -26, broadcasts at -23
_SPREAD: Final = 25.0  # dB from the 5th to the 95th percentile; one speaker's emotions span 15
_ENOUGH: Final = 0.05  # of the recordings
_FEWEST: Final = 20


class Level(Check):
    """Soft speech drowns in the steps of 16 bit, loud speech is clipped.

    Example:
        >>> Level().id
        'level'
    """

    def missing(self, case: Case) -> str | None:
        """Sounds must have been measured."""
        return case.unheard

    def examine(self, case: Case) -> Iterator[Finding]:
        """Looks at the level of speech in each recording that is not silent."""
        levels = case.numbers("level")
        heard = np.isfinite(levels) & (case.numbers("peak") > FLOOR)
        total = int(heard.sum())
        for word, far in (("soft", levels < _SOFT), ("loud", levels > _LOUD)):
            count = int((heard & far).sum())
            if count >= max(_ENOUGH * total, 1):
                yield _extreme(case, word, heard & far, total)
        if total >= _FEWEST:
            low, high = np.quantile(levels[heard], (0.05, 0.95))
            if high - low > _SPREAD:
                yield _spread(case, float(low), float(high), total)


def _extreme(case: Case, word: str, rows: Any, total: int) -> Finding:
    limit = f"below {_SOFT:g}" if word == "soft" else f"above {_LOUD:g}"
    middle = float(np.median(case.numbers("level")[rows]))
    return Finding(
        "level",
        "warning",
        "speech",
        f"speech is very {word} in {of_all(int(rows.sum()), total, 'recording')}: {limit} dBFS "
        f"(median {middle:.0f})",
        numbers={"rows": int(rows.sum()), "of": total, "median_dbfs": middle},
        cause="a microphone's gain, or a conversion between integers and floats",
        prescription=Prescription("listen to some of them; normalise the level before training"),
        examples=case.ids(rows),
    )


def _spread(case: Case, low: float, high: float, total: int) -> Finding:
    return Finding(
        "level",
        "note",
        "speech",
        f"speech levels lie {high - low:.0f} dB apart: {low:.0f} to {high:.0f} dBFS in 90 % of "
        f"{total:,} recordings",
        numbers={"low_dbfs": low, "high_dbfs": high, "rows": total},
        cause="several microphones, distances or sources",
        prescription=Prescription("normalise each recording, unless loudness is what tells"),
        examples=case.ids(case.numbers("level") < low),
    )
