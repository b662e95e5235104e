"""Is one model better than another, on the same rows?

Two models that are right about the same easy rows differ far less surely than their separate
intervals suggest, so the difference is resampled as a pair: each draw of the groups is applied
to both. Predictions of several seeds are joined by averaging the metric over seeds inside each
draw, and the seeds are drawn too, so the interval holds both kinds of chance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from malsori.errors import MalsoriError
from malsori.evaluation import frame
from malsori.evaluation.frame import Rows
from malsori.evaluation.frame_checks import check, check_columns
from malsori.evaluation.intervals import Bootstrap, Estimate, Units
from malsori.evaluation.metrics import metric_named
from malsori.evaluation.resampling import RowSums, resampled
from malsori.notes import Note
from malsori.schema import Task, group_name

Floats = NDArray[np.float64]
Predictions = pl.DataFrame | Sequence[pl.DataFrame]

LESS_IS_BETTER = frozenset({"score", "mae"})


@dataclass(frozen=True)
class Difference:
    """Two models on the same rows.

    Attributes:
        metric: What is compared.
        a: The first, with its own interval.
        b: The second, with its own interval.
        difference: a − b, with the paired interval.
        labelled: Rows compared.
        units: What was resampled.
        seeds: How many seeds a and b were averaged over.

    Example:
        >>> one, both = Estimate(0.6, 0.5, 0.7), Estimate(0.0, -0.1, 0.1)
        >>> Difference("uar", one, one, both, 9, Units.of([None] * 9), (1, 1)).verdict
        'same'
    """

    metric: str
    a: Estimate
    b: Estimate
    difference: Estimate
    labelled: int
    units: Units
    seeds: tuple[int, int]

    @property
    def shown(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.difference.low > 0 or self.difference.high < 0

    @property
    def verdict(self) -> Literal["better", "worse", "same"]:
        """What a is, as far as the interval allows to say."""
        if not self.shown:
            return "same"
        less = self.metric in LESS_IS_BETTER
        return "better" if (self.difference.value > 0) != less else "worse"

    def note(self, task: str, a: str, b: str) -> Note:
        """The finding in a sentence.

        Example:
            >>> one, both = Estimate(0.6, 0.5, 0.7), Estimate(0.0, -0.1, 0.1)
            >>> found = Difference("skill", one, one, both, 9, Units.of([None] * 9), (1, 1))
            >>> from malsori.words import Words
            >>> print(Words().say(found.note("mood", "A", "B")))
            mood: between A and B no difference is shown: 0.000 [-0.10, 0.10] in skill (0.600 ...
        """
        about = {"task": task, "run": a, "against": b, "name": self.metric}
        numbers = {"difference_a": self.a.value, "difference_b": self.b.value}
        fields = {**about, **numbers, "difference": self.difference}
        return Note(f"difference.{self.verdict}", fields)

    def data(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "metric": self.metric,
            "a": self.a.data(),
            "b": self.b.data(),
            "difference": self.difference.data(),
            "labelled": self.labelled,
            "unit": self.units.unit,
            "units": self.units.count,
            "seeds": list(self.seeds),
        }


def difference(
    a: Predictions,
    b: Predictions,
    task: Task,
    prior: Sequence[float],
    *,
    metric: str = "skill",
    bootstrap: Bootstrap | None = None,
) -> Difference:
    """One metric of two models on the same rows, and the interval of a − b.

    Each of `a` and `b` is a predictions frame of one split and one condition, or a list of
    them, one for each seed. The conditions of a and b may differ: both modalities against one
    of them is a comparison like any other. With equally many seeds, seed i of a is paired with
    seed i of b.

    Args:
        a: Predictions of the first model; other tasks in the frame are left out.
        b: Predictions of the second, of the same utterances.
        task: The task.
        prior: From the training labels (`scoring.prior_of`).
        metric: Name of a metric of the task's kind.
        bootstrap: How the interval is made; 1,000 resamples at 95 % by default.

    Raises:
        MalsoriError: Frames that cannot be scored, of several splits or conditions, or whose
            labelled utterances, targets or groups differ; an unknown metric.

    Example:
        >>> task = Task(name="t", kind="nominal", classes=("x", "y"))
        >>> rows = pl.DataFrame({
        ...     "id": [str(i) for i in range(20)], "split": "test", "group": None,
        ...     "condition": "text", "task": "t", "target": [0, 1] * 10,
        ...     "probabilities": [[0.9, 0.1], [0.2, 0.8]] * 10, "value": [0.0, 1.0] * 10,
        ... })
        >>> worse = rows.with_columns(value=pl.lit(0.0))
        >>> d = difference(rows, worse, task, [0.5, 0.5], metric="accuracy")
        >>> d.a.value, d.b.value, d.difference.value, d.shown
        (1.0, 0.5, 0.5, True)
    """
    bootstrap = bootstrap or Bootstrap()
    first, second = _Seeds.of(a, task, prior), _Seeds.of(b, task, prior)
    _check_same(first.rows, second.rows, task)
    value_a, value_b = first.value(metric), second.value(metric)
    drawn_a, drawn_b = first.drawn(metric, bootstrap), second.drawn(metric, bootstrap)
    units = first.rows.units

    def estimate(value: float, drawn: Floats) -> Estimate:
        return Estimate(value, *bootstrap.interval(drawn, units.count))

    return Difference(
        metric=metric,
        a=estimate(value_a, drawn_a),
        b=estimate(value_b, drawn_b),
        difference=estimate(value_a - value_b, drawn_a - drawn_b),
        labelled=len(first.rows.ids),
        units=units,
        seeds=(len(first.sums), len(second.sums)),
    )


def on_same_rows(a: pl.DataFrame, b: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Both frames, only the labelled utterances that are in both; None if there are none.

    Example:
        >>> frame = pl.DataFrame({"id": ["a", "b", "c"], "target": [0, 1, None]})
        >>> [len(part) for part in on_same_rows(frame, frame.head(1))]
        [1, 1]
    """
    a, b = a.filter(frame.is_known(a)), b.filter(frame.is_known(b))
    a, b = a.join(b.select("id"), on="id", how="semi"), b.join(a.select("id"), on="id", how="semi")
    return (a, b) if len(a) else None


def over_seeds(
    predictions: Sequence[pl.DataFrame],
    task: Task,
    prior: Sequence[float],
    *,
    metric: str = "skill",
    bootstrap: Bootstrap | None = None,
) -> Estimate:
    """The mean of a metric over seeds, with an interval over groups and seeds.

    Few seeds show little of how much seeds matter: two to four make the interval too narrow
    in that part.

    Args:
        predictions: One frame a seed, of the same utterances, one split and one condition.
        task: The task.
        prior: From the training labels (`scoring.prior_of`).
        metric: Name of a metric of the task's kind.
        bootstrap: How the interval is made.

    Raises:
        MalsoriError: As `difference`.
    """
    bootstrap = bootstrap or Bootstrap()
    seeds = _Seeds.of(predictions, task, prior)
    interval = bootstrap.interval(seeds.drawn(metric, bootstrap), seeds.rows.units.count)
    return Estimate(seeds.value(metric), *interval)


@dataclass(frozen=True)
class _Seeds:
    """The same rows predicted by several seeds."""

    task: Task
    rows: Rows
    sums: Sequence[RowSums]

    @classmethod
    def of(cls, predictions: Predictions, task: Task, prior: Sequence[float]) -> _Seeds:
        frames = [predictions] if isinstance(predictions, pl.DataFrame) else list(predictions)
        if not frames:
            raise MalsoriError("there are no predictions to compare")
        every = [_rows(f, task, prior) for f in frames]
        for other in every[1:]:
            _check_same(every[0], other, task)
        return cls(task, every[0], [RowSums(rows, task, prior) for rows in every])

    def value(self, metric: str) -> float:
        compute = metric_named(self.task.kind, metric)
        return float(np.mean([compute(sums.total()) for sums in self.sums]))

    def drawn(self, metric: str, bootstrap: Bootstrap) -> Floats:
        """[R] the mean over drawn seeds, for each draw of the units."""
        compute, units, count = (
            metric_named(self.task.kind, metric),
            self.rows.units,
            len(self.sums),
        )
        if not units.count:
            return np.full(bootstrap.resamples, np.nan)
        draws = bootstrap.resamples * count
        values = compute(resampled([replace(s, draws=draws) for s in self.sums], bootstrap))
        # Apart from the units' stream, and the same for two models with equally many seeds.
        rng = np.random.default_rng([bootstrap.seed, 1])
        chosen = rng.integers(0, count, values.shape)
        mean: Floats = np.take_along_axis(values, chosen, axis=1).mean(axis=1)
        return mean


def _rows(predictions: pl.DataFrame, task: Task, prior: Sequence[float]) -> Rows:
    """The labelled rows of one frame."""
    check_columns(predictions)
    mine = predictions.filter(pl.col("task") == task.name)
    check(mine, {task.name: task}, {task.name: prior})
    for column in ("split", "condition"):
        there = sorted(mine[column].unique())
        if len(there) > 1:
            raise MalsoriError(
                f"predictions of task {task.name!r} are of several {column}s: {', '.join(there)}",
                hint=f"filter to one {column} before comparing",
            )
    return frame.labelled(mine, task)


def _check_same(a: Rows, b: Rows, task: Task) -> None:
    if a.ids != b.ids:
        only = sorted(set(a.ids) ^ set(b.ids))
        raise MalsoriError(
            f"task {task.name!r}: the two predictions are of different utterances: {len(only)} are "
            f"labelled in one of them only, the first is {only[0]!r}",
            hint="compare models on the same rows",
        )
    checks: list[tuple[str, Callable[[Rows], list[Any]]]] = [
        ("targets", lambda rows: rows.targets.tolist()),
        ("groups", lambda rows: [group_name(group or "") for group in rows.groups]),
    ]
    for what, get in checks:
        differ = [i for i, x, y in zip(a.ids, get(a), get(b), strict=True) if x != y]
        if differ:
            raise MalsoriError(
                f"task {task.name!r}: {len(differ)} utterances have other {what} in the second "
                f"predictions, the first is {differ[0]!r}"
            )
