"""Columns that tell the label: what a model may learn instead of the task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.corpus.audit.asking import split_command
from malsori.corpus.audit.attributes import Attribute, Kind, attributes_of
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.predicting import Prediction, predict
from malsori.corpus.audit.saying import scored
from malsori.corpus.audit.targets import Target
from malsori.findings import Finding, Prescription, Severity

_LITTLE, _MUCH, _MOST = 0.1, 0.2, 0.5  # of skill
_CAUSES: Final[dict[Kind, str]] = {
    "metadata": "it is another label, or says how the rows were chosen or collected",
    "person": "so it is among these people, or they were chosen so",
    "name": "files are named or sorted by class, or by what goes with it; harmless in itself, but "
    "each folder or series often has a microphone, a day or a place of its own",
    "recording": "classes come from different sources, which can be heard",
    "script": "each sentence was given to few classes; held-out speakers say the same sentences, "
    "so a model may know the sentence instead of how it is said",
    "absence": "signals were lost or left out more often in some classes",
}
_ACTIONS: Final[dict[Kind, str]] = {
    "metadata": "no encoder may see it; group the split by it, and compare scores within its "
    "values",
    "person": "report scores for each value; a model may judge people by it",
    "name": "see whether one can hear where a file comes from; group the split by it",
    "recording": "bring all recordings to the poorer kind, or balance the classes within each",
    "script": "keep equal texts together: a split by speaker alone leaks the sentence",
    "absence": "drop modalities at random in training, so that absence tells nothing",
}


class Leakage(Check):
    """Scores every column as a predictor of every label, on speakers or calls held out.

    A speaker's number, or any column with a value for each group, tells nothing of the others.
    So what is found here holds for new speakers too.

    Example:
        >>> Leakage().id
        'leakage'
    """

    def missing(self, case: Case) -> str | None:
        """There must be labels."""
        return None if case.targets else "no task has labels of two classes"

    def examine(self, case: Case) -> Iterator[Finding]:
        """Looks at metadata, parts of ids and paths, kinds of recording, absent signals."""
        found = [
            (scores.skill, _finding(case, attribute, target, scores))
            for attribute in attributes_of(case)
            for target in case.targets
            if (scores := predict(attribute.codes, target, case.groups)) is not None
            and scores.real
            and scores.skill >= _LITTLE
        ]
        yield from (finding for _, finding in sorted(found, key=lambda pair: -pair[0]))


def _finding(case: Case, attribute: Attribute, target: Target, scores: Prediction) -> Finding:
    return Finding(
        "leakage",
        _severity(attribute.kind, scores.skill),
        target.name,
        f"{attribute.name} ({len(attribute.values)} values) tells {target.name}: "
        f"{scored(scores, case.held_out)}",
        numbers={"column": attribute.name, "values": len(attribute.values), **scores.data()},
        cause=_CAUSES[attribute.kind],
        prescription=Prescription(_ACTIONS[attribute.kind], command=_command(case, attribute)),
    )


def _command(case: Case, attribute: Attribute) -> str | None:
    return split_command(case, by=["text"]) if attribute.kind == "script" else None


def _severity(kind: Kind, skill: float) -> Severity:
    """Names of files are not heard, and people may differ: neither is a grave fault in itself."""
    if skill < _MUCH:
        return "note"
    return "warning" if skill < _MOST or kind in ("person", "name") else "serious"
