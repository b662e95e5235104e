"""What to know of how a run's epoch and temperatures were chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from malsori.evaluation.show import UNITS
from malsori.notes import Note
from malsori.training.records import grouped_by

_FEW: Final = 2


def groups_in(predictions: pl.DataFrame) -> int | None:
    """How many groups the validation rows are of; None where rows have none."""
    groups = predictions.filter(pl.col("split") == "validation")["group"].drop_nulls()
    return groups.n_unique() or None


def cautions(state: Mapping[str, Any]) -> list[Note]:
    """The notes, out of what ``run.json`` says of a finished run.

    Example:
        >>> run = {"best_epoch": 1, "epochs": 9, "validation_groups": 2, "split": {"by": ["call"]}}
        >>> [note.key for note in cautions(run)]
        ['choice.few_groups', 'choice.first_epoch']
    """
    found = []
    count = state.get("validation_groups")
    if count is not None and count <= _FEW:
        column = grouped_by(state) or "group"
        named = {"units_count": count, "column": column.removeprefix("meta.")}
        unit = Note(f"unit.noun.{UNITS.get(column, 'value')}", named)
        found.append(Note("choice.few_groups", {"unit_count": count, "unit": unit}))
    if state.get("best_epoch") == 1 and state.get("epochs", 0) > 1:
        found.append(Note("choice.first_epoch"))
    for task, of in state.get("temperatures", {}).items():
        if set(of.values()) == {1.0}:
            found.append(Note("choice.no_temperature", {"task": task}))
    return found
