"""The same sound or words twice, and what their labels say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import polars as pl

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.saying import agree, of_all, some
from malsori.corpus.audit.targets import Target
from malsori.corpus.counting import counted
from malsori.corpus.grouping import TEXT, values_of
from malsori.corpus.leaks import MIN_TEXT
from malsori.findings import Finding, Prescription

_MANY: Final = 0.05  # of the rows


class Duplicates(Check):
    """Identical recordings with different labels cannot both be right.

    The same words may well be said with different feeling: that is worth a note, and a warning
    only where words are all there is.

    Example:
        >>> Duplicates().id
        'duplicates'
    """

    def examine(self, case: Case) -> Iterator[Finding]:
        """Compares hashes of sounds, then texts in the form of their letters."""
        sounds = case.rows["audio_hash"]
        known = sounds.drop_nulls()
        again = int(known.is_duplicated().sum())
        if again:
            for target in case.targets:
                yield from _contradicting_sounds(case, target, sounds)
            yield _repeated(case, sounds, again, len(known))
        texts = values_of(case.rows, TEXT)
        texts = texts.set(texts.str.len_chars() < MIN_TEXT, None)
        for target in case.targets:
            if not _of_speakers(case, target):
                yield from _contradicting_texts(case, target, texts)


def _of_speakers(case: Case, target: Target) -> bool:
    """Whether the label is one of speakers, such as gender: what they say does not matter."""
    table = pl.DataFrame({"who": case.rows["speaker"], "label": target.codes})
    table = table.filter(pl.col("who").is_not_null() & (pl.col("label") >= 0))
    classes = table.group_by("who").agg(pl.col("label").n_unique(), pl.len().alias("rows"))
    return bool(classes.height) and classes["label"].max() == 1 and classes["rows"].max() != 1


def _repeated(case: Case, sounds: pl.Series, again: int, total: int) -> Finding:
    copies = again - sounds.filter(sounds.is_duplicated()).drop_nulls().n_unique()
    return Finding(
        "duplicates",
        "warning" if copies >= _MANY * total else "note",
        "speech",
        f"{of_all(again, total, 'recording')} share every sample with another one: "
        f"{counted(copies, 'copy', 'copies')} too many",
        numbers={"rows": again, "copies": copies, "of": total},
        cause="the same file under two names, or delivered twice",
        prescription=Prescription("leave copies out, or split so that they stay together"),
        examples=case.ids((sounds.is_duplicated() & sounds.is_not_null()).to_numpy()),
    )


def _contradicting_sounds(case: Case, target: Target, sounds: pl.Series) -> Iterator[Finding]:
    table = _mixed(sounds, target)
    if not table.height:
        return
    rows = int(table["rows"].sum())
    yield Finding(
        "duplicates",
        "serious",
        target.name,
        f"{counted(rows, 'row')} of {counted(table.height, 'recording')} have every sample in "
        f"common and different labels of {target.name}",
        numbers={"recordings": table.height, "rows": rows, "best_accuracy": _best(table)},
        cause="labelled twice, or labels of other rows",
        prescription=Prescription("find which label is right, or leave these rows out"),
        examples=case.ids((sounds == table["value"][0]).fill_null(False).to_numpy()),
    )


def _contradicting_texts(case: Case, target: Target, texts: pl.Series) -> Iterator[Finding]:
    table = _mixed(texts, target)
    if not table.height:
        return
    rows, best = int(table["rows"].sum()), _best(table)
    words_only = case.corpus.modalities == ["text"]
    first = [repr(str(text)[:16]) for text in table["value"].to_list()]
    yield Finding(
        "duplicates",
        "warning" if words_only and rows >= _MANY * target.labelled else "note",
        target.name,
        f"{counted(table.height, 'text')} in {of_all(rows, target.labelled, 'labelled row')} "
        f"{agree(table.height, 'occurs', 'occur')} under several classes "
        f"({some(first, 2)}): words alone get at most {best:.2f} of these rows right",
        numbers={"texts": table.height, "rows": rows, "best_accuracy": best},
        cause="the same words are said with different feeling, or labels differ by rater",
        prescription=Prescription("expect less of text than of speech; keep texts together"),
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
