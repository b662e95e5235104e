"""What a split lets a model know of the rows it is tested on: leaks between its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.corpus.grouping import TEXT, group_rows, values_of
from malsori.schema import SPLITS

LeakKind = Literal["group", "audio", "text"]

LEAK_KINDS: Final[tuple[LeakKind, ...]] = ("group", "audio", "text")
MIN_TEXT: Final = 4
"""Shorter normalised texts ("네", "감사합") are said by everybody and count as no leak."""

_EXAMPLES: Final = 3
_ALWAYS: Final = ("speaker", "call", "dialogue")


@dataclass(frozen=True)
class Example:
    """One value that occurs in several parts, and one id of each part."""

    value: str
    ids: dict[str, str]

    def __str__(self) -> str:
        where = ", ".join(f"{i} ({part})" for part, i in self.ids.items())
        value = self.value if len(self.value) <= 24 else self.value[:23] + "…"
        return f"{value!r}: {where}"


@dataclass(frozen=True)
class Leak:
    """Values of one column that occur in more than one part of a split.

    Attributes:
        kind: ``group`` (a speaker, a call …), ``audio`` (the same samples) or ``text``
            (the same normalised text).
        column: The column it was found in.
        count: How many values are in several parts.
        rows: How many rows hold them.
        examples: Up to three of them, those with the most rows first.
    """

    kind: LeakKind
    column: str
    count: int
    rows: int
    examples: tuple[Example, ...]

    def __str__(self) -> str:
        what = {"audio": "identical audio", "text": "the same text"}.get(
            self.kind, f"the same {self.column}"
        )
        values = f"{self.count} value{'s' * (self.count != 1)} with {self.rows} rows"
        return f"{what} in several parts: {values}"

    def data(self) -> dict[str, Any]:
        """The leak as plain data for YAML and JSON."""
        examples = [{"value": e.value, "ids": e.ids} for e in self.examples]
        return {
            "kind": self.kind,
            "column": self.column,
            "count": self.count,
            "rows": self.rows,
            "examples": examples,
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
    group rows at all, identical audio and identical normalised text. Dropped rows do not count.

    Args:
        corpus: The corpus.
        split: Columns ``id`` and ``split``.
        groups: Columns that the split was grouped by.
        min_text: Texts of fewer normalised characters are not compared.

    Returns:
        One leak for each column that has any; empty if nothing leaks.

    Example:
        >>> import tempfile
        >>> from malsori.corpus import CorpusSpec, write_corpus
        >>> rows = pl.DataFrame({"id": ["a", "b"], "text": ["불이 났어요", "불이 났어요!"]})
        >>> halves = pl.DataFrame({"id": ["a", "b"], "split": ["train", "test"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     spec = CorpusSpec(name="toy", adapter="table", tasks=())
        ...     corpus = write_corpus(folder, spec, rows)
        ...     print(*find_leaks(corpus, halves))
        the same text in several parts: 1 value with 2 rows
    """
    parts = split.filter(pl.col("split").is_in(SPLITS)).select("id", part="split")
    rows = corpus.utterances.join(parts, on="id", how="inner", maintain_order="left")
    found = [_find(rows, "group", column) for column in _group_columns(rows, groups)]
    found.append(_find(rows, "audio", "audio_hash"))
    found.append(_find(rows, "text", TEXT, min_text))
    return [leak for leak in found if leak is not None]


def _group_columns(rows: pl.DataFrame, groups: Sequence[str]) -> list[str]:
    """The columns whose values may not be shared; text has its own kind of leak."""
    columns = [column for column in groups if column != TEXT]
    for column in _ALWAYS:
        if column not in columns and group_rows(rows, column).count < rows.height:
            columns.append(column)
    return columns


def _find(rows: pl.DataFrame, kind: LeakKind, column: str, shortest: int = 0) -> Leak | None:
    table = rows.select("id", "part", value=values_of(rows, column)).drop_nulls("value")
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
