"""Predictions at the temperatures of their run, see `temperature`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from malsori.evaluation import temperature
from malsori.evaluation.frame import Rows, arrays_of, is_known, labelled, lists, matrix
from malsori.evaluation.intervals import Bootstrap, Estimate
from malsori.evaluation.scoring import prior_scores, ratio_skill, row_scores
from malsori.schema import Task

Temperatures = Mapping[str, Mapping[str, float]]
"""Task → condition → temperature. A regression task has none."""

ADDED = ("raw_score", "temperature")
"""Columns beside the predictions: what a labelled row scored before, and its temperature."""


def fitted(predictions: pl.DataFrame, tasks: Mapping[str, Task]) -> dict[str, dict[str, float]]:
    """The temperatures that validation rows ask for, 1 where too few are labelled.

    What a network hears decides how sure it should be, so there is one for each condition.

    Args:
        predictions: As the network gave them; rows of other parts are left out.
        tasks: The tasks by name.
    """
    held = predictions.filter(pl.col("split") == "validation")
    found: dict[str, dict[str, float]] = {}
    for name, task in tasks.items():
        if task.kind == "regression":
            continue
        mine = held.filter(pl.col("task") == name)
        found[name] = {}
        for condition in mine["condition"].unique(maintain_order=True):
            rows = labelled(mine.filter(pl.col("condition") == condition), task)
            fit = temperature.fit(task.kind, rows.probabilities, rows.targets)
            found[name][condition] = 1.0 if fit is None else fit
    return found


def temperature_of(temperatures: Temperatures, task: str, condition: str) -> float:
    """The one of a condition; of one that was not measured, that of hearing everything.

    Example:
        >>> temperature_of({"urgency": {"speech+text": 1.5, "text": 2.0}}, "urgency", "speech")
        1.5
    """
    of = temperatures.get(task, {})
    return of.get(condition, next(iter(of.values()), 1.0))


def calibrated(
    predictions: pl.DataFrame, tasks: Mapping[str, Task], temperatures: Temperatures
) -> pl.DataFrame:
    """The same rows with calibrated probabilities; answers stay, see `temperature`.

    Args:
        predictions: As the network gave them.
        tasks: The tasks by name.
        temperatures: Of the run.

    Returns:
        The rows in their order, and the columns `ADDED`; null for regression tasks.
    """
    block = predictions.select(pl.struct("task", "condition").rle_id()).to_series()
    starts = [*block.unique_counts().cum_sum().shift(1, fill_value=0), len(block)]
    blocks = [predictions[a:b] for a, b in pairwise(starts)]
    return pl.concat([_cooled(rows, tasks, temperatures) for rows in blocks])


def _cooled(
    rows: pl.DataFrame, tasks: Mapping[str, Task], temperatures: Temperatures
) -> pl.DataFrame:
    """Rows of one task and condition."""
    task = tasks.get(rows["task"][0])
    if task is None or task.kind == "regression":
        return rows.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ADDED)
    at = temperature_of(temperatures, task.name, rows["condition"][0])
    dtype = lists(rows["probabilities"]).dtype
    inner = dtype.inner  # type: ignore[attr-defined]
    p = temperature.apply(task.kind, matrix(rows, "probabilities", task.width, inner), at)
    known = rows.select(is_known(rows)).to_series()
    targets, _, raw = arrays_of(rows.filter(known), task)
    scores = np.full(len(rows), np.nan)
    scores[known.to_numpy()] = row_scores(task.kind, raw, targets)
    return rows.with_columns(
        pl.Series("probabilities", p).arr.to_list().cast(dtype),
        pl.Series("raw_score", scores).fill_nan(None),
        pl.lit(at).alias("temperature"),
    )


def before(
    predictions: pl.DataFrame,
    rows: Rows,
    task: Task,
    prior: Sequence[float],
    bootstrap: Bootstrap,
) -> dict[str, Estimate]:
    """What the rows of one result were worth before their temperature.

    Args:
        predictions: Of one task, split and condition, maybe with the columns `ADDED`.
        rows: The labelled ones of them.
        task: The task.
        prior: From its training labels.
        bootstrap: How intervals are made.

    Returns:
        `raw_skill`, and `temperature` (of several runs at once their mean); nothing where none was
        applied.
    """
    if not {*ADDED} <= {*predictions.columns} or not len(rows.ids):
        return {}
    known = predictions.sort("id").filter(pl.col("raw_score").is_not_null())
    if len(known) != len(rows.ids):
        return {}
    of_prior = prior_scores(task.kind, prior, rows.targets)
    sums = np.column_stack([known["raw_score"].to_numpy(), of_prior])
    skill = bootstrap.estimate(sums, lambda s: ratio_skill(s[..., 0], s[..., 1]), rows.groups)
    at = known["temperature"].unique().mean()
    return {"raw_skill": skill, "temperature": Estimate(float(at))}  # type: ignore[arg-type]
