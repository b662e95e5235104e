"""Differences on the same rows: between runs, and between what one run hears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from malsori.errors import MalsoriError
from malsori.evaluation.compare import Difference, difference, on_same_rows
from malsori.evaluation.evaluate import ordered_conditions
from malsori.evaluation.intervals import Bootstrap
from malsori.schema import Task

RUN_METRICS: Mapping[str, Sequence[str]] = {
    "nominal": ("skill", "macro_f1", "accuracy"),
    "ordinal": ("skill", "macro_f1", "mae"),
    "multilabel": ("skill", "macro_f1", "subset_accuracy"),
    "regression": ("skill", "ccc", "mae"),
}
"""By kind of task: proper score, classes alike, and what a user would count."""


@dataclass(frozen=True)
class RunDifference:
    """A run against another one, on the same rows."""

    task: str
    a: str  # the run that is compared
    b: str  # the run that it is compared with
    found: Difference  # a − b


@dataclass(frozen=True)
class Loss:
    """What a run loses when it hears less, on the rows that have what is left."""

    task: str
    condition: str  # what is left
    missing: tuple[str, ...]  # modalities that are gone
    found: Difference  # in skill, everything − what is left


@dataclass(frozen=True)
class Compared:
    """One run's predictions and what they are scored with."""

    name: str
    predictions: pl.DataFrame
    tasks: Mapping[str, Task]
    priors: Mapping[str, Sequence[float]]


def run_differences(
    runs: Sequence[Compared], split: str, *, baseline: str | None, bootstrap: Bootstrap
) -> list[RunDifference]:
    """Every run against the one that fits each task.

    That is `baseline` where it is given. Without one it is the first run that learned the task
    alone (does learning together help?), and the first run that learned it if there is none.
    """
    found = []
    for task in dict.fromkeys(t for run in runs for t in run.tasks):
        having = [run for run in runs if task in run.tasks]
        other = _reference(having, baseline)
        if other is None:
            continue
        for run in having:
            if run is not other:
                found += _differences(run, other, task, split, bootstrap)
    return found


def _reference(having: Sequence[Compared], baseline: str | None) -> Compared | None:
    if baseline is not None:
        return next((run for run in having if run.name == baseline), None)
    alone = [run for run in having if len(run.tasks) == 1]
    return (alone or [*having])[0]


def _differences(
    a: Compared, b: Compared, task: str, split: str, bootstrap: Bootstrap
) -> list[RunDifference]:
    declared = a.tasks[task]
    frames = [fullest(run.predictions, split, task) for run in (a, b)]
    rows = on_same_rows(*frames)
    if rows is None or declared != b.tasks[task]:
        return []
    return [
        RunDifference(
            task,
            a.name,
            b.name,
            difference(*rows, declared, a.priors[task], metric=metric, bootstrap=bootstrap),
        )
        for metric in RUN_METRICS[declared.kind]
    ]


def losses(run: Compared, split: str, bootstrap: Bootstrap) -> list[Loss]:
    """What every condition of a run lacks against the fullest one, in skill."""
    found = []
    for name, task in run.tasks.items():
        mine = of(run.predictions, split, name)
        everything, *others = ordered_conditions(mine["condition"]) or [""]
        for condition in others:
            rows = on_same_rows(
                mine.filter(pl.col("condition") == everything),
                mine.filter(pl.col("condition") == condition),
            )
            if rows is None:
                continue
            gap = difference(*rows, task, run.priors[name], bootstrap=bootstrap)
            gone = tuple(m for m in everything.split("+") if m not in condition.split("+"))
            found.append(Loss(name, condition, gone, gap))
    return found


def of(predictions: pl.DataFrame, split: str, task: str) -> pl.DataFrame:
    """The rows of one task in one split."""
    return predictions.filter((pl.col("split") == split) & (pl.col("task") == task))


def fullest(predictions: pl.DataFrame, split: str, task: str) -> pl.DataFrame:
    """The rows of one task in one split under the condition with the most modalities."""
    mine = of(predictions, split, task)
    conditions = ordered_conditions(mine["condition"])
    return mine.filter(pl.col("condition") == conditions[0]) if conditions else mine


def check_baseline(baseline: str | None, names: Sequence[str]) -> None:
    """Refuses a baseline that is none of the runs."""
    if baseline is not None and baseline not in names:
        raise MalsoriError(
            f"--baseline {baseline} is none of the runs", hint=f"one of {', '.join(names)}"
        )
