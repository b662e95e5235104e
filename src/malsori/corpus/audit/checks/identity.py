"""Who speaks tells the label: why rows of one speaker must stay on one side of a split."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.checks import Check
from malsori.corpus.audit.asking import ask_split
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.predicting import Prediction, predict
from malsori.corpus.audit.saying import column as said
from malsori.corpus.audit.saying import scored
from malsori.corpus.audit.targets import Target
from malsori.corpus.grouping import group_rows
from malsori.findings import Finding, found
from malsori.notes import Note

_LITTLE: Final = 0.1  # of skill
_COLUMNS: Final = ("speaker", "call", "dialogue")


class Identity(Check[Case]):
    """Scores a speaker's, call's or dialogue's other rows as predictors of its label.

    Labels of whole calls make this 1 for the call, which is as it should be: a note.
    It is serious where the named split has the same group in several parts.
    """

    def missing(self, case: Case) -> Note | None:
        """Some group must have several rows."""
        if case.no_labels:
            return case.no_labels
        return None if _repeating(case) else Note("audit.skip.no_groups")

    def examine(self, case: Case) -> Iterator[Finding]:
        """Predicts labels of held-out rows from others of the same group."""
        for column in _repeating(case):
            codes = group_rows(case.corpus.utterances, column).codes
            for target in case.targets:
                score = predict(codes, target, codes, within=True)
                if score is not None and score.real and score.skill >= _LITTLE:
                    yield _finding(case, column, target, score)


def _repeating(case: Case) -> list[str]:
    rows = case.corpus.utterances
    return [c for c in _COLUMNS if 1 < rows[c].drop_nulls().n_unique() < rows[c].count()]


def _finding(case: Case, column: str, target: Target, score: Prediction) -> Finding:
    apart = case.keeps_apart(case.corpus.utterances[column])
    where = {None: "open", True: "apart", False: "several"}[apart]
    names = {"split": case.split or "", "column": said(column)}
    return found(
        "audit.identity",
        "serious" if apart is False else "note",
        target.name,
        numbers={"column": column, "kept_apart": apart, **score.data()},
        message=Note(
            "audit.identity.seen",
            {
                **names,
                "task": target.name,
                "scored": scored(score, Note(f"audit.held.known_{column}")),
                "where": Note(f"audit.identity.where.{where}", names),
            },
        ),
        who=said(column),
        sure=1 - score.chance,
        otherwise=True,
        **(
            {"do": Note("audit.identity.do_apart", names)}
            if apart
            else ask_split(case, by=[column]).fields
        ),
    )
