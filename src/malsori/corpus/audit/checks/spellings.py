"""Names of speakers, calls and other groups that may be one, written in several ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import column as said
from malsori.corpus.columns import META
from malsori.corpus.grouping import values_of
from malsori.corpus.leaks import ALWAYS
from malsori.corpus.spellings import alike, can_group
from malsori.corpus.splits.info import asked_of
from malsori.findings import Finding, found
from malsori.notes import Note
from malsori.schema import SPLITS

_SHOWN: Final = 3


class Spellings(Check[Case]):
    """One person under two names is on both sides of a split that keeps names apart."""

    def examine(self, case: Case) -> Iterator[Finding]:
        """Looks for names that differ only in case, width, inner blanks or leading zeros."""
        rows = case.corpus.utterances
        for column in can_group(rows):
            values = values_of(rows, column)
            if sets := alike(values):
                yield _alike(case, column, values, sets)
        for column, done in case.corpus.respelled.items():
            if done.merged:
                yield found(
                    "audit.spellings.respelled",
                    "note",
                    column,
                    numbers={"column": column, "written": done.written, "names": done.names},
                    column=said(column),
                    example=done.pair(),
                )


def _alike(case: Case, column: str, values: pl.Series, sets: Sequence[tuple[str, ...]]) -> Finding:
    rows = int(values.is_in([name for names in sets for name in names]).sum())
    numbers = {"sets": len(sets), "rows": rows, "in_parts": _in_parts(case, values, sets)}
    several = {None: "open", 0: "apart"}.get(numbers["in_parts"], "split")
    where = Note(f"audit.spellings.where.{several}", {**numbers, "split": case.split})
    fields = {
        **numbers,
        "column": said(column.removeprefix(META)),
        "example": [" ≈ ".join(map(repr, names)) for names in sets[:_SHOWN]],
        "where": where,
    }
    # Rows of one room or role are kept together only where a split is asked to.
    by = asked_of(case.corpus, case.split).get("by") if case.split is not None else None
    aside = column not in (*ALWAYS, *(by or ()))
    return found(
        "audit.spellings.alike",
        "note" if aside else "warning",
        column,
        numbers={"column": column, **numbers},
        message=Note("audit.spellings.alike.seen", fields),
        otherwise=True,
        column=said(column.removeprefix(META)),
        examples=case.ids(values.is_in(list(sets[0])).fill_null(value=False).to_numpy()),
    )


def _in_parts(case: Case, values: pl.Series, sets: Sequence[tuple[str, ...]]) -> int | None:
    """How many of the sets stand in several parts of the named split; None without one."""
    if case.parts is None:
        return None
    table = pl.DataFrame({"value": values, "part": case.parts}).filter(pl.col("part").is_in(SPLITS))
    parts: dict[str, set[str]] = {}
    for value, part in table.unique().iter_rows():
        parts.setdefault(value, set()).add(part)
    return sum(len(set().union(*(parts.get(n, set()) for n in names))) > 1 for names in sets)
