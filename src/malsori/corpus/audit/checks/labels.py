"""Labels that are missing, and tasks that ask nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.saying import agree, of_all
from malsori.corpus.targets import known
from malsori.findings import Finding, Prescription

_MANY: Final = 0.5


class Labels(Check):
    """Counts rows without a label, for each task.

    Example:
        >>> Labels().id
        'labels'
    """

    def missing(self, case: Case) -> str | None:
        """There must be a task."""
        return None if case.corpus.tasks else "the corpus has no task"

    def examine(self, case: Case) -> Iterator[Finding]:
        """Looks at each task."""
        for name in case.corpus.tasks:
            labels = case.corpus.labels(name)
            there = known(labels)
            lacking = case.count - int(there.sum())
            if lacking:
                yield Finding(
                    "labels",
                    "warning" if lacking >= _MANY * case.count else "note",
                    name,
                    f"{of_all(lacking, case.count)} {agree(lacking, 'has', 'have')} no label of "
                    f"{name}",
                    numbers={"rows": lacking, "of": case.count},
                    cause="raters did not agree, or nobody was asked",
                    prescription=Prescription("the loss masks them; scores are of labelled rows"),
                    examples=case.ids(~there),
                )
            if there.sum() > 1 and len(np.unique(labels[there], axis=0)) == 1:
                yield Finding(
                    "labels",
                    "serious",
                    name,
                    f"all labelled rows of {name} have the same label: there is nothing to learn",
                    numbers={"rows": int(there.sum())},
                    cause="a part of the data set, or a wrong column",
                    prescription=Prescription("leave the task out, or import the other classes"),
                )
