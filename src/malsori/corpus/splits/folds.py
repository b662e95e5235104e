"""The splits of one request: its folds, one for each group that is left out, and inner folds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import polars as pl

from malsori.corpus.columns import META
from malsori.corpus.counting import counted, few
from malsori.corpus.splits.dividing import Assignment, Rows, divide_folds, name_parts
from malsori.corpus.splits.options import Range
from malsori.errors import MalsoriError
from malsori.notes import Note
from malsori.words import Words

_MOST: Final = 500
"""More splits than this are a request that was not meant: one for each call, say."""


@dataclass(frozen=True)
class Fold:
    """One split to be: its name, the part of each row, and what sets it apart from the others."""

    name: str
    parts: Assignment  # part of each row ``[N]``
    # ``tests`` (the group or range that is tested), or ``inside`` (the name of the outer
    # split) and ``inner_fold``; empty where there is nothing to say
    said: dict[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()  # what a user should know of it

    @property
    def inner(self) -> bool:
        """Whether it lies within the training part of another split."""
        return "inside" in self.said


def number_folds(name: str, parts: Sequence[Assignment]) -> list[Fold]:
    """Folds called NAME-0, NAME-1 and so on."""
    return [Fold(f"{name}-{k}", fold) for k, fold in enumerate(parts)]


def leave_one_out(name: str, values: pl.Series, rows: Rows) -> list[Fold]:
    """One fold for each value of a column, in natural order (``s9`` before ``s10``).

    Rows without a value are never tested, since nobody knows whose they are; they train. Where
    the split is grouped by further columns, training rows that share a value of any of them
    with the tested rows are dropped.

    Args:
        name: Of the splits; they are called NAME-0, NAME-1 …
        values: The column, in the order of ``rows``.
        rows: The rows; the first column of their groups is this one.
    """
    found = sorted(values.drop_nulls().unique().to_list(), key=natural)
    if len(found) < 2:
        raise MalsoriError(
            f"{values.name} has {counted(len(found), 'value')}: none of them can be left out",
            hint="leave out the values of a column that has two or more",
        )
    if len(found) > _MOST:
        raise MalsoriError(
            f"leaving out each {values.name} once would make {len(found):,} splits",
            hint=f"make folds of several each: --by {values.name} --folds 10",
        )
    folds = []
    for k, value in enumerate(found):
        held = (values == value).fill_null(value=False).to_numpy()
        folds.append(Fold(f"{name}-{k}", _held_out(held, rows), {"tests": str(value)}))
    return folds


def _held_out(held: np.ndarray[Any, np.dtype[np.bool_]], rows: Rows) -> Assignment:
    """The held-out rows are tested; rows that share a value of any column with them dropped."""
    shared = held.copy()
    for column in rows.codes.T:
        shared |= np.isin(column, column[held])
    return name_parts(held, ~shared)


def by_ranges(name: str, values: pl.Series, rows: Rows, ranges: Sequence[Range]) -> list[Fold]:
    """One fold for each range of the numbers in a column; what is in no range is for training.

    A range without rows, or with all of them (only a part of a corpus was downloaded), is left
    out and said so. Rows whose value holds no number are dropped, and so are those that share a
    group with the range.
    """
    numbers = np.array([_number(value) for value in values.cast(pl.String).to_list()])
    lost = int(np.isnan(numbers).sum())
    column = values.name.removeprefix(META)
    left_out: list[Note] = []
    folds: list[Fold] = []
    for k, (first, last) in enumerate(ranges):
        held = (numbers >= first) & (numbers <= last)
        said = {"column": column, "range": f"{first}–{last}"}
        if not held.any():
            left_out.append(Note("split.no_rows", said))
            continue
        parts = np.where(np.isnan(numbers), "dropped", _held_out(held, rows)).astype(object)
        if "train" not in parts:
            left_out.append(Note("split.no_training", said))
            continue
        number = "" if len(ranges) == 1 else f"-{k}"
        folds.append(Fold(f"{name}{number}", parts, {"tests": f"{values.name} {first}–{last}"}))
    if not folds:
        raise _none_possible(values, left_out)
    dropped = [Note("split.dropped", {"n": lost, "column": column})] if lost else []
    return [replace(fold, notes=(*dropped, *left_out)) for fold in folds]


def _none_possible(values: pl.Series, why: Sequence[Note]) -> MalsoriError:
    """What is there, why none of the usual splits can be made from it, and what can."""
    column = values.name.removeprefix(META)
    there = sorted(values.drop_nulls().unique().to_list(), key=natural)
    lines = [f"the corpus has {column} {few(there)}, of which none of the splits can be made:"]
    return MalsoriError(
        "\n".join([*lines, *(f"  {Words().say(note)}" for note in why)]),
        hint=f"import the rest of the corpus too, or divide what there is: --by {column}"
        + (f", or --leave-one-out {column}" if len(there) > 2 else ""),
    )


def _number(value: str | None) -> float:
    digits = re.search(r"\d+", value or "")
    return float(digits.group()) if digits else np.nan


def with_partners(folds: Sequence[Fold], pairs: pl.Series) -> list[Fold]:
    """Makes the rest of the tested rows' groups the validation part."""
    done = []
    for fold in folds:
        tested = pairs.filter(pl.Series(fold.parts == "test")).drop_nulls().unique()
        near = pairs.is_in(tested.implode()).fill_null(value=False).to_numpy()
        near &= fold.parts == "train"
        done.append(replace(fold, parts=np.where(near, "validation", fold.parts)))
    return done


def inner_folds(fold: Fold, rows: Rows, count: int, seed: int) -> Iterator[Fold]:
    """Folds inside the rows that a split trains and validates on, to choose settings by.

    What the split tests is in none of their parts. Every other row is in validation once
    (crossed: at most once).

    Yields:
        Folds called NAME.0, NAME.1 …
    """
    inside = np.isin(fold.parts, ("train", "validation"))
    try:
        divided = divide_folds(rows.take(inside), count, seed)
    except MalsoriError as error:
        raise MalsoriError(
            f"split {fold.name!r} has no inner folds: {error.message}", hint=error.hint
        ) from error
    for k, (held, kept) in enumerate(divided):
        parts = np.full(len(fold.parts), "dropped", dtype=object)
        parts[inside] = np.where(held, "validation", np.where(kept, "train", "dropped"))
        yield Fold(f"{fold.name}.{k}", parts, {"inside": fold.name, "inner_fold": k})


def natural(value: object) -> list[tuple[int, int, str]]:
    """A key that sorts numbers inside of names by their size.

    Example:
        >>> sorted(["s10", "s9", "a1"], key=natural)
        ['a1', 's9', 's10']
    """
    pieces = re.split(r"(\d+)", str(value))
    return [(1, int(p), "") if p.isdigit() else (0, 0, p) for p in pieces if p]
