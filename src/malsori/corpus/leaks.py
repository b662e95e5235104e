"""What a split lets a model know of the rows it is tested on: leaks between its parts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.corpus.grouping import TEXT, group_rows, values_of
from malsori.corpus.near import NEAR, NEAR_AUDIO, NEAR_TEXT, find_near
from malsori.notes import Note
from malsori.schema import SPLITS
from malsori.words import Words

LeakKind = Literal["group", "audio", "text", "near-audio", "near-text"]

LEAK_KINDS: Final[tuple[LeakKind, ...]] = ("group", "audio", "text", "near-audio", "near-text")
WARNED: Final[LeakKind] = "near-text"
"""This kind alone is no reason to refuse a split, unless that is wanted (``strict``)."""
MIN_TEXT: Final = 4
"""Shorter normalised texts ("네", "감사합") are said by everybody and count as no leak."""

_EXAMPLES: Final = 3
ALWAYS: Final = ("speaker", "call", "dialogue")
"""Columns whose values no two parts may share, whatever a split is grouped by."""
_SHOWN: Final = 24


@dataclass(frozen=True)
class Example:
    """One value that occurs in several parts, and one id of each part."""

    value: str
    ids: dict[str, str]  # part → an id
    other: str | None = None  # of two values that are nearly the same the second, else None

    def __str__(self) -> str:
        where = ", ".join(f"{i} ({part})" for part, i in self.ids.items())
        if self.other is None:
            return f"{_short(self.value)!r}: {where}"
        return f"{_short(self.value)!r} ≈ {_short(self.other)!r}: {where}"

    def data(self) -> dict[str, Any]:
        """The example as plain data for YAML and JSON."""
        other = {} if self.other is None else {"other": self.other}
        return {"value": self.value, **other, "ids": self.ids}


def _short(value: str) -> str:
    return value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"


@dataclass(frozen=True)
class Leak:
    """Values of one column that occur in more than one part of a split."""

    # ``group`` (a speaker, a call …), ``audio`` (the same samples), ``text`` (the same
    # normalised text), ``near-audio`` (one recording, cut or at another level) or
    # ``near-text`` (a few letters differ)
    kind: LeakKind
    column: str  # the column it was found in, ``near_audio`` or ``near_text``
    count: int  # how many values, or pairs of nearly the same ones, are in several parts
    rows: int  # how many rows hold them
    # Up to three of them: those with the most rows, or the most alike, first
    examples: tuple[Example, ...]
    # Whether a split grouped by the column was tried and can be advised
    mended: bool = False

    def __str__(self) -> str:
        return Words().say(self.note())

    def note(self) -> Note:
        """What is shared, how often."""
        fields = {"column": self.column, "leak": self.count, "leak_rows": self.rows}
        return Note(f"leak.{self.kind}", fields)

    def remark(self, allowed: Collection[str]) -> Note:
        """What it means for results: a leak that was allowed, or a warning."""
        if self.kind in allowed:
            return Note("split.allowed", {"leak": self.note()})
        warned = Note("split.warned", {"leak": self.note()})
        if not self.examples:
            return warned
        said = {"warned": warned, "example": str(self.examples[0])}
        if not self.mended:
            return Note("split.warned_example", said)
        return Note("split.warned_such_as", {**said, "by": self.column})

    def data(self) -> dict[str, Any]:
        """The leak as plain data for YAML and JSON."""
        return {
            "kind": self.kind,
            "column": self.column,
            "count": self.count,
            "rows": self.rows,
            "examples": [example.data() for example in self.examples],
        }


def find_leaks(
    corpus: Corpus,
    split: pl.DataFrame,
    *,
    groups: Sequence[str] = (),
    min_text: int = MIN_TEXT,
) -> list[Leak]:
    """Finds what training, validation and test share although they should not.

    Looked at are the columns in ``groups``, then speaker, call and dialogue wherever they
    group rows at all, identical audio and identical normalised text, then recordings that were
    cut or changed in level (by the fingerprints taken at import) and texts that are nearly the
    same. Dropped rows do not count.

    Nearly the same text is found everywhere where people speak ("네 알겠습니다" and "네 알겠습니다
    네"), and template dialogues repeat with small changes. So it is a leak to be told of, not
    one that by itself makes a split worthless: ``make_split`` only refuses it when asked to.

    Args:
        corpus: The corpus.
        split: Columns ``id`` and ``split``.
        groups: Columns that the split was grouped by.
        min_text: Texts of fewer normalised characters are not compared.

    Returns:
        One leak for each column that has any; empty if nothing leaks.
    """
    parts = split.filter(pl.col("split").is_in(SPLITS)).select("id", part="split")
    # The normalised texts, made once for all splits of a corpus.
    rows = corpus.utterances.with_columns(find_near(corpus, NEAR_TEXT).values.alias(TEXT))
    rows = rows.join(parts, on="id", how="inner", maintain_order="left")
    found = [_find(rows, "group", column) for column in _group_columns(rows, groups)]
    found.append(_find(rows, "audio", "audio_hash"))
    found.append(_find(rows, "text", TEXT, min_text))
    found.append(_find_near(corpus, parts, "near-audio", NEAR_AUDIO))
    found.append(_find_near(corpus, parts, "near-text", NEAR_TEXT, min_text))
    return [leak for leak in found if leak is not None]


def _group_columns(rows: pl.DataFrame, groups: Sequence[str]) -> list[str]:
    """The columns whose values may not be shared; text has its own kind of leak."""
    columns = [column for column in groups if column not in (TEXT, *NEAR)]
    for column in ALWAYS:
        if column not in columns and group_rows(rows, column).count < rows.height:
            columns.append(column)
    return columns


def _find(rows: pl.DataFrame, kind: LeakKind, column: str, shortest: int = 0) -> Leak | None:
    values = values_of(rows, column) if kind == "group" else rows[column]
    table = rows.select("id", "part", value=values).drop_nulls("value")
    table = table.filter(pl.col("value").cast(pl.String).str.len_chars() >= shortest)
    shared = (
        table.group_by("value")
        .agg(pl.len().alias("rows"), pl.col("part").n_unique().alias("parts"))
        .filter(pl.col("parts") > 1)
        .sort("rows", "value", descending=[True, False])
    )
    if not shared.height:
        return None
    values = shared["value"].head(_EXAMPLES)
    examples = tuple(_example(table.filter(pl.col("value") == value)) for value in values)
    return Leak(kind, column, shared.height, int(shared["rows"].sum()), examples)


def _example(table: pl.DataFrame) -> Example:
    first = dict(table.sort("id", descending=True).select("part", "id").iter_rows())
    ids = {part: first[part] for part in SPLITS if part in first}
    return Example(str(table["value"][0]), ids)


def _find_near(
    corpus: Corpus, parts: pl.DataFrame, kind: LeakKind, column: str, shortest: int = 0
) -> Leak | None:
    """The pairs of nearly the same things with a border of parts between them."""
    near = find_near(corpus, column)
    if not len(near.pairs):
        return None
    table = pl.DataFrame({"id": corpus.utterances["id"], "value": near.values}).drop_nulls()
    table = table.join(parts, on="id", how="inner")
    long = [len(thing) >= shortest for thing in near.things]
    where = _where(table, near.things) * np.asarray(long, np.int64)
    a, b = where[near.pairs.first], where[near.pairs.second]
    # Both are somewhere, and not both in one and the same part only.
    apart = np.flatnonzero((a > 0) & (b > 0) & ((a != b) | (a & (a - 1) > 0)))
    if not len(apart):
        return None
    first, second = near.pairs.first[apart], near.pairs.second[apart]
    held = [near.things[i] for i in np.unique(np.concatenate([first, second]))]
    rows = table.filter(pl.col("value").is_in(held))
    best = np.argsort(-near.pairs.score[apart], kind="stable")[:_EXAMPLES]
    shown = [(near.things[first[k]], near.things[second[k]]) for k in best]
    examples = tuple(_example_of_two(rows, *pair) for pair in shown)
    return Leak(kind, near.column, len(apart), rows.height, examples)


def _where(table: pl.DataFrame, things: list[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The parts that each thing is in ``[T]``, one bit for each part."""
    bits = {part: 1 << k for k, part in enumerate(SPLITS)}
    seen = table.unique(["value", "part"]).with_columns(bit=pl.col("part").replace_strict(bits))
    found = seen.group_by("value").agg(pl.col("bit").sum())
    every = pl.DataFrame({"value": things}, schema={"value": pl.String})
    placed = every.join(found, on="value", how="left", maintain_order="left")
    return placed["bit"].fill_null(0).to_numpy().astype(np.int64)


def _example_of_two(rows: pl.DataFrame, value: str, other: str) -> Example:
    """One id of each, from different parts."""
    both = [
        rows.filter(pl.col("value") == v).sort("id").select("part", "id") for v in (value, other)
    ]
    for part, i in both[0].iter_rows():
        for part_of_other, j in both[1].iter_rows():
            if part != part_of_other:
                return Example(value, {part: i, part_of_other: j}, other)
    raise AssertionError("a leak has two parts")
