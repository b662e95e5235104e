"""Syllables per second: texts that do not fit into their recordings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import of_all
from malsori.findings import MANY, Finding, Severity, found
from malsori.notes import Note

_FASTEST: Final = 14.0  # syllables a second; quick Korean reaches 9
_SLOWEST: Final = 0.5
_FEWEST_SYLLABLES: Final = 4  # one "네" in three seconds is a pause, not a fault
_FEWEST_ROWS: Final = 4
_MOST: Final = 0.25  # of the rows


class SpeechRate(Check[Case]):
    """Nobody says thirty syllables in a second: the text belongs to another recording."""

    def missing(self, case: Case) -> Note | None:
        """There must be rows with both text and duration."""
        return None if np.isfinite(case.rates).any() else Note("audit.skip.no_pairs")

    def examine(self, case: Case) -> Iterator[Finding]:
        """Compares syllables with seconds, without silences where they are measured."""
        counts, seconds = case.syllables, case.numbers("duration")
        # Silences found by mistake in a whisper must not make it fast.
        fast, slow = counts / np.where(seconds > 0, seconds, np.nan), case.rates
        known = np.isfinite(fast) & (counts > 0)
        for kind, limit, rates, far in (
            ("fast", _FASTEST, fast, fast > _FASTEST),
            ("slow", _SLOWEST, slow, slow < _SLOWEST),
        ):
            rows = known & far & (counts >= _FEWEST_SYLLABLES)
            if rows.any():
                yield _finding(case, kind, limit, rows, int(known.sum()), rates)


def _severity(count: int, share: float) -> Severity:
    """One odd row of ten is no proof of anything."""
    if count < _FEWEST_ROWS or share < MANY:
        return "note"
    return "serious" if share >= _MOST else "warning"


def _finding(case: Case, kind: str, limit: float, rows: Any, total: int, rates: Any) -> Finding:
    count = int(rows.sum())
    return found(
        f"audit.speech_rate.{kind}",
        _severity(count, count / total),
        "speech+text",
        numbers={"rows": count, "of": total, "median": float(np.median(rates[rows]))},
        rows_of=of_all(count, total),
        limit=limit,
        otherwise=True,
        examples=case.ids(rows),
    )
