"""What the rows of a `GradMonitor` say."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

from malsori.balance.notes import notes_on
from malsori.balance.pairs import MEASUREMENTS, Pair, TaskGradient
from malsori.console import Column, Table, number
from malsori.notes import Note
from malsori.words import Words

Array = npt.NDArray[np.float64]

SCHEMA: dict[str, type[pl.DataType]] = {
    "step": pl.Int64,  # of the optimiser; the last one of a window
    "steps": pl.Int64,  # how many this row averages
    "space": pl.String,  # "parameters" or "representation"
    "group": pl.String,  # of parameters; "all" is all of them
    "task_i": pl.String,
    "task_j": pl.String,  # the same task: a squared norm
    "inner": pl.Float64,  # of batch gradients of the unweighted losses
    "unbiased": pl.Float64,  # estimate of the inner product of expected gradients
    "cosine": pl.Float64,
    "cosine_square": pl.Float64,  # mean of squares, for the spread within a window
    "conflict": pl.Float64,  # share of steps with a negative cosine
    "weight_i": pl.Float64,  # of the unweighted loss in the trunk's gradient
    "weight_j": pl.Float64,
}


@dataclass(frozen=True)
class MonitorSummary:
    """What a monitor saw.

    Example:
        >>> [Words().say(note) for note in MonitorSummary([], []).notes()]
        ['No step with two tasks was measured.']
    """

    gradients: Sequence[TaskGradient]  # by space, group and task
    pairs: Sequence[Pair]  # by space, group and two tasks

    def notes(self) -> list[Note]:
        """What is to be said, strength first; of the parameters if they were sampled."""
        spaces = {pair.space for pair in self.pairs}
        if not spaces:
            return [Note("gradient.none")]
        space = "parameters" if "parameters" in spaces else "representation"
        pairs = [p for p in self.pairs if (p.space, p.group) == (space, "all")]
        pairs.sort(key=lambda pair: -max(pair.weighted, 1 / pair.weighted))
        noise = {p.task: p.noise for p in self.gradients if (p.space, p.group) == (space, "all")}
        # Split works on the representation, which may see no conflict where the parameters do.
        engine = {
            frozenset((p.strong, p.weak)): p
            for p in self.pairs
            if p.space == "representation" != space
        }
        said = [
            note
            for pair in pairs
            for note in notes_on(pair, engine.get(frozenset((pair.strong, pair.weak))), noise)
        ]
        return [*said, Note("gradient.measured_on", {"space": space})]

    def table(self, words: Words) -> Table:
        """One row for each space, group and pair of tasks; what says nothing new is left out."""
        several = len({(p.strong, p.weak) for p in self.pairs}) > 1
        reweighted = any(f"{p.ratio:.1f}" != f"{p.weighted:.1f}" for p in self.pairs)
        left = ["space", "group", *(["tasks"] if several else [])]
        right = ["ratio", *(["weighted"] if reweighted else [])]
        right += ["share", "cosine", "conflicts", "noise", "steps"]
        title = words("gradient.table")
        if not several and self.pairs:
            title += f" ({self.pairs[0].strong} : {self.pairs[0].weak})"
        return Table(
            title,
            [
                *(words(f"gradient.head_{head}") for head in left),
                *(Column(words(f"gradient.head_{head}"), "right") for head in right),
            ],
            [[self._cells(pair, words)[h] for h in (*left, *right)] for pair in self.pairs],
            "\n".join(words(f"gradient.{key}") for key in ("table_note", "how_to_read")),
        )

    def _cells(self, pair: Pair, words: Words) -> dict[str, str]:
        found = {(g.space, g.group, g.task): g for g in self.gradients}
        strong, weak = (found[pair.space, pair.group, t] for t in (pair.strong, pair.weak))
        error = None if pair.error is None else 2 * pair.error
        return {
            "space": words(f"gradient.{pair.space}"),
            "group": words("gradient.all") if pair.group == "all" else pair.group,
            "tasks": f"{pair.strong} : {pair.weak}",
            "ratio": f"{pair.ratio:.1f}",
            "weighted": f"{pair.weighted:.1f}",
            "share": f"{_percent(strong.share)} : {_percent(weak.share)}",
            "cosine": f"{number(pair.cosine, 2)} ± {number(error, 2)}",
            "conflicts": _percent(pair.conflicts),
            "noise": f"{_percent(strong.noise)} : {_percent(weak.noise)}",
            "steps": str(pair.measurements),
        }


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def summarise(frame: pl.DataFrame) -> MonitorSummary:
    """Sums up the rows of a run.

    Args:
        frame: rows of `SCHEMA`; parts of one run may be put together.
    """
    gradients: list[TaskGradient] = []
    pairs: list[Pair] = []
    for (space, group), rows in frame.group_by("space", "group", maintain_order=True):
        found = _gradients(str(space), str(group), rows)
        gradients += found
        by_task = {each.task: each for each in found}
        for one, two in combinations(by_task, 2):
            pair = _pair(by_task[one], by_task[two], rows)
            if pair is not None:
                pairs.append(pair)
    return MonitorSummary(gradients, pairs)


def _gradients(space: str, group: str, rows: pl.DataFrame) -> list[TaskGradient]:
    own = rows.filter(pl.col("task_i") == pl.col("task_j"))
    found = {}
    for (task,), each in own.group_by("task_i", maintain_order=True):
        steps, inner = each["steps"].to_numpy(), each["inner"].to_numpy()
        weights = each["weight_i"].to_numpy()
        found[str(task)] = (
            float(np.sqrt(np.average(inner, weights=steps))),
            float(np.sqrt(np.average(inner * weights**2, weights=steps))),
            _noise(each),
        )
    total = sum(weighted**2 for _, weighted, _ in found.values())
    return [
        TaskGradient(
            space, group, task, norm, weighted, weighted**2 / total if total else 0.0, noise
        )
        for task, (norm, weighted, noise) in found.items()
    ]


def _noise(own: pl.DataFrame) -> float | None:
    both = own.filter(pl.col("unbiased").is_not_null())
    total = float(both["inner"].sum())
    if total <= 0:
        return None
    return float(np.clip(1 - float(both["unbiased"].sum()) / total, 0.0, 1.0))


def _pair(one: TaskGradient, two: TaskGradient, rows: pl.DataFrame) -> Pair | None:
    strong, weak = (one, two) if one.norm >= two.norm else (two, one)
    if weak.norm == 0 or weak.weighted == 0 or strong.weighted == 0:
        return None
    names = {one.task, two.task}
    mine = rows.filter(
        pl.col("task_i").is_in(names) & pl.col("task_j").is_in(names),
        pl.col("task_i") != pl.col("task_j"),
        pl.col("cosine").is_not_null(),
    )
    cosine, error = _mean_cosine(mine)
    conflicts = None
    if len(mine):
        conflicts = float(np.average(mine["conflict"].to_numpy(), weights=mine["steps"].to_numpy()))
    signal, signal_error = _signal(rows, one.task, two.task)
    return Pair(
        one.space,
        one.group,
        strong.task,
        weak.task,
        strong.norm / weak.norm,
        strong.weighted / weak.weighted,
        cosine,
        error,
        conflicts,
        int(mine["steps"].sum()),
        signal,
        signal_error,
    )


def _mean_cosine(rows: pl.DataFrame) -> tuple[float | None, float | None]:
    """Mean and standard error over all steps, windows put together."""
    if not len(rows):
        return None, None
    steps = rows["steps"].to_numpy()
    mean = float(np.average(rows["cosine"].to_numpy(), weights=steps))
    square = float(np.average(rows["cosine_square"].to_numpy(), weights=steps))
    count = int(steps.sum())
    if count < 2:
        return mean, None
    return mean, float(np.sqrt(max(square - mean**2, 0.0) / (count - 1)))


def _signal(rows: pl.DataFrame, one: str, two: str) -> tuple[float | None, float | None]:
    """Cosine of the expected gradients and its jackknife error; None where noise hides it."""
    samples = _unbiased(rows, one, two)
    count = len(samples)
    if count < MEASUREMENTS:
        return None, None
    sums = samples.sum(axis=0)
    left_out = np.array([_cosine_of(sums - sample) for sample in samples])
    whole = _cosine_of(sums)
    if not np.isfinite([whole, *left_out]).all():
        return None, None
    error = float(np.sqrt((count - 1) * np.mean((left_out - left_out.mean()) ** 2)))
    return float(np.clip(whole, -1.0, 1.0)), error


def _unbiased(rows: pl.DataFrame, one: str, two: str) -> Array:
    """`[steps, 3]`: squared norms of both and their inner product, where all are known."""
    both = rows.filter(
        pl.col("unbiased").is_not_null(),
        pl.col("task_i").is_in({one, two}),
        pl.col("task_j").is_in({one, two}),
    )
    found = []
    for _, step in both.group_by("step", maintain_order=True):
        value = {frozenset((i, j)): u for i, j, u in step["task_i", "task_j", "unbiased"].rows()}
        keys = [frozenset((one,)), frozenset((two,)), frozenset((one, two))]
        if all(key in value for key in keys):
            found.append([value[key] for key in keys])
    return np.array(found, dtype=np.float64).reshape(-1, 3)


def _cosine_of(sums: Array) -> float:
    if sums[0] <= 0 or sums[1] <= 0:
        return float("nan")
    return float(sums[2] / np.sqrt(sums[0] * sums[1]))
