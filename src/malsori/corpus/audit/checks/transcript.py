"""Transcript length in the recipe's tokens, and what is cut off."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.saying import of_all, percent
from malsori.findings import Finding, Prescription, Severity

_MANY, _MOST = 0.05, 0.25  # of the transcripts


class Transcript(Check):
    """What is beyond the limit of the text encoder is never read.

    Example:
        >>> Transcript().id
        'transcript'
    """

    def missing(self, case: Case) -> str | None:
        """There must be transcripts and a limit."""
        if not np.isfinite(case.lengths).any():
            return "no row has a transcript"
        return None if case.tokens.limit else "nothing limits transcripts (--recipe may)"

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts transcripts that are longer than the limit, and what of them is lost."""
        lengths, limit = case.lengths, case.tokens.limit or 0
        known = np.isfinite(lengths)
        cut = known & (lengths > limit)
        count, total = int(cut.sum()), int(known.sum())
        if not count:
            return
        lost = float((lengths[cut] - limit).sum() / lengths[known].sum())
        part = count / total
        severity: Severity = "note" if part < _MANY else "warning" if part < _MOST else "serious"
        yield Finding(
            "transcript",
            severity,
            "text",
            f"{of_all(count, total, 'transcript')} longer than {limit:,} {case.tokens.unit} will "
            f"be cut off (the longest has {lengths[known].max():,.0f}); {percent(lost)} of all "
            f"{case.tokens.unit} are lost",
            numbers={"rows": count, "of": total, "limit": limit, "lost": lost,
                     "longest": int(lengths[known].max())},
            cause="the encoder's limit is shorter than what is said",
            prescription=Prescription("raise the encoder's limit, or label shorter units"),
            examples=case.ids(np.argsort(-np.nan_to_num(lengths), kind="stable")[: min(3, count)]),
        )  # fmt: skip
