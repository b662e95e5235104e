"""Duration against labels: can a clock do the task?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.predicting import Prediction, bins_of, predict
from malsori.corpus.audit.saying import scored
from malsori.corpus.audit.targets import Target
from malsori.findings import Finding, Prescription, Severity

_LITTLE, _MUCH, _MOST = 0.05, 0.15, 0.4  # of skill
_SURE: Final = 1e-3  # one test a task: fewer than the columns of `leakage`


class Duration(Check):
    """Says where the length of a recording alone predicts a label.

    Speech of different emotion differs in tempo and so in length, which gives a skill of a few
    hundredths; more comes from how the corpus was cut or collected.

    Example:
        >>> Duration().id
        'duration'
    """

    def missing(self, case: Case) -> str | None:
        """Durations and labels must be known."""
        if case.rows["duration"].null_count() == case.count:
            return "no row has a duration"
        return None if case.targets else "no task has labels of two classes"

    def examine(self, case: Case) -> Iterator[Finding]:
        """Predicts each label from ranges of durations."""
        seconds = case.numbers("duration")
        for target in case.targets:
            bins, _ = bins_of(seconds, target.labelled)
            found = predict(bins, target, case.groups)
            if found is not None and found.chance < _SURE and found.skill >= _LITTLE:
                yield _told(case, target, found, seconds)


def _told(case: Case, target: Target, found: Prediction, seconds: Any) -> Finding:
    severity: Severity = (
        "note" if found.skill < _MUCH else "warning" if found.skill < _MOST else "serious"
    )
    middles = {
        name: float(np.median(chosen))
        for k, name in enumerate(target.classes)
        if len(chosen := seconds[(target.codes == k) & np.isfinite(seconds)])
    }
    short, long = min(middles, key=lambda c: middles[c]), max(middles, key=lambda c: middles[c])
    return Finding(
        "duration",
        severity,
        target.name,
        f"duration alone tells {target.name}: {scored(found, case.held_out)}; "
        f"medians from {middles[short]:.1f} s ({short}) to {middles[long]:.1f} s ({long})",
        numbers={**found.data(), "medians": middles},
        cause="classes were cut, collected or acted differently; or speech of one is slower",
        prescription=Prescription(
            "compare a model with one that knows only the duration; cut recordings alike"
        ),
    )
