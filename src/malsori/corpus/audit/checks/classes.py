"""Classes: rare ones, dominant ones, and those that are absent from a part of a split."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import polars as pl

from malsori.checks import Check
from malsori.corpus.audit.asking import ask_split
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import counted, percent, some
from malsori.corpus.audit.targets import Target
from malsori.corpus.splits.trying import Must
from malsori.findings import SEVERITIES, Finding, Severity, found
from malsori.notes import Note
from malsori.schema import SPLITS

_RARE: Final = 10  # rows; a test part then has two or three
_DOMINANT: Final = 0.9
_CHANCE: Final = 1e-3

Counts = np.ndarray[Any, np.dtype[np.int64]]


class Classes(Check[Case]):
    """A class that a part lacks is not learned there, or not tested."""

    def missing(self, case: Case) -> Note | None:
        """There must be labels."""
        return case.no_labels

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts the classes of each task in all, and in each part."""
        for target in case.targets:
            if case.parts is not None:
                yield from _in_parts(case, target, case.parts)
            if not target.ranges:
                yield from _in_all(case, target)


def _in_all(case: Case, target: Target) -> Iterator[Finding]:
    counts = dict(zip(target.classes, target.counts.tolist(), strict=True))
    rare = [k for k, n in enumerate(target.counts) if n < _RARE]
    if rare:
        yield found(
            "audit.classes.rare",
            "note",
            target.name,
            numbers={"classes": counts},
            task=target.name,
            n=len(rare),
            few=_RARE,
            labelled=target.labelled,
            named=some(
                [
                    Note("of.with_number", {"name": target.shown(k), "n": int(target.counts[k])})
                    for k in rare
                ]
            ),
            otherwise=True,
            examples=case.ids(target.codes == rare[0]),
        )
    top = int(target.counts.argmax())
    share = target.counts[top] / target.labelled
    if share >= _DOMINANT:
        yield found(
            "audit.classes.dominant",
            "note",
            target.name,
            numbers={"classes": counts},
            task=target.name,
            share=percent(share),
            labelled=counted(target.labelled, "labelled_row"),
            name=target.shown(top),
            cause=False,
        )


def _in_parts(case: Case, target: Target, parts: pl.Series) -> Iterator[Finding]:
    table = {part: target.counts_in((parts == part).to_numpy()) for part in SPLITS}
    for part, counts in table.items():
        others = target.counts_in((parts.is_in(SPLITS) & (parts != part)).to_numpy())
        absent = [
            k for k in range(len(target.classes)) if counts.sum() and not counts[k] and others[k]
        ]
        if absent:
            severity = max(
                (_gravity(part, int(others[k]), counts, others) for k in absent),
                key=SEVERITIES.index,
            )
            yield _absent(case, target, part, absent, table, severity)


def _gravity(part: str, elsewhere: int, counts: Counts, others: Counts) -> Severity:
    """Little, where the class is rare or the part so small that chance explains it."""
    if part == "train":
        return "serious" if elsewhere >= _RARE else "note"
    chance = (1 - elsewhere / others.sum()) ** counts.sum()
    return "warning" if chance < _CHANCE else "note"


def _must(target: Target, part: str, absent: list[int]) -> Must:
    """The absent classes as a split's record calls them; ranges and answers have no such names."""
    plain = target.name == target.task and not target.ranges
    return target.task, part, tuple(target.classes[k] for k in absent) if plain else ()


def _absent(
    case: Case,
    target: Target,
    part: str,
    absent: list[int],
    table: dict[str, Counts],
    severity: Severity,
) -> Finding:
    named = {p: dict(zip(target.classes, c.tolist(), strict=True)) for p, c in table.items()}
    return found(
        "audit.classes.absent",
        severity,
        target.name,
        numbers=named,
        part=Note(f"audit.part.{part}"),
        split=case.split,
        named=some([target.shown(k) for k in absent]),
        labelled=counted(int(table[part].sum()), "labelled_row"),
        otherwise=True,
        **ask_split(case, stratify=target.task, must=_must(target, part, absent)).fields,
    )
