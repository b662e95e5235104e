"""From predictions to numbers that can be believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import polars.selectors as cs
from numpy.typing import NDArray

from malsori.evaluation import frame, metrics, multilabel
from malsori.evaluation.calibrating import ADDED, before
from malsori.evaluation.frame import Rows
from malsori.evaluation.frame_checks import COLUMNS, LISTS, check
from malsori.evaluation.intervals import Bootstrap, Estimate
from malsori.evaluation.multilabel import LabelSums
from malsori.evaluation.resampling import RowSums, resampled
from malsori.evaluation.result import Evaluation, TaskResult
from malsori.evaluation.sums import AnySums, Metric
from malsori.schema import SPLITS, Task, TaskKind


def evaluate(
    predictions: pl.DataFrame,
    tasks: Mapping[str, Task],
    priors: Mapping[str, Sequence[float]],
    *,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
    grouped_by: str | None = None,
) -> Evaluation:
    """Every task in every split under every condition, with intervals over groups.

    Args:
        predictions: One row per utterance × task × condition: `id`, `split`, `group`,
            `condition`, `task`, `target` (class index or number, or null), `probabilities` (K
            numbers), `value` (predicted class index or number); for multilabel tasks `targets`
            and `values`, see `frame`; of calibrated ones also `calibrating.ADDED`.
        tasks: The tasks by name.
        priors: Per task, from the *training* labels (`scoring.prior_of`).
        resamples: Bootstrap resamples.
        seed: Of the bootstrap.
        confidence: Of the intervals.
        grouped_by: The column of the corpus whose values are in `group`, for words.

    Raises:
        MalsoriError: The predictions cannot be scored; the message names task and utterance.

    Example:
        >>> task = Task(name="mood", kind="nominal", classes=("calm", "upset"))
        >>> rows = pl.DataFrame({
        ...     "id": ["a", "b", "c"], "split": "test", "group": ["kim", "lee", "kim"],
        ...     "condition": "text", "task": "mood", "target": [0, 1, None],
        ...     "probabilities": [[0.9, 0.1], [0.4, 0.6], [0.5, 0.5]], "value": [0.0, 1.0, 0.0],
        ... })
        >>> found = evaluate(rows, {"mood": task}, {"mood": [0.5, 0.5]})
        >>> result = found.get("test", "text", "mood")
        >>> result.labelled, result.unlabelled, round(result.numbers["skill"].value, 3)
        (2, 1, 0.556)
    """
    check(predictions, tasks, priors)
    # Logits are as large as all the rest, and every choice of rows would copy them.
    predictions = predictions.select(cs.by_name(*COLUMNS, *LISTS, *ADDED, require_all=False))
    bootstrap = Bootstrap(resamples, seed, confidence)
    results = []
    for split in _ordered_splits(predictions):
        for name, task in tasks.items():
            here = (pl.col("split") == split) & (pl.col("task") == name)
            there = predictions.select("condition", "split", "task").filter(here)["condition"]
            for condition in ordered_conditions(there):
                chosen = here & (pl.col("condition") == condition)
                mine = predictions.filter(chosen)
                rows = frame.labelled(mine, task)
                where = {"split": split, "condition": condition}
                found = _result(rows, task, priors[name], bootstrap, **where)
                numbers = {**found.numbers, **before(mine, rows, task, priors[name], bootstrap)}
                results.append(replace(found, grouped_by=grouped_by, numbers=numbers))
    return Evaluation(tuple(results))


def ordered_conditions(conditions: pl.Series) -> list[str]:
    """The conditions, those with most modalities first.

    Example:
        >>> ordered_conditions(pl.Series(["text", "speech", "speech+text", "text"]))
        ['speech+text', 'speech', 'text']
    """
    return sorted(conditions.unique(), key=lambda c: (-c.count("+"), c))


def _ordered_splits(predictions: pl.DataFrame) -> list[str]:
    there = sorted(predictions["split"].unique())
    # Test first: it is what counts, and what is shown.
    return [*(s for s in reversed(SPLITS) if s in there), *(s for s in there if s not in SPLITS)]


def _result(
    rows: Rows,
    task: Task,
    prior: Sequence[float],
    bootstrap: Bootstrap,
    *,
    split: str,
    condition: str,
) -> TaskResult:
    by_row, units = RowSums(rows, task, prior, bootstrap.resamples), rows.units
    total = by_row.total()
    # Without a row there is nothing to draw: every number is NaN, and so is its interval.
    none = total.matrix()[None][:0]
    drawn = total.like(resampled([by_row], bootstrap).matrix()[:, 0] if units.count else none)

    def estimates(per_class: Metric | None) -> list[Estimate]:
        if per_class is None:
            return []
        columns = zip(per_class(total), per_class(drawn).T, strict=True)
        return [Estimate(float(v), *bootstrap.interval(c, units.count)) for v, c in columns]

    per_class = _PER_CLASS.get(task.kind, {})
    return TaskResult(
        split=split,
        condition=condition,
        task=task,
        labelled=len(rows.targets),
        unlabelled=rows.unlabelled,
        units=units,
        confidence=bootstrap.confidence,
        numbers={
            name: Estimate(float(metric(total)), *bootstrap.interval(metric(drawn), units.count))
            for name, metric in metrics.metrics_of(task.kind).items()
        },
        recalls=estimates(per_class.get("recall")),
        f1s=estimates(per_class.get("f1")),
        confusion=_confusion(rows, task, total),
        average_precisions=_average_precisions(rows, task),
    )


_BY_CLASS: Mapping[str, Metric] = {"recall": metrics.recalls, "f1": metrics.f1s}
_PER_CLASS: Mapping[TaskKind, Mapping[str, Metric]] = {
    "nominal": _BY_CLASS,
    "ordinal": _BY_CLASS,
    "multilabel": {"recall": multilabel.recalls, "f1": multilabel.f1s},
}


def _confusion(rows: Rows, task: Task, total: AnySums) -> NDArray[np.int64]:
    """[K, K], [K, 2, 2] for multilabel, [0, 0] for regression."""
    if isinstance(total, LabelSums):
        return np.rint(total.confusion()).astype(np.int64)
    width = 0 if task.kind == "regression" else task.width
    cells = rows.targets * width + rows.values if width else np.zeros(0, np.int64)
    return np.bincount(cells, minlength=width**2).reshape(width, width)


def _average_precisions(rows: Rows, task: Task) -> list[Estimate]:
    if task.kind != "multilabel":
        return []
    found = multilabel.average_precisions(rows.probabilities, rows.targets)
    return [Estimate(float(value)) for value in found]
