"""How a page calls a row: by its id, or by a number where ids tell who, where or which label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from malsori.corpus.telling import told_by_ids, words_of
from malsori.evaluation.frame import ids_of
from malsori.report.facts.errors import Mistake, TaskErrors
from malsori.report.facts.errors_numbers import FarOff
from malsori.schema import Task


@dataclass(frozen=True)
class RowNames:
    """How the rows of a page are called."""

    told: tuple[str, ...] = ()  # what is written in the ids: path, file, columns, tasks
    shown: bool = True  # whether the rows are called by their ids


def told_in(predictions: pl.DataFrame, tasks: Mapping[str, Task]) -> list[str]:
    """What the predictions alone let one see in their ids: a path, a group, a class.

    Runs of today record what the whole corpus says; this is for those of before.
    """
    rows = predictions.unique("id", keep="first", maintain_order=True)
    rows = rows.select("id", pl.col("group").cast(pl.String).alias("speaker"))
    found = ["group" if what == "speaker" else what for what in told_by_ids(rows)]
    words = words_of(rows["id"].str.to_lowercase())
    return found + [
        name for name, task in tasks.items() if words & {c.lower() for c in task.classes}
    ]


def numbers_of(predictions: pl.DataFrame, split: str) -> dict[str, str]:
    """Id → what a row is called without it: `malsori evaluate RUN --row 7` says who is #7."""
    return {name: f"#{k}" for k, name in enumerate(ids_of(predictions, split), 1)}


def by_numbers(
    errors: Mapping[str, TaskErrors], predictions: pl.DataFrame, split: str
) -> dict[str, TaskErrors]:
    """The same errors, each row called by its number among those of its part."""
    numbers = numbers_of(predictions, split)

    def mistake(one: Mistake) -> Mistake:
        return replace(one, id=numbers[one.id])

    def far(one: FarOff) -> FarOff:
        return replace(one, id=numbers[one.id])

    return {
        task: replace(
            found,
            mistakes=tuple(map(mistake, found.mistakes)),
            numbers=found.numbers
            and replace(found.numbers, far=tuple(map(far, found.numbers.far))),
        )
        for task, found in errors.items()
    }
