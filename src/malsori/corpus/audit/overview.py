"""The tables of an audit: what there is to be seen, whether or not anything is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from malsori.console import Column, Table
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.targets import Target
from malsori.corpus.counting import counted
from malsori.schema import SPLITS

_QUANTILES: Final = (0.0, 0.05, 0.5, 0.95, 1.0)
_MOST_CLASSES: Final = 20

Floats = np.ndarray[Any, np.dtype[np.float64]]


def overview(case: Case) -> tuple[Table, ...]:
    """What is measured of the rows, and the classes of each task.

    Example:
        >>> from pathlib import Path
        >>> import polars as pl
        >>> from malsori.corpus import Corpus, CorpusSpec
        >>> from malsori.corpus.columns import complete
        >>> rows = pl.DataFrame({"id": ["a"], "text": ["불이 났어요"]})
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> corpus = Corpus(Path("toy"), spec, complete(rows), pl.DataFrame())
        >>> overview(Case(corpus))[0].rows[0]
        ['characters', '1', '6', '6', '6', '6', '6']
    """
    return (_measures(case), *(_classes(case, target) for target in case.targets))


def _measures(case: Case) -> Table:
    heads = [Column(h, "right") for h in ("rows", "least", "5 %", "median", "95 %", "most")]
    rows = [_row(*measure) for measure in _measured(case) if np.isfinite(measure[1]).any()]
    return Table(f"What {case.corpus.name} measures", ["", *heads], rows, case.unheard)


def _measured(case: Case) -> Iterator[tuple[str, Floats, int]]:
    """What is measured: its name with the unit, its values ``[N]``, and the digits to show."""
    yield "duration, s", case.numbers("duration"), 1
    if case.heard:
        yield "sample rate, kHz", case.numbers("sample_rate") / 1000, 1
        yield "bandwidth, kHz", case.numbers("bandwidth") / 1000, 1
        yield "speech level, dBFS", case.numbers("level"), 0
        yield "peak, dBFS", case.numbers("peak"), 0
        yield "silence, %", 100 * case.numbers("silence"), 0
        yield "clipped, %", 100 * case.numbers("clipped"), 2
    yield case.tokens.unit, case.lengths, 0
    yield "syllables a second", case.rates, 1


def _row(name: str, values: Floats, digits: int) -> list[object]:
    known = values[np.isfinite(values)]
    shown = [f"{q:,.{digits}f}" for q in np.quantile(known, _QUANTILES)]
    return [name, f"{len(known):,}", *shown]


def _classes(case: Case, target: Target) -> Table:
    """Rows of each class in all and in each part, and in how many groups it occurs."""
    parts = {"rows": np.ones(case.count, bool)}
    if case.parts is not None:
        parts |= {part: (case.parts == part).to_numpy() for part in SPLITS}
    shown = np.argsort(-target.counts, kind="stable")[:_MOST_CLASSES]
    rows: list[list[object]] = []
    for k in sorted(shown.tolist()):
        mine = target.codes == k
        row: list[object] = [target.classes[k]]
        for part in parts.values():
            labelled = int((part & (target.codes >= 0)).sum())
            count = int((part & mine).sum())
            row.append(f"{count:,} ({count / labelled:.0%})" if labelled else "0")
        if case.people:
            row.append(f"{len(np.unique(case.groups[mine])):,}")
        rows.append(row)
    heads = [*parts, *([f"{case.people}s with it"] if case.people else [])]
    hidden = len(target.classes) - len(rows)
    note = f"and {counted(hidden, 'class', 'classes')} with fewer rows" if hidden else None
    columns: list[Column | str] = ["class", *(Column(head, "right") for head in heads)]
    return Table(f"Classes of {target.name}", columns, rows, note)
