"""Which epoch's weights are kept: those with which no task is far below its own best.

A mean over tasks drowns one: an easy task that rises by 0.5 pays for a hard one that falls far
below 0. So an epoch is judged by its *regret*: how far the worst placed task is below the best
that this task has reached in any epoch so far. The epoch of least regret is kept; of two with the
same, the one of larger mean, and then of larger skill. A task alone has no regret at its own best
epoch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from malsori.errors import MalsoriError
from malsori.evaluation.metrics import metric_named, metrics_of
from malsori.recipe_parts import Stop
from malsori.schema import Task, nearest
from malsori.training.tally import Scores

Values = Mapping[str, float | None]
"""Task → what an epoch is chosen by, more is better; None where it is undefined."""

_LESS_IS_BETTER: Final = ("score", "mae")
_OF_NO_MODEL: Final = ("prior_score", "majority_accuracy", "majority_subset_accuracy")


def criteria(stop: Stop | None, tasks: Mapping[str, Task]) -> dict[str, str]:
    """Task → the metric that its epochs are judged by; `skill` where the recipe names none.

    Raises:
        MalsoriError: A task that is not trained, or a metric that tasks of its kind do not have.

    Example:
        >>> mood = Task(name="a", kind="nominal", classes=("x", "y"))
        >>> criteria(Stop(on={"a": "uar"}), {"a": mood, "b": Task(name="b", kind="regression")})
        {'a': 'uar', 'b': 'skill'}
    """
    stop = stop or Stop()
    named = stop.on if isinstance(stop.on, dict) else dict.fromkeys(tasks, stop.on)
    for field, names in (("on", named), ("weights", stop.weights)):
        for name in names:
            if name not in tasks:
                raise MalsoriError(
                    f"training.stop.{field}: {name!r} is not among the recipe's tasks",
                    hint=nearest(name, list(tasks)),
                )
    for name, metric in named.items():
        _check(tasks[name], metric)
    return {name: named.get(name, "skill") for name in tasks}


def _check(task: Task, metric: str) -> None:
    try:
        metric_named(task.kind, metric)
        if metric not in _OF_NO_MODEL:
            return
        found = MalsoriError(f"{metric} says nothing of a model")
    except MalsoriError as error:
        found = error
    there = ", ".join(name for name in metrics_of(task.kind) if name not in _OF_NO_MODEL)
    raise MalsoriError(
        f"training.stop.on: {found.message} (task {task.name!r})",
        hint=f"there is: {there}; or name a metric for each task: on: {{{task.name}: skill}}",
    )


def values_of(scores: Scores, criteria: Mapping[str, str]) -> dict[str, float | None]:
    """What an epoch is chosen by, out of its validation scores.

    Skill counts after a temperature was fitted on the same rows, so that an epoch is not thrown
    away for being too sure, which is mended at the end.

    Example:
        >>> values_of({"a": {"skill": -0.1, "calibrated": 0.2, "mae": 0.5}}, {"a": "skill"})
        {'a': 0.2}
    """
    found: dict[str, float | None] = {}
    for task, metric in criteria.items():
        value = scores[task]["calibrated" if metric == "skill" else metric]
        found[task] = -value if value is not None and metric in _LESS_IS_BETTER else value
    return found


def raised(tops: Mapping[str, float], values: Values) -> dict[str, float]:
    """The best of every task so far, an epoch's values counted in."""
    known = {task: value for task, value in values.items() if value is not None}
    return {**tops, **{t: max(v, tops.get(t, -math.inf)) for t, v in known.items()}}


def better(
    new: Values,
    kept: Values,
    tops: Mapping[str, float],
    weights: Mapping[str, float],
    skills: tuple[float, float] = (0.0, 0.0),
) -> bool:
    """Whether an epoch is to be kept in the place of another.

    Args:
        new: Of the epoch.
        kept: Of the one that is kept.
        tops: The best of every task, `new` counted in.
        weights: Task → how much its regret counts; 1 where none is named, 0 not at all.
        skills: Mean skill of both: on few rows many epochs have the same UAR.

    Example:
        >>> easy, hard = {"easy": 0.74, "hard": -0.24}, {"easy": 0.70, "hard": 0.20}
        >>> better(hard, easy, {"easy": 0.74, "hard": 0.20}, {})
        True
    """
    ranks = (_rank(values, tops, weights) for values in (new, kept))
    mine, other = zip(ranks, skills, strict=True)
    return mine > other


def _rank(values: Values, tops: Mapping[str, float], weights: Mapping[str, float]) -> list[float]:
    """Less regret first, then the larger mean; a task that is undefined here is infinitely low."""
    counts = {task: weights.get(task, 1.0) for task in tops if weights.get(task, 1.0)}
    regret, total = 0.0, 0.0
    for task, weight in counts.items():
        value = values.get(task)
        regret = max(regret, math.inf if value is None else weight * (tops[task] - value))
        total += 0.0 if value is None else weight * value
    return [-regret, total]
