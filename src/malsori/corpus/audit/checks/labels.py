"""Labels that are missing, and tasks that ask nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import of_all
from malsori.corpus.columns import RATERS
from malsori.corpus.targets import known
from malsori.findings import Finding, found
from malsori.notes import Note

_MANY: Final = 0.5


class Labels(Check[Case]):
    """Counts rows without a label, for each task."""

    def missing(self, case: Case) -> Note | None:
        """There must be a task."""
        return None if case.corpus.tasks else Note("audit.skip.no_task")

    def examine(self, case: Case) -> Iterator[Finding]:
        """Looks at each task."""
        for name in case.corpus.tasks:
            labels = case.corpus.labels(name)
            there = known(labels)
            lacking = case.count - int(there.sum())
            if lacking:
                rated = RATERS + name in case.rows.columns
                yield found(
                    f"audit.labels.{'missing' if rated else 'empty'}",
                    "warning" if lacking >= _MANY * case.count else "note",
                    name,
                    numbers={"rows": lacking, "of": case.count},
                    rows_of=of_all(lacking, case.count),
                    task=name,
                    otherwise=True,
                    examples=case.ids(~there),
                )
            if there.sum() > 1 and len(np.unique(labels[there], axis=0)) == 1:
                yield found(
                    "audit.labels.one",
                    "serious",
                    name,
                    numbers={"rows": int(there.sum())},
                    task=name,
                    otherwise=True,
                )
