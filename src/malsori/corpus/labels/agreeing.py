"""How far the raters of a task agree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from malsori.corpus.columns import RATERS
from malsori.corpus.corpus import Corpus
from malsori.corpus.labels.coefficients import (
    Counts,
    Metric,
    class_kappas,
    fleiss_kappa,
    interval_alpha,
    krippendorff_alpha,
)
from malsori.corpus.spellings import one_form
from malsori.errors import MalsoriError
from malsori.schema import Task, UnknownLabel, nearest

_METRICS: Final[dict[str, tuple[Metric, ...]]] = {
    "nominal": ("nominal",),
    "ordinal": ("nominal", "ordinal", "interval"),
}


@dataclass(frozen=True)
class Agreement:
    """What raters have in common beyond chance; None where it is not defined."""

    task: str
    utterances: int  # those with two ratings or more; the others say nothing of agreement
    ratings: int  # of these utterances. An intensity beside a label is no rating of the task
    raters: int  # how many different ones
    unanimous: float | None  # share of these utterances whose ratings are all the same
    fleiss_kappa: float | None  # nominal and ordinal tasks
    # Krippendorff's, by metric: nominal tasks have ``nominal``, ordinal ones also ``ordinal``
    # and ``interval`` (ranks as numbers), regression ``interval``
    alpha: dict[str, float | None]
    by_class: dict[str, float | None]  # kappa of each class against all others

    def data(self) -> dict[str, Any]:
        """All of it for JSON."""
        return dict(vars(self))


def agreement(corpus: Corpus, task: str) -> Agreement:
    """Measure how far the raters of a task agree.

    Raises:
        MalsoriError: no such task, its raters are not known, it is multilabel, or a rating is no
            class (regression: no number).
    """
    chosen, column = rated_task(corpus, task)
    if chosen.kind == "multilabel":
        raise MalsoriError(
            f"task {task!r} is multilabel: agreement is measured where a rater gives one class"
        )
    ratings = _ratings(column, chosen)
    measured = _of_classes(ratings, chosen) if chosen.classes else _of_numbers(ratings)
    several = ratings.filter(pl.len().over("row") > 1)
    return Agreement(
        task=task,
        utterances=several["row"].n_unique(),
        ratings=several.height,
        raters=one_form(several["rater"]).n_unique(),
        unanimous=_unanimous(several),
        **measured,
    )


def task_of(corpus: Corpus, name: str) -> Task:
    """The task of a name; where there is none, the nearest is named."""
    if name not in corpus.tasks:
        hint = nearest(name, list(corpus.tasks))
        raise MalsoriError(f"corpus {corpus.name!r} has no task {name!r}", hint=hint)
    return corpus.tasks[name]


def rated_task(corpus: Corpus, task: str) -> tuple[Task, pl.Series]:
    """A task of a corpus and its column of raters."""
    chosen, rows = task_of(corpus, task), corpus.utterances
    if RATERS + task not in rows.columns or rows[RATERS + task].null_count() == rows.height:
        rated = [t for t in corpus.tasks if RATERS + t in rows.columns]
        raise MalsoriError(
            f"corpus {corpus.name!r} does not say who rated {task!r}",
            hint=f"the raters of {', '.join(rated)} are known"
            if rated
            else "it was published, or imported, without the ratings of single raters",
        )
    return chosen, rows[RATERS + task]


def _ratings(column: pl.Series, task: Task) -> pl.DataFrame:
    """One row for every rating that says something: ``row``, ``rater``, ``value``.

    A value is the rank of a class, or a number.
    """
    flat = column.alias("votes").to_frame().with_row_index("row").explode("votes")
    ratings = flat.unnest("votes").filter(pl.col("label").is_not_null())
    read = rated_index if task.classes else _number
    values = {label: float(read(task, label)) for label in ratings["label"].unique()}
    codes = pl.col("label").replace_strict(values, return_dtype=pl.Float64)
    return ratings.select("row", "rater", codes.alias("value"))


def _unanimous(ratings: pl.DataFrame) -> float | None:
    """Share of the rated utterances whose ratings are all the same."""
    if ratings.is_empty():
        return None
    different = ratings.group_by("row").agg(pl.col("value").n_unique())["value"]
    return int((different == 1).sum()) / len(different)


def _of_classes(ratings: pl.DataFrame, task: Task) -> dict[str, Any]:
    """The coefficients of a nominal or ordinal task, as ``Agreement`` names them."""
    units, width = _units(ratings), len(task.classes)
    cells = units * width + ratings["value"].to_numpy().astype(np.int64)
    flat = np.bincount(cells, minlength=width * (int(units.max(initial=-1)) + 1))
    counts = flat.reshape(-1, width).astype(np.int64)
    alphas = {metric: krippendorff_alpha(counts, metric) for metric in _METRICS[task.kind]}
    kappas = dict(zip(task.classes, class_kappas(counts).tolist(), strict=True))
    return {
        "fleiss_kappa": _defined(fleiss_kappa(counts)),
        "alpha": {metric: _defined(alpha) for metric, alpha in alphas.items()},
        "by_class": {c: _defined(kappa) for c, kappa in kappas.items()},
    }


def _of_numbers(ratings: pl.DataFrame) -> dict[str, Any]:
    """The coefficients of a regression task."""
    alpha = _defined(interval_alpha(_units(ratings), ratings["value"].to_numpy()))
    return {"fleiss_kappa": None, "alpha": {"interval": alpha}, "by_class": {}}


def _units(ratings: pl.DataFrame) -> Counts:
    """Which utterance each rating is of, numbered from 0."""
    return ratings["row"].rank("dense").cast(pl.Int64).to_numpy() - 1


def _number(task: Task, label: str) -> float:
    try:
        value = float(label)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise MalsoriError(f"task {task.name!r}: a rater gave {label!r}, which is no number")
    return value


def rated_index(task: Task, label: str) -> int:
    """The index of the class that a rater gave."""
    try:
        return task.index(label)
    except UnknownLabel as error:
        raise MalsoriError(
            f"task {task.name!r}: a rater gave {label!r}, which is no class", hint=error.hint
        ) from error


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else value
