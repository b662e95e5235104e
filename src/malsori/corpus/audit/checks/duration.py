"""Duration against labels: can a clock do the task?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.predicting import Prediction, bins_of, predict
from malsori.corpus.audit.saying import scored
from malsori.corpus.audit.targets import Target
from malsori.findings import Finding, Severity, found
from malsori.notes import Note

_LITTLE, _MUCH, _MOST = 0.05, 0.15, 0.4  # of skill
_SURE: Final = 1e-3  # one test a task: fewer than the columns of `leakage`


class Duration(Check[Case]):
    """Says where the length of a recording alone predicts a label.

    Speech of different emotion differs in tempo and so in length, which gives a skill of a few
    hundredths; more comes from how the corpus was cut or collected.
    """

    def missing(self, case: Case) -> Note | None:
        """Durations and labels must be known."""
        if case.rows["duration"].null_count() == case.count:
            return Note("audit.skip.no_durations")
        return case.no_labels

    def examine(self, case: Case) -> Iterator[Finding]:
        """Predicts each label from ranges of durations."""
        seconds = case.numbers("duration")
        for target in case.targets:
            bins, _ = bins_of(seconds, target.labelled)
            score = predict(bins, target, case.groups)
            if score is not None and score.chance < _SURE and score.skill >= _LITTLE:
                yield _told(case, target, score, seconds)


def _told(case: Case, target: Target, score: Prediction, seconds: Any) -> Finding:
    severity: Severity = (
        "note" if score.skill < _MUCH else "warning" if score.skill < _MOST else "serious"
    )
    middles = {
        k: float(np.median(chosen))
        for k in range(len(target.classes))
        if len(chosen := seconds[(target.codes == k) & np.isfinite(seconds)])
    }
    short, long = min(middles, key=lambda k: middles[k]), max(middles, key=lambda k: middles[k])
    medians = {target.classes[k]: middle for k, middle in middles.items()}
    return found(
        "audit.duration",
        severity,
        target.name,
        numbers={**score.data(), "medians": medians},
        task=target.name,
        scored=scored(score, case.held_out),
        short=target.shown(short),
        short_s=middles[short],
        long=target.shown(long),
        long_s=middles[long],
        sure=1 - score.chance,
        otherwise=True,
        expected=True,
    )
