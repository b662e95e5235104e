"""Clipping: waves with flat tops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import of_all, percent
from malsori.findings import MANY, Finding, Severity, found
from malsori.notes import Note

_HEARD: Final = 1e-3  # of the samples; less is a few loud moments
_MOST: Final = 0.5  # of the recordings


class Clipping(Check[Case]):
    """Clipped speech has lost its loud moments, which tell emotion and urgency most."""

    def missing(self, case: Case) -> Note | None:
        """Sounds must have been measured."""
        return case.no_sounds

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts recordings of which more than one sample in a thousand is clipped."""
        shares = case.numbers("clipped")
        clipped = shares > _HEARD
        count = int(clipped.sum())
        if not count:
            return
        part = count / case.measured
        severity: Severity = "note" if part < MANY else "warning" if part < _MOST else "serious"
        middle = float(np.median(shares[clipped]))
        yield found(
            "audit.clipping",
            severity,
            "speech",
            numbers={"rows": count, "of": case.measured, "median_share": middle},
            recordings=of_all(count, case.measured, "recording"),
            limit=percent(_HEARD),
            median=percent(middle),
            examples=case.ids(np.argsort(-np.nan_to_num(shares), kind="stable")[: min(3, count)]),
        )
