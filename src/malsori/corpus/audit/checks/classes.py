"""Classes: rare ones, and classes that are absent from a part of a split or from a group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import polars as pl

from malsori.corpus.audit.asking import split_command
from malsori.corpus.audit.attributes import Attribute, attributes_of
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.predicting import predict
from malsori.corpus.audit.saying import agree, percent, some
from malsori.corpus.audit.targets import Codes, Target
from malsori.corpus.counting import counted
from malsori.findings import SEVERITIES, Finding, Prescription, Severity
from malsori.schema import SPLITS

_RARE: Final = 10  # rows; a test part then has two or three
_DOMINANT: Final = 0.9
_CHANCE: Final = 1e-3
_SURE: Final = 1e-5  # of one class and value: there may be hundreds
_TOLD: Final = 0.1  # of skill: then the check `leakage` says it
_FEW_VALUES: Final = 30  # a column of more is no condition that anybody controls

Counts = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Classes(Check):
    """A class that a part lacks is not learned there, or not tested.

    Example:
        >>> Classes().id
        'classes'
    """

    def missing(self, case: Case) -> str | None:
        """There must be labels."""
        return None if case.targets else "no task has labels of two classes"

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts the classes of each task in all, in each part, and for each attribute."""
        attributes = [a for a in attributes_of(case) if 2 <= len(a.values) <= _FEW_VALUES]
        for target in case.targets:
            if case.parts is not None:
                yield from _in_parts(case, target, case.parts)
            if not target.ranges:
                yield from _in_all(case, target)
            for attribute in attributes:
                yield from _in_values(case, target, attribute)


def _in_all(case: Case, target: Target) -> Iterator[Finding]:
    counts = dict(zip(target.classes, target.counts.tolist(), strict=True))
    rare = {name: n for name, n in counts.items() if n < _RARE}
    if rare:
        named = some([f"{name} ({n:,})" for name, n in rare.items()])
        yield Finding(
            "classes",
            "note",
            target.name,
            f"{agree(len(rare), 'a class', 'classes')} with fewer than {_RARE} rows, of "
            f"{target.labelled:,} with a label: {named}",
            numbers=counts,
            cause="the class is rare, or this is a part of the data set",
            prescription=Prescription("merge it with a neighbour, or report its recall with care"),
            examples=case.ids(target.codes == target.classes.index(next(iter(rare)))),
        )
    top = max(counts, key=lambda name: counts[name])
    share = counts[top] / target.labelled
    if share >= _DOMINANT:
        yield Finding(
            "classes",
            "note",
            target.name,
            f"{percent(share)} of {counted(target.labelled, 'labelled row')} have class {top}: "
            "accuracy and "
            "weighted F1 say little",
            numbers=counts,
            prescription=Prescription("judge by skill, macro-F1 or UAR"),
        )


def _in_parts(case: Case, target: Target, parts: pl.Series) -> Iterator[Finding]:
    table = {part: _counts(target, (parts == part).to_numpy()) for part in SPLITS}
    for part, counts in table.items():
        others = _counts(target, (parts.is_in(SPLITS) & (parts != part)).to_numpy())
        absent = [
            k for k in range(len(target.classes)) if counts.sum() and not counts[k] and others[k]
        ]
        if absent:
            severity = max(
                (_gravity(part, int(others[k]), counts, others) for k in absent), key=_by
            )
            yield _absent(case, target, part, absent, table, severity)


def _gravity(part: str, elsewhere: int, counts: Counts, others: Counts) -> Severity:
    """Little, where the class is rare or the part so small that chance explains it."""
    if part == "train":
        return "serious" if elsewhere >= _RARE else "note"
    chance = (1 - elsewhere / others.sum()) ** counts.sum()
    return "warning" if chance < _CHANCE else "note"


def _by(severity: Severity) -> int:
    return SEVERITIES.index(severity)


def _absent(
    case: Case,
    target: Target,
    part: str,
    absent: list[int],
    table: dict[str, Counts],
    severity: Severity,
) -> Finding:
    named = {p: dict(zip(target.classes, c.tolist(), strict=True)) for p, c in table.items()}
    task = target.name.partition(":")[0]
    return Finding(
        "classes",
        severity,
        target.name,
        f"{part} of split {case.split} has no row of {some([target.classes[k] for k in absent])} "
        f"among its {counted(int(table[part].sum()), 'labelled row')}",
        numbers=named,
        cause="few groups have the class, or the split was not stratified",
        prescription=Prescription(
            "stratify by the task, or take other folds",
            command=split_command(case, stratify=task),
        ),
    )


def _in_values(case: Case, target: Target, attribute: Attribute) -> Iterator[Finding]:
    """Classes that a value of an attribute should have by chance, and does not have."""
    labelled = target.codes >= 0
    shares = target.counts / target.labelled
    absent, expected = [], 0.0
    for value, name in enumerate(attribute.values):
        rows = labelled & (attribute.codes == value)
        counts = _counts(target, rows)
        for k in np.flatnonzero((counts == 0) & (target.counts > 0)):
            if _chance(case.groups, labelled, rows, target.codes == k) < _SURE:
                absent.append(f"{name} lacks {target.classes[k]}")
                expected += float(shares[k] * rows.sum())
    told = predict(attribute.codes, target, case.groups) if absent else None
    if absent and not (told and told.real and told.skill > _TOLD):
        yield Finding(
            "classes",
            "warning",
            target.name,
            f"classes that values of {attribute.name} do not have: {some(absent)} "
            f"(by chance about {counted(round(expected), 'row')})",
            numbers={"cells": len(absent), "expected": expected},
            cause="collected or labelled by different rules",
            prescription=Prescription(
                f"compare scores for each value of {attribute.name}; a model may learn it instead "
                f"of {target.name}"
            ),
        )


def _chance(groups: Codes, labelled: Mask, rows: Mask, of_class: Mask) -> float:
    """How likely it is that these rows lack a class, where rows of one group are alike.

    A group lacks it as often as groups in general do, or as so few rows of it do.
    """
    lacking = 1 - len(np.unique(groups[of_class])) / len(np.unique(groups[labelled]))
    sizes = np.unique(groups[rows], return_counts=True)[1]
    share = of_class.sum() / labelled.sum()
    return float(np.prod(np.maximum(lacking, (1 - share) ** sizes)))


def _counts(target: Target, rows: Mask) -> Counts:
    chosen = target.codes[rows & (target.codes >= 0)]
    return np.bincount(chosen, minlength=len(target.classes))
