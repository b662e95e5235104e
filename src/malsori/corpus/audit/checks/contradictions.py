"""The same signal with different labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import counted, of_all, some
from malsori.corpus.audit.targets import Target
from malsori.corpus.grouping import TEXT, values_of
from malsori.corpus.leaks import MIN_TEXT
from malsori.findings import MANY, Finding, found
from malsori.notes import Note


class Contradictions(Check[Case]):
    """Identical recordings with different labels cannot both be right.

    The same words may well be said with different feeling: that is worth a note, and a warning
    only where words are all there is.
    """

    def missing(self, case: Case) -> Note | None:
        """There must be labels."""
        return case.no_labels

    def examine(self, case: Case) -> Iterator[Finding]:
        """Compares the labels of equal sounds, then of texts in the form of their letters."""
        texts = values_of(case.rows, TEXT)
        texts = texts.set(texts.str.len_chars() < MIN_TEXT, None)
        for target in case.targets:
            yield from _sounds(case, target, case.rows["audio_hash"])
        for target in case.targets:
            if not _of_speakers(case, target):
                yield from _texts(case, target, texts)


def _of_speakers(case: Case, target: Target) -> bool:
    """Whether the label is one of speakers, such as gender: what they say does not matter."""
    table = pl.DataFrame({"who": case.rows["speaker"], "label": target.codes})
    table = table.filter(pl.col("who").is_not_null() & (pl.col("label") >= 0))
    classes = table.group_by("who").agg(pl.col("label").n_unique(), pl.len().alias("rows"))
    return bool(classes.height) and classes["label"].max() == 1 and classes["rows"].max() != 1


def _sounds(case: Case, target: Target, sounds: pl.Series) -> Iterator[Finding]:
    table = _mixed(sounds, target)
    if not table.height:
        return
    rows = int(table["rows"].sum())
    yield found(
        "audit.contradictions.sounds",
        "serious",
        target.name,
        numbers={"recordings": table.height, "rows": rows, "best_accuracy": _best(table)},
        rows_of=counted(rows),
        recordings_of=counted(table.height, "recording"),
        task=target.name,
        otherwise=True,
        examples=case.ids((sounds == table["value"][0]).fill_null(False).to_numpy()),
    )


def _texts(case: Case, target: Target, texts: pl.Series) -> Iterator[Finding]:
    table = _mixed(texts, target)
    if not table.height:
        return
    rows = int(table["rows"].sum())
    words_only = case.corpus.modalities == ["text"]
    yield found(
        "audit.contradictions.texts",
        "warning" if words_only and rows >= MANY * target.labelled else "note",
        target.name,
        numbers={"texts": table.height, "rows": rows, "best_accuracy": _best(table)},
        rows_of=of_all(rows, target.labelled, "labelled_row"),
        first=some([repr(str(text)[:16]) for text in table["value"].to_list()], 2),
        otherwise=True,
        examples=case.ids((texts == table["value"][0]).fill_null(False).to_numpy()),
    )


def _mixed(values: pl.Series, target: Target) -> pl.DataFrame:
    """Values with several classes: rows, and rows of their most frequent class; most rows first."""
    table = pl.DataFrame({"value": values, "label": target.codes}).filter(
        pl.col("value").is_not_null() & (pl.col("label") >= 0)
    )
    table = table.filter(pl.col("value").is_duplicated())
    counts = table.group_by("value", "label").len()
    whole = counts.group_by("value").agg(
        pl.col("len").sum().alias("rows"),
        pl.col("len").max().alias("most"),
        pl.len().alias("classes"),
    )
    return whole.filter(pl.col("classes") > 1).sort("rows", "value", descending=[True, False])


def _best(table: pl.DataFrame) -> float:
    """Share of the rows that any rule from value to class can get right."""
    most: Any = np.asarray(table["most"].to_numpy(), np.float64)
    return float(most.sum() / table["rows"].sum())
