"""Leaks of the named split: what its parts share although they should not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from malsori.checks import Check
from malsori.corpus.audit.asking import ask_split
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import column
from malsori.corpus.leaks import WARNED, Leak, find_leaks
from malsori.findings import Finding, found
from malsori.notes import Note

_WARNING: Final = 0.01  # of the rows


class Leaks(Check[Case]):
    """What `malsori corpus split` refuses, in any split that is there."""

    def missing(self, case: Case) -> Note | None:
        """A split must be named."""
        return None if case.split else Note("audit.skip.no_split")

    def examine(self, case: Case) -> Iterator[Finding]:
        """Finds groups, sounds and texts that stand in several parts."""
        split = pl.DataFrame({"id": case.rows["id"], "split": case.parts})
        for leak in find_leaks(case.corpus, split):
            yield _finding(case, leak)


def _finding(case: Case, leak: Leak) -> Finding:
    grave = leak.kind == "group" or leak.rows >= _WARNING * case.count
    grave = grave and leak.kind != WARNED
    kind = leak.kind.replace("-", "_")
    where = column(leak.column)
    return found(
        "audit.leaks",
        "serious" if grave else "warning",
        case.split or "",
        numbers=leak.data(),
        message=Note(
            "audit.leaks.seen",
            {
                "split": case.split,
                "what": Note(f"audit.leaks.{kind}", {"column": where}),
                "pairs": Note(f"audit.leaks.{'pairs' if 'near' in kind else 'values'}",
                              {"n": leak.count}),
                "rows": leak.rows,
                "example": "; ".join(map(str, leak.examples[:1])),
            },
        ),
        where=where,
        **ask_split(case, by=[leak.column]).fields,
        examples=tuple(i for example in leak.examples for i in example.ids.values()),
    )  # fmt: skip
