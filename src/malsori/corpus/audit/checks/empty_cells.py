"""Classes that a value of a column never has: collected or labelled by different rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from malsori.checks import Check
from malsori.corpus.audit.attributes import Attribute, attributes_of, predicted_by
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import counted, some
from malsori.corpus.audit.targets import Codes, Target, one_class_each
from malsori.findings import Finding, found
from malsori.notes import Note

_SURE: Final = 1e-5  # of one class and value: there may be hundreds
_TOLD: Final = 0.1  # of skill: then the check `leakage` says it
_FEW_VALUES: Final = 30  # a column of more is no condition that anybody controls

Mask = np.ndarray[Any, np.dtype[np.bool_]]


class EmptyCells(Check[Case]):
    """In a table of classes by values of a column, a cell that is empty by no chance."""

    def missing(self, case: Case) -> Note | None:
        """There must be labels."""
        return case.no_labels

    def examine(self, case: Case) -> Iterator[Finding]:
        """Looks at every task and every column with few values."""
        attributes = [a for a in attributes_of(case) if 2 <= len(a.values) <= _FEW_VALUES]
        for target in case.targets:
            for attribute in attributes:
                yield from _in_values(case, target, attribute)


def _in_values(case: Case, target: Target, attribute: Attribute) -> Iterator[Finding]:
    """Classes that a value of an attribute should have by chance, and does not have."""
    if attribute.kind == "name" and one_class_each(attribute.codes, target):
        return  # folders that are named after speaker and class, as labels are often written down
    labelled = target.codes >= 0
    shares = target.counts / target.labelled
    absent: list[Note | str] = []
    expected = 0.0
    for value, name in enumerate(attribute.values):
        rows = labelled & (attribute.codes == value)
        for k in np.flatnonzero((target.counts_in(rows) == 0) & (target.counts > 0)):
            if _chance(case.groups, labelled, rows, target.codes == k) < _SURE:
                lacks = {"value": name, "class": target.shown(int(k))}
                absent.append(Note("audit.empty_cells.lacks", lacks))
                expected += float(shares[k] * rows.sum())
    told = predicted_by(attribute, target, case) if absent else None
    if absent and not (told and told.skill > _TOLD):
        yield found(
            "audit.empty_cells",
            "warning",
            target.name,
            numbers={"column": attribute.id, "cells": len(absent), "expected": expected},
            attribute=attribute.name,
            task=target.name,
            lacking=some(absent),
            by_chance=counted(round(expected)),
            sure=1 - _SURE,
        )


def _chance(groups: Codes, labelled: Mask, rows: Mask, of_class: Mask) -> float:
    """How likely it is that these rows lack a class, where rows of one group are alike.

    A group lacks it as often as groups in general do, or as so few rows of it do.
    """
    lacking = 1 - len(np.unique(groups[of_class])) / len(np.unique(groups[labelled]))
    sizes = np.unique(groups[rows], return_counts=True)[1]
    share = of_class.sum() / labelled.sum()
    return float(np.prod(np.maximum(lacking, (1 - share) ** sizes)))
