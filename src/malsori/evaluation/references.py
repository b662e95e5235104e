"""A run beside its simple references: their rows of the tables, and whether one of them is better.

A network that loses to a linear model on the same features has learned less than was there. Which
reference is compared is the best one at hand, so a difference that its interval does not show
is told as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace

import polars as pl

from malsori.evaluation.compare import Difference, difference, on_same_rows
from malsori.evaluation.evaluate import evaluate
from malsori.evaluation.intervals import Bootstrap
from malsori.evaluation.result import Evaluation, TaskResult
from malsori.notes import Note
from malsori.schema import Task, TaskKind

PRIOR = "prior"
"""The reference that knows only how often each class occurs."""
METRICS: Mapping[TaskKind, tuple[str, ...]] = {
    "nominal": ("uar", "skill"),
    "ordinal": ("qwk", "skill"),
    "multilabel": ("macro_f1", "skill"),
    "regression": ("ccc", "skill"),
}
"""By kind of task what is compared: how well it ranks, then also how well it is calibrated."""
_NAMES = {"ccc": "metric.ccc"}


def with_references(
    found: Evaluation,
    predictions: pl.DataFrame,
    references: pl.DataFrame | None,
    tasks: Mapping[str, Task],
    priors: Mapping[str, Sequence[float]],
    bootstrap: Bootstrap,
) -> Evaluation:
    """An evaluation with what the references reach in the same splits, and what follows from it.

    Args:
        found: Of the run.
        predictions: Of the run.
        references: In the same form, with a column `reference`; None leaves all as it is.
        tasks: By name.
        priors: Task → as `scoring.prior_of` gives it.
        bootstrap: How the intervals of `found` were made.
    """
    if references is None or not found.results:
        return found
    splits = list(dict.fromkeys(result.split for result in found.results))
    references = references.filter(pl.col("split").is_in(splits))
    results = [
        replace(result, reference=name, grouped_by=found.results[0].grouped_by)
        for name in references["reference"].unique(maintain_order=True)
        for result in _evaluated(_named(references, name), tasks, priors, bootstrap)
    ]
    # Every split in the order of the run's own, every task as it is declared.
    results.sort(key=lambda r: (splits.index(r.split), list(tasks).index(r.task.name)))
    beside = replace(found, references=tuple(results))
    notes = _notes(beside, predictions, references, priors, bootstrap)
    return replace(beside, findings=tuple(notes))


def _evaluated(
    frame: pl.DataFrame,
    tasks: Mapping[str, Task],
    priors: Mapping[str, Sequence[float]],
    bootstrap: Bootstrap,
) -> Sequence[TaskResult]:
    there = set(frame["task"].unique())
    mine = {name: task for name, task in tasks.items() if name in there}
    return evaluate(frame, mine, priors, **asdict(bootstrap)).results


def _named(references: pl.DataFrame, name: str) -> pl.DataFrame:
    return references.filter(pl.col("reference") == name).drop("reference")


def _notes(
    found: Evaluation,
    predictions: pl.DataFrame,
    references: pl.DataFrame,
    priors: Mapping[str, Sequence[float]],
    bootstrap: Bootstrap,
) -> Iterator[Note]:
    """For each split and task at most one finding: the first metric that shows it, or any."""
    fullest = {(r.split, r.task.name): r for r in reversed(found.results)}
    for network in reversed(fullest.values()):
        compared = []
        for metric in METRICS[network.task.kind]:
            best = _best(found.references, network, metric)
            if best is None:
                continue
            frames = (_named(references, str(best.reference)), predictions)
            rows = [_rows(frame, r) for frame, r in zip(frames, (best, network), strict=True)]
            same = on_same_rows(*rows)
            if same is not None:
                prior = priors[network.task.name]
                gap = difference(*same, network.task, prior, metric=metric, bootstrap=bootstrap)
                compared.append((best, gap))
        yield from [_note(best, network, gap) for best, gap in _ordered(compared)][:1]


def _best(references: Sequence[TaskResult], network: TaskResult, metric: str) -> TaskResult | None:
    """The reference with the highest value; None where even that is below the network's."""
    about = (network.split, network.task.name)
    mine = [r for r in references if (r.split, r.task.name) == about and r.reference != PRIOR]
    mine = [
        r for r in mine if r.labelled and r.numbers[metric].value > network.numbers[metric].value
    ]
    return max(mine, key=lambda r: r.numbers[metric].value, default=None)


def _rows(frame: pl.DataFrame, result: TaskResult) -> pl.DataFrame:
    about = (result.split, result.task.name, result.condition)
    columns = zip(("split", "task", "condition"), about, strict=True)
    return frame.filter(*(pl.col(name) == value for name, value in columns))


def _ordered(
    compared: Sequence[tuple[TaskResult, Difference]],
) -> list[tuple[TaskResult, Difference]]:
    """What is shown first; what is not even so on the same rows, not at all."""
    higher = [pair for pair in compared if pair[1].difference.value > 0]
    return sorted(higher, key=lambda pair: pair[1].verdict != "better")


def _note(best: TaskResult, network: TaskResult, gap: Difference) -> Note:
    simple = Note(f"reference.what.{best.reference}", {"condition": best.condition})
    fields = {
        "split": best.split,
        "task": best.task.name,
        "condition": best.condition,
        "reference": best.reference,
        "against": network.condition,
        "name": gap.metric,
        "simple": simple,
        "metric": Note(_NAMES.get(gap.metric, f"figure.metric.{gap.metric}")),
        "gain": gap.difference,
        "of_reference": gap.a.value,
        "of_network": gap.b.value,
    }
    return Note(f"reference.{'better' if gap.verdict == 'better' else 'as_good'}", fields)
