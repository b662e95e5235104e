"""Columns that tell the label: what a model may learn instead of the task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from malsori.checks import Check
from malsori.corpus.audit.asking import ask_split
from malsori.corpus.audit.attributes import Attribute, attributes_of, predicted_by
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.predicting import Prediction
from malsori.corpus.audit.saying import scored
from malsori.corpus.audit.targets import Target, one_class_each
from malsori.corpus.splits.info import asked_of
from malsori.findings import Finding, Severity, found
from malsori.notes import Note

_LITTLE, _MUCH, _MOST = 0.1, 0.2, 0.5  # of skill


class Leakage(Check[Case]):
    """Scores every column as a predictor of every label, on speakers or calls held out.

    A speaker's number, or any column with a value for each group, tells nothing of the others.
    So what is found here holds for new speakers too.
    """

    def missing(self, case: Case) -> Note | None:
        """There must be labels."""
        return case.no_labels

    def examine(self, case: Case) -> Iterator[Finding]:
        """Looks at metadata, parts of ids and paths, kinds of recording, absent signals."""
        told = [
            (scores.skill, _finding(case, attribute, target, scores))
            for attribute in attributes_of(case)
            for target in case.targets
            if (scores := predicted_by(attribute, target, case)) is not None
            and scores.skill >= _LITTLE
        ]
        yield from (finding for _, finding in sorted(told, key=lambda pair: -pair[0]))


def _finding(case: Case, attribute: Attribute, target: Target, scores: Prediction) -> Finding:
    fields = {
        "attribute": attribute.name,
        "values": len(attribute.values),
        "task": target.name,
        "scored": scored(scores, case.held_out),
    }
    apart = _apart(case, attribute)
    return found(
        f"audit.leakage.{attribute.kind}{'_apart' * apart}",
        "note" if apart else _severity(attribute, target, scores.skill),
        target.name,
        numbers={"column": attribute.id, "values": len(attribute.values), **scores.data()},
        message=Note("audit.leakage.seen", fields),
        sure=1 - scores.chance,
        **({"split": case.split} if apart else _asked(case, attribute)),
    )


def _apart(case: Case, attribute: Attribute) -> bool:
    """Whether the named split already keeps the values apart that it could be grouped by."""
    if attribute.kind not in ("script", "metadata") or case.split is None:
        return False
    if attribute.id in (asked_of(case.corpus, case.split).get("by") or ()):
        return True  # of numbers in ranges, which parts may share
    return case.keeps_apart(attribute.known) is True


def _asked(case: Case, attribute: Attribute) -> dict[str, Any]:
    """A split that keeps the values apart, where a split can be grouped by them."""
    if attribute.kind == "script":
        return ask_split(case, by=["text"]).fields
    if attribute.kind != "metadata":
        return {}
    asked = ask_split(case, by=[attribute.id])
    if asked.why_not is None:
        return asked.fields
    return {"do": Note("audit.leakage.metadata.do_alone", {"why": asked.why_not})}


def _severity(attribute: Attribute, target: Target, skill: float) -> Severity:
    """Names of files are not heard, and people may differ: neither is a grave fault in itself.

    No encoder sees an id, and a folder for each class is how labels are often written down.
    """
    written = attribute.of_id or one_class_each(attribute.codes, target)
    if skill < _MUCH or (attribute.kind == "name" and written):
        return "note"
    return "warning" if skill < _MOST or attribute.kind in ("person", "name") else "serious"
