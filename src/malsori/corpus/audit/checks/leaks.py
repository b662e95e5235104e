"""Leaks of the named split: what its parts share although they should not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from malsori.corpus.audit.asking import split_command
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.leaks import WARNED, Leak, find_leaks
from malsori.findings import Finding, Prescription

_WARNING: Final = 0.01  # of the rows


class Leaks(Check):
    """What `malsori corpus split` refuses, in any split that is there.

    Example:
        >>> Leaks().id
        'leaks'
    """

    def missing(self, case: Case) -> str | None:
        """A split must be named."""
        return None if case.split else "no split was named (--split)"

    def examine(self, case: Case) -> Iterator[Finding]:
        """Finds groups, sounds and texts that stand in several parts."""
        split = pl.DataFrame({"id": case.rows["id"], "split": case.parts})
        for leak in find_leaks(case.corpus, split):
            yield _finding(case, leak)


def _finding(case: Case, leak: Leak) -> Finding:
    examples = "; ".join(map(str, leak.examples[:1]))
    grave = leak.kind == "group" or leak.rows >= _WARNING * case.count
    grave = grave and leak.kind != WARNED
    return Finding(
        "leaks",
        "serious" if grave else "warning",
        f"split {case.split}",
        f"{leak}; such as {examples}",
        numbers=leak.data(),
        cause=f"the split was not grouped by {leak.column}",
        prescription=Prescription(
            f"group by {leak.column}: test rows then are new to the model",
            command=split_command(case, by=[leak.column]),
        ),
        examples=tuple(i for example in leak.examples for i in example.ids.values()),
    )
