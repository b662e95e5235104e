"""Clipping: waves with flat tops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.saying import of_all, percent
from malsori.findings import Finding, Prescription, Severity

_HEARD: Final = 1e-3  # of the samples; less is a few loud moments
_MANY, _MOST = 0.05, 0.5  # of the recordings


class Clipping(Check):
    """Clipped speech has lost its loud moments, which tell emotion and urgency most.

    Example:
        >>> Clipping().id
        'clipping'
    """

    def missing(self, case: Case) -> str | None:
        """Sounds must have been measured."""
        return case.unheard

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts recordings of which more than one sample in a thousand is clipped."""
        shares = case.numbers("clipped")
        clipped = shares > _HEARD
        count = int(clipped.sum())
        if not count:
            return
        part = count / case.heard
        severity: Severity = "note" if part < _MANY else "warning" if part < _MOST else "serious"
        middle = float(np.median(shares[clipped]))
        yield Finding(
            "clipping",
            severity,
            "speech",
            f"{of_all(count, case.heard, 'recording')} clipped: more than {percent(_HEARD)} of "
            f"the samples lie in flat tops (median {percent(middle)})",
            numbers={"rows": count, "of": case.heard, "median_share": middle},
            cause="recorded too loud; making it softer later keeps the flat tops",
            prescription=Prescription(
                "take the originals; else leave out the worst, and see that no class has most"
            ),
            examples=case.ids(np.argsort(-np.nan_to_num(shares), kind="stable")[: min(3, count)]),
        )
