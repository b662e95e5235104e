"""Agreement of raters: what a label is worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.columns import RATERS
from malsori.corpus.labels import Agreement, agreement
from malsori.findings import Finding, Prescription
from malsori.schema import TaskKind

_FEWEST: Final = 50  # utterances; of fewer, agreement is too uncertain for a verdict
_LOW: Final = 0.4  # Landis and Koch (1977): at most fair below
_TENTATIVE: Final = 0.667  # Krippendorff (2004): no conclusion below
_CLASSES: Final = "train on soft labels, and compare scores with the agreement of single raters"
_NUMBERS: Final = (
    "compare a model's errors with those of one rater against the others; more ratings of each "
    "utterance make a surer label"
)


class Raters(Check):
    """Where raters hardly agree, the majority is hardly true.

    Example:
        >>> Raters().id
        'raters'
    """

    def missing(self, case: Case) -> str | None:
        """Raters must be known."""
        return None if _rated(case) else "no raters are known"

    def examine(self, case: Case) -> Iterator[Finding]:
        """Measures Fleiss' kappa or Krippendorff's alpha of each task."""
        for name in _rated(case):
            found = agreement(case.corpus, name)
            kind = case.corpus.tasks[name].kind
            measure, value = _coefficient(found, kind)
            if value is None or found.utterances < _FEWEST or value >= _TENTATIVE:
                continue
            word = "hardly agree" if value < _LOW else "agree in part"
            yield Finding(
                "raters",
                "warning" if value < _LOW else "note",
                name,
                f"raters of {name} {word}: {measure} {value:.2f} (0 is chance, 1 is always) "
                f"over {found.ratings:,} ratings of {found.utterances:,} utterances",
                numbers=found.data(),
                cause="the question is hard, or was understood differently",
                prescription=Prescription(_NUMBERS if kind == "regression" else _CLASSES),
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


def _coefficient(found: Agreement, kind: TaskKind) -> tuple[str, float | None]:
    """The coefficient that suits a task, and its name."""
    if kind == "nominal" and found.fleiss_kappa is not None:
        return "Fleiss' κ", found.fleiss_kappa
    metric = {"ordinal": "ordinal", "regression": "interval"}.get(kind, "nominal")
    return f"Krippendorff's α ({metric})", found.alpha.get(metric)
