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

from malsori.evaluation.scoring import Floats, row_scores
from malsori.schema import TaskKind

FEWEST: Final = 10
"""Of fewer labelled rows no temperature is fitted."""
LARGEST: Final = 20.0
"""A temperature lies between 1 / `LARGEST` and this."""
COOLER: Final = 10.0
SURER: Final = 100.0
"""Inverse variances of the normal priors of ln T above and below 0, see `fit`."""
_CELLS: Final = 2_000_000  # probabilities that a fit looks at; of more, rows evenly apart
_STEPS: Final = 32  # each shrinks the bracket to 0.618 of it: 1e-6 of ln T in the end
_GOLDEN: Final = (math.sqrt(5) - 1) / 2
_TINY: Final = 1e-30


def apply(kind: TaskKind, probabilities: ArrayLike, temperature: ArrayLike) -> NDArray[Any]:
    """Probabilities whose logits are divided by a temperature.

    Nominal: of each class. Ordinal: of P(y > k) at each threshold, which keeps their order.
    Multilabel: of each class by itself. Regression: unchanged.

    Args:
        kind: Of the task.
        probabilities: [N, K].
        temperature: Of all rows, or [N]. Above 1 makes them less sure; 1 everywhere changes no
            bit.

    Returns:
        [N, K] in the same floating type.

    Example:
        >>> apply("nominal", [[0.9, 0.1]], 2.0).round(3).tolist()
        [[0.75, 0.25]]
        >>> apply("ordinal", [[0.9, 0.0, 0.1]], 2.0).round(3).tolist()
        [[0.75, 0.0, 0.25]]
    """
    given, at = np.asarray(probabilities), np.asarray(temperature, np.float64).reshape(-1, 1)
    if kind == "regression" or (at == 1.0).all():
        return given
    p = given.astype(np.float64)
    if kind == "nominal":
        logits = np.log(np.maximum(p, _TINY)) / at
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        cooled = shares / shares.sum(axis=1, keepdims=True)
    elif kind == "multilabel":
        cooled = _cooled(p, 1.0 - p, at)
    else:
        cooled = _ordered(p, at)
    found: NDArray[Any] = cooled.astype(given.dtype)
    return found


def _ordered(p: Floats, at: Floats) -> Floats:
    # Both tails are summed from their own end, so that none is 1 minus nearly 1.
    below = p.cumsum(axis=1)[:, :-1]
    above = p[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    passed = np.minimum.accumulate(_cooled(above, below, at), axis=1)
    first, last = np.ones((len(p), 1)), np.zeros((len(p), 1))
    shares: Floats = np.hstack([first, passed]) - np.hstack([passed, last])
    return shares


def _cooled(yes: Floats, no: Floats, at: Floats) -> Floats:
    """Yes-or-no probabilities at another temperature."""
    logits = np.log(np.maximum(yes, _TINY)) - np.log(np.maximum(no, _TINY))
    cooled: Floats = 1.0 / (1.0 + np.exp(-logits / at))
    return cooled


def fit(kind: TaskKind, probabilities: ArrayLike, targets: ArrayLike) -> float | None:
    """The temperature at which held-out rows score best.

    A few dozen rows of a few speakers tell it badly, and they are those by which the epoch was
    chosen, so they flatter the network. So ln T is drawn to 0: towards surer (T below 1), where
    chance errs most and harms most, ten times as strongly as towards less sure. Some thousand rows
    outweigh both.

    Args:
        kind: Of the task.
        probabilities: [N, K].
        targets: [N], or [N, K] of a multilabel task; none missing.

    Returns:
        The temperature; None where there is none to fit: fewer than `FEWEST` rows, rows of one
        class only, or a regression task.

    Example:
        >>> sure = np.tile([[0.99, 0.01]], (400, 1))
        >>> round(fit("nominal", sure, [0] * 300 + [1] * 100), 1)
        3.7
    """
    y, p = np.asarray(targets), np.asarray(probabilities)
    if kind == "regression" or len(y) < FEWEST or (y == y[0]).all():
        return None
    every = -(-p.size // _CELLS)
    p, y = p[::every], y[::every]

    def cost(log: float) -> float:
        drawn = (COOLER if log > 0 else SURER) * log**2 / 2
        return float(row_scores(kind, apply(kind, p, math.exp(log)), y).sum()) + drawn

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
