"""Predictions at the temperatures of their run, see `temperature`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl

from malsori.evaluation import temperature
from malsori.evaluation.frame import Rows, arrays_of, is_known, labelled, lists, matrix
from malsori.evaluation.intervals import Bootstrap, Estimate
from malsori.evaluation.scoring import prior_scores, ratio_skill, row_scores
from malsori.schema import Task

Temperatures = Mapping[str, Mapping[str, float]]
"""Task → condition → temperature. A regression task has none."""

CELLS: Final = 1 << 21  # rows × classes that a temperature is fitted on
ROWS: Final = 4096  # calibrated at a time, as many as are predicted
ADDED = ("raw_score", "temperature")
"""Columns beside the predictions: what a labelled row scored before, and its temperature."""


def fitted(predictions: pl.DataFrame, tasks: Mapping[str, Task]) -> dict[str, dict[str, float]]:
    """The temperatures that validation rows ask for, 1 where too few are labelled.

    What a network hears decides how sure it should be, so there is one for each condition.

    Args:
        predictions: As the network gave them; rows of other parts are left out.
        tasks: The tasks by name.
    """
    light = predictions.select("id", "split", "condition", "task")
    fit_on = with_heard(light).with_row_index("at").filter(
        pl.col("split") == "validation", pl.col("heard") == pl.col("condition")
    )  # fmt: skip
    found: dict[str, dict[str, float]] = {}
    for name, task in tasks.items():
        if task.kind == "regression":
            continue
        mine = fit_on.filter(pl.col("task") == name)
        found[name] = {}
        for condition in mine["condition"].unique(maintain_order=True):
            at = mine.filter(pl.col("condition") == condition)["at"]
            # One number needs not all rows of very many classes: some stand for them.
            at = at.gather_every(-(-len(at) * task.width // CELLS))
            known = labelled(predictions[at], task)
            fit = temperature.fit(task.kind, known.probabilities, known.targets)
            found[name][condition] = 1.0 if fit is None else fit
    return found


def with_heard(predictions: pl.DataFrame) -> pl.DataFrame:
    """Adds what was heard of each row, which may be less than its condition allows.

    A row that lacks a modality is not predicted from it alone, so the others tell.

    Example:
        >>> rows = pl.DataFrame({"id": ["a", "b", "a", "b", "a"], "split": "test",
        ...     "condition": ["speech+text", "speech+text", "speech", "speech", "text"]})
        >>> with_heard(rows)["heard"].to_list()
        ['speech+text', 'speech', 'speech', 'speech', 'text']
    """
    alone = predictions.lazy().select("id", "split", "condition").unique()
    alone = alone.filter(~pl.col("condition").str.contains("+", literal=True))
    only = (
        alone.group_by("id", "split")
        .agg(pl.col("condition").unique())
        .filter(pl.col("condition").list.len() == 1)
    )
    only = only.select("id", "split", heard=pl.col("condition").list.first())
    joined = (
        predictions.select("id", "split", "condition")
        .lazy()
        .join(only, on=["id", "split"], how="left", maintain_order="left")
    )
    return predictions.with_columns(
        joined.select(pl.coalesce("heard", "condition").alias("heard")).collect()
    )


def temperature_of(temperatures: Temperatures, task: str, condition: str) -> float:
    """The one of a condition; of one that was not measured, that of hearing everything.

    Example:
        >>> temperature_of({"urgency": {"speech+text": 1.5, "text": 2.0}}, "urgency", "speech")
        1.5
    """
    of = temperatures.get(task, {})
    return of.get(condition, next(iter(of.values()), 1.0))


def calibrated(
    predictions: pl.DataFrame,
    tasks: Mapping[str, Task],
    temperatures: Temperatures,
    heard: pl.Series | None = None,
) -> pl.DataFrame:
    """The same rows with calibrated probabilities; answers stay, see `temperature`.

    Args:
        predictions: As the network gave them.
        tasks: The tasks by name.
        temperatures: Of the run.
        heard: As `with_heard` finds it, where these are some of the rows only.

    Returns:
        The rows in their order, and the columns `ADDED`; null for regression tasks.
    """
    block = predictions.select(pl.struct("task", "condition").rle_id()).to_series()
    starts = [*block.unique_counts().cum_sum().shift(1, fill_value=0), len(block)]
    rows_heard = (
        with_heard(predictions) if heard is None else predictions.with_columns(heard.alias("heard"))
    )
    parts = [
        rows_heard[a : min(a + ROWS, end)]
        for start, end in pairwise(starts)
        for a in range(start, end, ROWS)
    ]
    if not parts:
        nothing = [pl.lit(None, pl.Float64).alias(name) for name in ADDED]
        return predictions.with_columns(nothing)
    return pl.concat([_cooled(rows, tasks, temperatures) for rows in parts]).drop("heard")


def beside(
    frames: Iterable[pl.DataFrame], column: pl.Series
) -> Iterator[tuple[pl.DataFrame, pl.Series]]:
    """Each of several frames with its rows of a column that stands beside all of them."""
    start = 0
    for frame in frames:
        yield frame, column[start : start + len(frame)]
        start += len(frame)


def _cooled(
    rows: pl.DataFrame, tasks: Mapping[str, Task], temperatures: Temperatures
) -> pl.DataFrame:
    """Rows of one task and condition."""
    task = tasks.get(rows["task"][0])
    if task is None or task.kind == "regression":
        return rows.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ADDED)
    of = {heard: temperature_of(temperatures, task.name, heard) for heard in set(rows["heard"])}
    at = np.array([of[heard] for heard in rows["heard"]])
    dtype = lists(rows["probabilities"]).dtype
    raw = matrix(rows, "probabilities", task.width, dtype.inner)  # type: ignore[attr-defined]
    known = rows.select(is_known(rows)).to_series()
    targets, _, of_known = arrays_of(rows.filter(known), task)
    scores = np.full(len(rows), np.nan)
    scores[known.to_numpy()] = row_scores(task.kind, of_known, targets)
    cooled = temperature.apply(task.kind, raw, at)
    return rows.with_columns(
        pl.Series("probabilities", cooled).arr.to_list().cast(dtype),
        pl.Series("raw_score", scores).fill_nan(None),
        pl.Series("temperature", at),
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
        `raw_skill`, and `temperature` (where rows have several, their median); nothing where none
        was applied.
    """
    if not {*ADDED} <= {*predictions.columns} or not len(rows.ids):
        return {}
    known = predictions.sort("id").filter(pl.col("raw_score").is_not_null())
    if len(known) != len(rows.ids):
        return {}
    of_prior = prior_scores(task.kind, prior, rows.targets)
    sums = np.column_stack([known["raw_score"].to_numpy(), of_prior])
    skill = bootstrap.estimate(sums, lambda s: ratio_skill(s[..., 0], s[..., 1]), rows.groups)
    at = float(np.median(known["temperature"].to_numpy()))
    return {"raw_skill": skill, "temperature": Estimate(at)}
