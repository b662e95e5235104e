"""Who speaks tells the label: why rows of one speaker must stay on one side of a split."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from malsori.corpus.audit.asking import split_command
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.predicting import Prediction, predict
from malsori.corpus.audit.saying import scored
from malsori.corpus.audit.targets import Target
from malsori.corpus.grouping import group_rows
from malsori.findings import Finding, Prescription, Severity
from malsori.schema import SPLITS

_LITTLE: Final = 0.1  # of skill
_COLUMNS: Final = ("speaker", "call", "dialogue")


class Identity(Check):
    """Scores a speaker's, call's or dialogue's other rows as predictors of its label.

    Labels of whole calls make this 1 for the call, which is as it should be: a note.
    It is serious where the named split has the same group in several parts.

    Example:
        >>> Identity().id
        'identity'
    """

    def missing(self, case: Case) -> str | None:
        """Some group must have several rows."""
        if not case.targets:
            return "no task has labels of two classes"
        return None if _repeating(case) else "no speaker, call or dialogue has two rows"

    def examine(self, case: Case) -> Iterator[Finding]:
        """Predicts labels of held-out rows from others of the same group."""
        for column in _repeating(case):
            codes = group_rows(case.corpus.utterances, column).codes
            for target in case.targets:
                found = predict(codes, target, codes, within=True)
                if found is not None and found.real and found.skill >= _LITTLE:
                    yield _finding(case, column, target, found)


def _repeating(case: Case) -> list[str]:
    rows = case.corpus.utterances
    return [c for c in _COLUMNS if 1 < rows[c].drop_nulls().n_unique() < rows[c].count()]


def _finding(case: Case, column: str, target: Target, found: Prediction) -> Finding:
    apart = _apart(case, column)
    severity: Severity = "serious" if apart is False else "note"
    where = {
        None: "a split must not divide a " + column,
        True: f"split {case.split} keeps each {column} in one part",
        False: f"split {case.split} has the same {column} in several parts",
    }[apart]
    return Finding(
        "identity",
        severity,
        target.name,
        f"the {column} tells {target.name}: {scored(found, f'rows of known {column}s')}; {where}",
        numbers={"column": column, "kept_apart": apart, **found.data()},
        cause=f"labels belong to whole {column}s, or each {column} has few classes",
        prescription=Prescription(
            f"group the split by {column}",
            command=split_command(case, by=[column]),
        ),
    )


def _apart(case: Case, column: str) -> bool | None:
    """Whether the named split keeps each group in one part; None without a split."""
    if case.parts is None:
        return None
    table = pl.DataFrame({"value": case.corpus.utterances[column], "part": case.parts})
    table = table.filter(pl.col("value").is_not_null() & pl.col("part").is_in(SPLITS))
    most = table.group_by("value").agg(pl.col("part").n_unique())["part"].max()
    return most is None or most == 1
