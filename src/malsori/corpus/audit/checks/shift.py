"""Shift between the parts of a split: training is of one kind, the test of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from malsori.checks import Check
from malsori.corpus.audit.asking import ask_split, drawn
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import hertz, percent
from malsori.corpus.audit.shifting import Apart, Floats, medians_apart, shares_apart
from malsori.corpus.columns import FEATURES, META
from malsori.findings import Finding, Severity, found
from malsori.notes import Note
from malsori.signals.quality import FLOOR

_BEYOND, _NEARLY_ALL = 0.8, 0.95  # of a part's rows, on one side of training's median
_SHARE, _HALF = 0.25, 0.5  # of the rows, more or less than in training
_MOST_VALUES: Final = 12
_KINDS: Final = ("channels", "language", "lang", "locale", "언어")
_SCRIPTS: Final = {
    "hangul": r"\p{Hangul}",
    "latin": r"\p{Latin}",
    "han": r"[\p{Han}\p{Hiragana}\p{Katakana}]",
    "cyrillic": r"\p{Cyrillic}",
    "arabic": r"\p{Arabic}",
    "devanagari": r"\p{Devanagari}",
    "thai": r"\p{Thai}",
}


class Shift(Check[Case]):
    """Scores of a test of another kind than training say little of either.

    Lengths, levels and bandwidths are compared by a rank test over groups and by how many rows
    lie beyond training's median; rates, channels, scripts, languages and what is missing by
    their shares.
    """

    def missing(self, case: Case) -> Note | None:
        """A split must be named."""
        return None if case.split else Note("audit.skip.no_split")

    def examine(self, case: Case) -> Iterator[Finding]:
        """Compares validation and test with training, in everything that is measured."""
        assert case.parts is not None
        parts = case.parts.to_numpy()
        for measure in _measures(case):
            whole, groups = measure.times is not None, case.groups
            seen = [
                medians_apart(part, measure.values, parts, groups, whole=whole)
                for part in ("validation", "test")
            ]
            yield from _of_measure(case, measure, [s for s in seen if s is not None])
        for name, subject, column in _kinds(case):
            yield from _of_kind(case, name, subject, column)


@dataclass(frozen=True)
class _Measure:
    """A number of each row, and how far apart two medians must lie to matter."""

    name: str
    subject: str
    values: Floats
    times: float | None = None  # of lengths: the one is so many times the other
    more: float = np.inf  # of others: so much more

    def matters(self, apart: Apart) -> bool:
        if self._far(apart, 1) and apart.real and apart.beyond >= _BEYOND:
            return True
        # Ranks of a handful of speakers are never sure; twice as far apart, all of them tell.
        return self._far(apart, 2) and apart.separate and apart.beyond >= _NEARLY_ALL

    def _far(self, apart: Apart, steps: int) -> bool:
        low, high = sorted((apart.train, apart.other))
        if self.times is None:
            return high - low >= steps * self.more
        return high >= self.times**steps * low


def _measures(case: Case) -> Iterator[_Measure]:
    yield _Measure("duration", "speech", case.numbers("duration"), times=1.5)
    yield _Measure("length", "text", case.lengths, times=1.5)
    levels = case.numbers("level")
    heard = np.isfinite(levels) & (case.numbers("peak") > FLOOR)
    yield _Measure("level", "speech", np.where(heard, levels, np.nan), more=6.0)
    ends = case.numbers("bandwidth")
    yield _Measure("bandwidth", "speech", np.where(ends > 0, ends, np.nan), more=1000.0)


def _of_measure(case: Case, measure: _Measure, seen: list[Apart]) -> Iterator[Finding]:
    far = [apart for apart in seen if measure.matters(apart)]
    if not far:
        return
    most = max(reversed(far), key=lambda apart: apart.beyond)
    medians = {"train": most.train, **{apart.part: apart.other for apart in seen}}
    named = [_named(p, _shown(case, measure.name, x)) for p, x in medians.items()]
    what = Note(f"audit.shift.what.{measure.name}")
    beyond = {
        "beyond": percent(most.beyond),
        "part": Note(f"audit.part.{most.part}"),
        "side": Note(f"audit.shift.{'above' if most.other > most.train else 'below'}"),
    }
    yield _finding(
        case,
        measure.subject,
        "warning" if most.beyond >= _NEARLY_ALL else "note",
        numbers={"measure": measure.name, "medians": medians, "chance": most.chance},
        message=Note(
            "audit.shift.medians",
            {"split": case.split, "what": what, "medians": named, **beyond},
        ),
        part=most.part,
    )


def _shown(case: Case, name: str, value: float) -> Note | str:
    if name == "bandwidth":
        return hertz(value)
    return Note(f"audit.shift.value.{name}", {"x": value, "unit": case.tokens.unit})


def _kinds(case: Case) -> Iterator[tuple[Note | str, str, pl.Series]]:
    """Columns of a few kinds: their names, what they are of, and the kind of each row."""
    rows = case.rows
    rates = rows["sample_rate"].drop_nulls().unique()
    names = {rate: hertz(rate) for rate in rates.to_list()}
    yield (
        Note("audit.shift.what.sample_rate"),
        "speech",
        rows["sample_rate"].replace_strict(names, default=None, return_dtype=pl.String),
    )
    for column in rows.columns:
        if column.removeprefix(META).lower() in _KINDS:
            yield column.removeprefix(META), column.removeprefix(META), rows[column]
    yield Note("audit.shift.what.script"), "text", _scripts(rows["text"])
    for column in ["audio", "text", *(c for c in rows.columns if c.startswith(FEATURES))]:
        name = column.removeprefix(FEATURES)
        there = rows[column].is_not_null()
        what = Note("audit.shift.what.presence", {"of": name})
        subject = "speech" if column == "audio" else name
        yield what, subject, there.replace_strict({True: "there", False: "absent"})


def _scripts(texts: pl.Series) -> pl.Series:
    """The script of most letters of each text, null where none of those known has any."""
    counts = texts.to_frame("text").select(
        pl.col("text").str.count_matches(pattern).alias(name) for name, pattern in _SCRIPTS.items()
    )
    most = pl.max_horizontal(pl.all())
    first = pl.coalesce(
        pl.when(pl.col(name) == most, most > 0).then(pl.lit(name)) for name in _SCRIPTS
    )
    return counts.select(first.alias("script"))["script"]


def _of_kind(case: Case, name: Note | str, subject: str, column: pl.Series) -> Iterator[Finding]:
    """What share of each part is of a kind, where that differs; the kind that differs most."""
    assert case.parts is not None
    known = column.is_not_null()
    values = column.drop_nulls().unique().sort().to_list()
    if not 1 < len(values) <= _MOST_VALUES:
        return
    parts = case.parts.set(~known, "unknown").to_numpy()
    seen = [
        (value, apart)
        for value in values
        for part in ("validation", "test")
        if (apart := shares_apart(part, (column == value).fill_null(False).to_numpy(), parts,
                                  case.groups)) is not None
    ]  # fmt: skip
    far = [(v, a) for v, a in seen if a.real and abs(a.other - a.train) >= _SHARE]
    if not far:
        return
    value, most = max(far, key=lambda pair: _more(pair[1]))
    shares = {"train": most.train, **{a.part: a.other for v, a in seen if v == value}}
    named = [_named(p, percent(x)) for p, x in shares.items()]
    yield _finding(
        case,
        subject,
        "warning" if abs(most.other - most.train) >= _HALF else "note",
        numbers={"kind": str(value), "shares": shares, "chance": most.chance},
        message=Note(
            "audit.shift.shares",
            {"split": case.split, "what": name, "kind": _kind(name, value), "shares": named},
        ),
        part=most.part,
    )


def _more(apart: Apart) -> tuple[float, bool]:
    """How far apart; of two kinds that change places the one that training has less of."""
    return abs(apart.other - apart.train), apart.other > apart.train


def _kind(name: Note | str, value: object) -> Note | str:
    text = str(value)
    if isinstance(name, str):
        return Note("audit.shift.kind.of_column", {"value": text})
    own = (*_SCRIPTS, "there", "absent")
    return Note(f"audit.shift.kind.{text}") if text in own else text


def _named(part: str, value: Note | str) -> Note:
    return Note("audit.shift.in_part", {"part": Note(f"audit.part.{part}"), "value": value})


def _finding(
    case: Case,
    subject: str,
    severity: Severity,
    *,
    numbers: dict[str, object],
    message: Note,
    part: str,
) -> Finding:
    assert case.parts is not None
    return found(
        "audit.shift",
        severity,
        subject,
        numbers=numbers,
        message=message,
        otherwise=True,
        **({"do": Note("audit.shift.do_drawn")} if drawn(case) else ask_split(case).fields),
        examples=case.ids((case.parts == part).to_numpy()),
    )
