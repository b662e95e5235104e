"""The tables of an audit: what there is to be seen, whether or not anything is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from malsori.console import Column, Table, largest
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.targets import Target
from malsori.notes import Note
from malsori.schema import SPLITS
from malsori.words import Words

_QUANTILES: Final = (0.0, 0.05, 0.5, 0.95, 1.0)

Floats = np.ndarray[Any, np.dtype[np.float64]]


def overview(case: Case, words: Words) -> tuple[Table, ...]:
    """What is measured of the rows, and the classes of each task, in a language."""
    return (
        _measures(case, words),
        *(_classes(case, target, words) for target in case.targets),
    )


def _measures(case: Case, words: Words) -> Table:
    names = ("rows", "least", "low", "median", "high", "most")
    heads = [Column(words(f"audit.table.{name}"), "right") for name in names]
    rows = [
        [words.say(name), *_row(values, digits)]
        for name, values, digits in _measured(case)
        if np.isfinite(values).any()
    ]
    note = None if case.no_sounds is None else words.say(case.no_sounds)
    title = words("audit.table.measures", corpus=case.corpus.name)
    return Table(title, ["", *heads], rows, note)


def _measured(case: Case) -> Iterator[tuple[Note, Floats, int]]:
    """What is measured: its name with the unit, its values ``[N]``, and the digits to show."""
    yield _named("duration"), case.numbers("duration"), 1
    if case.measured:
        yield _named("sample_rate"), case.numbers("sample_rate") / 1000, 1
        yield _named("bandwidth"), case.numbers("bandwidth") / 1000, 1
        yield _named("level"), case.numbers("level"), 0
        yield _named("peak"), case.numbers("peak"), 0
        yield _named("silence"), 100 * case.numbers("silence"), 0
        yield _named("clipped"), 100 * case.numbers("clipped"), 2
    yield case.tokens.unit, case.lengths, 0
    yield _named("syllables"), case.rates, 1


def _named(measure: str) -> Note:
    return Note(f"audit.measure.{measure}")


def _row(values: Floats, digits: int) -> list[str]:
    known = values[np.isfinite(values)]
    return [f"{len(known):,}", *(f"{q:,.{digits}f}" for q in np.quantile(known, _QUANTILES))]


def _classes(case: Case, target: Target, words: Words) -> Table:
    """Rows of each class in all and in each part, and in how many groups it occurs."""
    parts = {words("audit.table.rows"): np.ones(case.count, bool)}
    if case.parts is not None:
        parts |= {words(f"audit.part.{p}"): (case.parts == p).to_numpy() for p in SPLITS}
    rows: list[list[object]] = []
    for k in largest(target.counts.tolist()):
        row: list[object] = [words.say(target.shown(k))]
        for part in parts.values():
            counts = target.counts_in(part)
            share = f" ({counts[k] / counts.sum():.0%})" if counts.sum() else ""
            row.append(f"{counts[k]:,}{share}")
        if case.people:
            row.append(f"{len(np.unique(case.groups[target.codes == k])):,}")
        rows.append(row)
    heads = [*parts, *([words(f"audit.table.{case.people}s")] if case.people else [])]
    hidden = len(target.classes) - len(rows)
    note = words("audit.table.hidden", n=hidden) if hidden else None
    columns = [Column(words("audit.table.class")), *(Column(head, "right") for head in heads)]
    return Table(words("audit.table.classes", task=target.name), columns, rows, note)
