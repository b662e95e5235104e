"""One number that makes a task's probabilities as sure as they are right (Guo et al., 2017).

A network that goes on training becomes surer long after it has stopped becoming better, so its
probabilities may score below the class prior while it ranks well. Dividing its logits by one
temperature, fitted on validation rows, mends that and changes no answer: the likeliest class,
the middle of an ordered distribution and what is above one half all stay what they were.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from malsori.evaluation.scoring import row_scores
from malsori.schema import TaskKind

FEWEST: Final = 10
"""Of fewer labelled rows no temperature is fitted."""
LARGEST: Final = 20.0
"""A temperature lies between 1 / `LARGEST` and this."""
_CELLS: Final = 2_000_000  # probabilities that a fit looks at; of more, rows evenly apart
_STEPS: Final = 32  # each shrinks the bracket to 0.618 of it: 1e-6 of ln T in the end
_GOLDEN: Final = (math.sqrt(5) - 1) / 2
_TINY: Final = 1e-30


def apply(kind: TaskKind, probabilities: ArrayLike, temperature: float) -> NDArray[Any]:
    """Probabilities whose logits are divided by a temperature.

    Nominal: of each class. Ordinal: of P(y > k) at each threshold, which keeps their order.
    Multilabel: of each class by itself. Regression: unchanged.

    Args:
        kind: Of the task.
        probabilities: [N, K].
        temperature: Above 1 makes them less sure; 1 changes no bit.

    Returns:
        [N, K] in the same floating type.

    Example:
        >>> apply("nominal", [[0.9, 0.1]], 2.0).round(3).tolist()
        [[0.75, 0.25]]
        >>> apply("ordinal", [[0.9, 0.0, 0.1]], 2.0).round(3).tolist()
        [[0.75, 0.0, 0.25]]
    """
    given = np.asarray(probabilities)
    if kind == "regression" or temperature == 1.0:
        return given
    p = given.astype(np.float64)
    if kind == "nominal":
        logits = np.log(np.maximum(p, _TINY)) / temperature
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return (shares / shares.sum(axis=1, keepdims=True)).astype(given.dtype)
    if kind == "multilabel":
        return _cooled(p, 1.0 - p, temperature).astype(given.dtype)
    # Both tails are summed from their own end, so that none is 1 minus nearly 1.
    below = p.cumsum(axis=1)[:, :-1]
    above = p[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    passed = np.minimum.accumulate(_cooled(above, below, temperature), axis=1)
    ends = np.ones((len(p), 1)), np.zeros((len(p), 1))
    return (np.hstack([ends[0], passed]) - np.hstack([passed, ends[1]])).astype(given.dtype)


def _cooled(yes: NDArray[np.float64], no: NDArray[np.float64], temperature: float) -> Any:
    """Yes-or-no probabilities at another temperature."""
    logits = np.log(np.maximum(yes, _TINY)) - np.log(np.maximum(no, _TINY))
    return 1.0 / (1.0 + np.exp(-logits / temperature))


def fit(kind: TaskKind, probabilities: ArrayLike, targets: ArrayLike) -> float | None:
    """The temperature at which held-out rows score best.

    Few rows that are all right would ask for a temperature of 0. So ln T is drawn to 0, as weakly
    as a normal prior of width 1 does: that counts less than one row.

    Args:
        kind: Of the task.
        probabilities: [N, K].
        targets: [N], or [N, K] of a multilabel task; none missing.

    Returns:
        The temperature; None where there is none to fit: fewer than `FEWEST` rows, rows of one
        class only, or a regression task.

    Example:
        >>> sure = np.tile([[0.99, 0.01]], (40, 1))
        >>> round(fit("nominal", sure, [0] * 30 + [1] * 10), 1)
        3.7
    """
    y, p = np.asarray(targets), np.asarray(probabilities)
    if kind == "regression" or len(y) < FEWEST or (y == y[0]).all():
        return None
    every = -(-p.size // _CELLS)
    p, y = p[::every], y[::every]

    def cost(log: float) -> float:
        return float(row_scores(kind, apply(kind, p, math.exp(log)), y).sum()) + log**2 / 2

    return math.exp(_least(cost, -math.log(LARGEST), math.log(LARGEST)))


def _least(cost: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one valley is least, by golden sections."""
    inner = [high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)]
    costs = [cost(x) for x in inner]
    for _ in range(_STEPS):
        if costs[0] <= costs[1]:
            high, inner[1], costs[1] = inner[1], inner[0], costs[0]
            inner[0] = high - _GOLDEN * (high - low)
            costs[0] = cost(inner[0])
        else:
            low, inner[0], costs[0] = inner[0], inner[1], costs[1]
            inner[1] = low + _GOLDEN * (high - low)
            costs[1] = cost(inner[1])
    return inner[0] if costs[0] <= costs[1] else inner[1]
