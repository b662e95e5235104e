"""Watches the gradients of the tasks in what they share; changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from torch import Tensor

from malsori.balance.engines.base import Step
from malsori.balance.halves import Measured, measure, total_of
from malsori.balance.summary import SCHEMA
from malsori.errors import MalsoriError

Array = npt.NDArray[np.float64]
_Key = tuple[str, str]


class GradMonitor:
    """Inner products of the tasks' gradients as long rows, in two spaces that are always named.

    `representation`: gradients of the shared representation, which `Split` has at hand, from
    every step, averaged over windows. `parameters`: exact gradients of the shared parameters,
    sampled every so many steps, with estimates free of batch noise. Neither touches gradients,
    global random numbers or the engine, so a run with and one without are the same bit for bit.

    Args:
        every: steps between two samples of `parameters`.
        window: steps that one row of `representation` averages.
        seed: of the dealing of rows into halves.

    Raises:
        MalsoriError: `every` or `window` < 1.

    Example:
        >>> import torch
        >>> weight = torch.ones(2, requires_grad=True)
        >>> losses = {"a": torch.eye(2) @ weight, "b": -3 * torch.eye(2) @ weight}
        >>> valid = {task: torch.ones(2, dtype=torch.bool) for task in losses}
        >>> monitor = GradMonitor(every=10)
        >>> [monitor.parameters(step, losses, valid, [weight]) for step in (0, 1)]
        [True, False]
        >>> monitor.frame().select("task_i", "task_j", "inner", "cosine").rows()
        [('a', 'a', 0.5, 1.0), ('a', 'b', -1.5, -1.0), ('b', 'b', 4.5, 1.0)]
    """

    def __init__(self, *, every: int = 50, window: int = 50, seed: int = 0) -> None:
        if every < 1 or window < 1:
            raise MalsoriError(f"monitor: every={every} and window={window} must be ≥ 1")
        self.every = every
        self.window = window
        self.seed = seed
        self._rows: list[dict[str, Any]] = []
        self._open: dict[_Key, list[float]] = {}
        self._last = -1

    def due(self, step: int) -> bool:
        """Whether this step is sampled by `parameters`."""
        return step % self.every == 0

    def parameters(
        self,
        step: int,
        losses: Mapping[str, Tensor],
        valid: Mapping[str, Tensor],
        parameters: Mapping[str, Sequence[Tensor]] | Sequence[Tensor],
        weights: Mapping[str, float] | None = None,
    ) -> bool:
        """Samples the gradients of the shared parameters, if the step is due.

        Call it between forward and `backward`, while the graph of the losses is alive. See
        `malsori.balance.halves.measure` for what it costs and what it assumes.

        Args:
            step: of the optimiser.
            losses: by task the unweighted losses of the rows `[B]`.
            valid: by task bool `[B]`, True where a row has a label.
            parameters: what the tasks share; by group, to have rows for each group too.
            weights: by task what its loss is multiplied by in the trunk, 1 if not said
                (`Split.applied` has it, of the latest step).

        Returns:
            Whether it was due.
        """
        if not self.due(step):
            return False
        groups = parameters if isinstance(parameters, Mapping) else {"all": parameters}
        found = measure(losses, valid, groups, np.random.default_rng([self.seed, step]))
        if len(found) > 1:
            found["all"] = total_of(found)
        for group, measured in found.items():
            self._rows += _parameter_rows(step, group, measured, weights or {})
        return True

    def representation(self, step: int, record: Step | None) -> None:
        """Takes up what `Split` recorded of a step, its `last`; None is no record."""
        if record is None:
            return
        if self._open and step // self.window != self._last // self.window:
            self.flush()
        self._last = step
        # The stated weights are inside the Gramian; rows are about unweighted losses.
        counts = np.where(record.stated > 0, record.stated, np.nan)
        gramian = record.gramian / counts / counts[:, None]
        cosines = _cosines(gramian)
        applied = record.applied
        for i, j in _pairs(len(record.tasks)):
            if np.isfinite(cosines[i, j]):
                key = (record.tasks[i], record.tasks[j])
                cosine, inner = float(cosines[i, j]), float(gramian[i, j])
                new = [1.0, inner, cosine, cosine**2, cosine < 0, applied[key[0]], applied[key[1]]]
                old = self._open.get(key, [0.0] * len(new))
                self._open[key] = [a + float(b) for a, b in zip(old, new, strict=True)]

    def flush(self) -> None:
        """Closes the open window of `representation`; call it at the end of a run."""
        for (task_i, task_j), (count, *sums) in self._open.items():
            means = [value / count for value in sums]
            inner, cosine, square, conflict, weight_i, weight_j = means
            self._rows.append(
                _row("representation", self._last, "all", (task_i, task_j))
                | {"steps": int(count), "inner": inner, "unbiased": None, "cosine": cosine}
                | {"cosine_square": square, "conflict": conflict}
                | {"weight_i": weight_i, "weight_j": weight_j}
            )
        self._open = {}

    def frame(self) -> pl.DataFrame:
        """All closed rows that were not taken, see `malsori.balance.summary.SCHEMA`."""
        return pl.DataFrame(self._rows, schema=SCHEMA)

    def take(self) -> pl.DataFrame:
        """The same rows, which are then forgotten: for writing a run in parts."""
        taken, self._rows = self.frame(), []
        return taken

    def state_dict(self) -> dict[str, Any]:
        """Rows not yet taken and the open window, as plain Python values."""
        window = [[*key, *sums] for key, sums in self._open.items()]
        return {"rows": [dict(row) for row in self._rows], "window": window, "last": self._last}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Takes up a saved state."""
        self._rows = [dict(row) for row in state["rows"]]
        self._open = {(i, j): list(sums) for i, j, *sums in state["window"]}
        self._last = state["last"]


def _pairs(count: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(count) for j in range(i, count)]


def _cosines(gramian: Array) -> Array:
    """NaN where a gradient is zero or not finite."""
    norm = np.sqrt(np.diagonal(gramian))
    with np.errstate(divide="ignore", invalid="ignore"):
        cosines: Array = gramian / norm / norm[:, None]
    np.fill_diagonal(cosines, np.where(np.isfinite(np.diagonal(cosines)), 1.0, np.nan))
    return cosines


def _row(space: str, step: int, group: str, tasks: _Key) -> dict[str, Any]:
    return {
        "step": step,
        "space": space,
        "group": group,
        "task_i": tasks[0],
        "task_j": tasks[1],
    }


def _parameter_rows(
    step: int, group: str, measured: Measured, weights: Mapping[str, float]
) -> list[dict[str, Any]]:
    cosines = _cosines(measured.inner)
    rows = []
    for i, j in _pairs(len(measured.tasks)):
        if not np.isfinite(measured.inner[i, j]):
            continue
        tasks = (measured.tasks[i], measured.tasks[j])
        unbiased, cosine = float(measured.unbiased[i, j]), float(cosines[i, j])
        known = bool(np.isfinite(cosine))
        rows.append(
            _row("parameters", step, group, tasks)
            | {"steps": 1, "inner": float(measured.inner[i, j])}
            | {"unbiased": unbiased if np.isfinite(unbiased) else None}
            | {"cosine": cosine if known else None, "cosine_square": cosine**2 if known else None}
            | {"conflict": float(cosine < 0) if known else None}
            | {"weight_i": weights.get(tasks[0], 1.0), "weight_j": weights.get(tasks[1], 1.0)}
        )
    return rows
