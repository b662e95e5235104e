"""Agreement of raters: what a label is worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.columns import RATERS
from malsori.corpus.labels import Agreement, agreement
from malsori.findings import Finding, found
from malsori.notes import Note
from malsori.schema import TaskKind

_FEWEST: Final = 50  # utterances; of fewer, agreement is too uncertain for a verdict
_LOW: Final = 0.4  # Landis and Koch (1977): at most fair below
_TENTATIVE: Final = 0.667  # Krippendorff (2004): no conclusion below


class Raters(Check[Case]):
    """Where raters hardly agree, the majority is hardly true."""

    def missing(self, case: Case) -> Note | None:
        """Raters must be known."""
        return None if _rated(case) else Note("audit.skip.no_raters")

    def examine(self, case: Case) -> Iterator[Finding]:
        """Measures Fleiss' kappa or Krippendorff's alpha of each task."""
        for name in _rated(case):
            agreed = agreement(case.corpus, name)
            kind = case.corpus.tasks[name].kind
            measure, value = _coefficient(agreed, kind)
            if value is None or agreed.utterances < _FEWEST or value >= _TENTATIVE:
                continue
            low = value < _LOW
            fields = {"task": name, "measure": measure, "value": value,
                      "ratings": agreed.ratings, "utterances": agreed.utterances}  # fmt: skip
            yield found(
                f"audit.raters.{'numbers' if kind == 'regression' else 'classes'}",
                "warning" if low else "note",
                name,
                numbers=agreed.data(),
                message=Note(f"audit.raters.{'hardly' if low else 'in_part'}", fields),
                otherwise=True,
            )


def _rated(case: Case) -> list[str]:
    rows = case.corpus.utterances
    return [
        name
        for name, task in case.corpus.tasks.items()
        if task.kind != "multilabel"
        and RATERS + name in rows.columns
        and rows[RATERS + name].null_count() < rows.height
    ]


def _coefficient(agreed: Agreement, kind: TaskKind) -> tuple[Note, float | None]:
    """The coefficient that suits a task, and its name."""
    if kind == "nominal" and agreed.fleiss_kappa is not None:
        return Note("audit.raters.kappa"), agreed.fleiss_kappa
    metric = {"ordinal": "ordinal", "regression": "interval"}.get(kind, "nominal")
    return Note("audit.raters.alpha", {"metric": metric}), agreed.alpha.get(metric)
