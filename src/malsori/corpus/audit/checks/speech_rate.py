"""Syllables per second: texts that do not fit into their recordings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.saying import agree, of_all
from malsori.findings import Finding, Prescription, Severity

_FASTEST: Final = 14.0  # syllables a second; quick Korean reaches 9
_SLOWEST: Final = 0.5
_FEWEST_SYLLABLES: Final = 4  # one "네" in three seconds is a pause, not a fault
_FEWEST_ROWS: Final = 4
_MANY, _MOST = 0.05, 0.25  # of the rows


class SpeechRate(Check):
    """Nobody says thirty syllables in a second: the text belongs to another recording.

    Example:
        >>> SpeechRate().id
        'speech_rate'
    """

    def missing(self, case: Case) -> str | None:
        """There must be rows with both text and duration."""
        return None if np.isfinite(case.rates).any() else "no row has both a text and a duration"

    def examine(self, case: Case) -> Iterator[Finding]:
        """Compares syllables with seconds, without silences where they are measured."""
        counts, seconds = case.syllables, case.numbers("duration")
        # Silences found by mistake in a whisper must not make it fast.
        fast, slow = counts / np.where(seconds > 0, seconds, np.nan), case.rates
        known = np.isfinite(fast) & (counts > 0)
        for word, rows in (
            ("fast", known & (fast > _FASTEST) & (counts >= _FEWEST_SYLLABLES)),
            ("slow", known & (slow < _SLOWEST) & (counts >= _FEWEST_SYLLABLES)),
        ):
            if count := int(rows.sum()):
                rates = (fast if word == "fast" else slow)[rows]
                yield _finding(case, word, rows, count, int(known.sum()), float(np.median(rates)))


def _severity(count: int, share: float) -> Severity:
    """One odd row of ten is no proof of anything."""
    if count < _FEWEST_ROWS or share < _MANY:
        return "note"
    return "serious" if share >= _MOST else "warning"


def _finding(case: Case, word: str, rows: object, count: int, total: int, rate: float) -> Finding:
    limit = f"more than {_FASTEST:g}" if word == "fast" else f"fewer than {_SLOWEST:g}"
    share = count / total
    return Finding(
        "speech_rate",
        _severity(count, share),
        "speech and text",
        f"{of_all(count, total)} {agree(count, 'has', 'have')} {limit} syllables a second "
        f"(median {rate:.1f}); people say 4 to 7",
        numbers={"rows": count, "of": total, "median": rate},
        cause="text of another row, a wrong start or end, or a recording that was cut off"
        if word == "fast"
        else "text of another row, or only a part of what is said was written down",
        prescription=Prescription("listen to some of them with their text"),
        examples=case.ids(rows),
    )
