"""Who speaks, and in which call: what a split needs to keep people apart."""

from __future__ import annotations

from collections.abc import Iterator

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import column as said
from malsori.corpus.audit.saying import counted
from malsori.findings import Finding, found


class Groups(Check[Case]):
    """Rows whose speaker or call is not known cannot be kept on one side of a split."""

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts rows without a speaker or call, where others have one."""
        rows = case.corpus.utterances
        if case.count and rows["speaker"].null_count() == case.count:
            yield found("audit.groups.no_speaker", "note", "speaker", numbers={"rows": case.count})
        for column in ("speaker", "call"):
            absent = rows[column].is_null()
            count = int(absent.sum())
            if 0 < count < case.count:
                yield found(
                    "audit.groups.some",
                    "note",
                    column,
                    numbers={"rows": count, "of": case.count},
                    counted=counted(count),
                    column=said(column),
                    examples=case.ids(absent.to_numpy()),
                )
