"""Transcripts that are longer than the text encoder reads: what is beyond its limit is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import of_all, percent
from malsori.findings import Finding, found
from malsori.notes import Note

_MANY: Final = 0.01  # of the transcripts: they are the long ones, so more of the tokens is lost


class Cut(Check[Case]):
    """What is beyond the limit of the text encoder is never read.

    That may be meant, so it is a warning at most, and what is lost is said.
    """

    def missing(self, case: Case) -> Note | None:
        """There must be transcripts and a limit."""
        if case.no_texts:
            return case.no_texts
        return None if case.tokens.limit else Note("audit.skip.no_limit")

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts transcripts that are longer than the limit, and what of them is lost."""
        lengths, limit = case.lengths, case.tokens.limit or 0
        known = np.isfinite(lengths)
        cut = known & (lengths > limit)
        count, total = int(cut.sum()), int(known.sum())
        if not count:
            return
        lost, tokens = int((lengths[cut] - limit).sum()), int(lengths[known].sum())
        longest = np.argsort(-np.nan_to_num(lengths), kind="stable")
        yield found(
            "audit.cut",
            "warning" if count >= _MANY * total else "note",
            "text",
            numbers={
                "texts": count,
                "of": total,
                "limit": limit,
                "tokens_lost": lost,
                "tokens": tokens,
                "longest": int(lengths[longest[0]]),
            },
            transcripts=of_all(count, total, "transcript"),
            unit=case.tokens.unit,
            share=percent(lost / tokens),
            settings={"encoders.text.long": "chunk"},
            expected=True,
            examples=case.ids(longest[:count], 5),
        )
