"""One penalised linear model for each kind of task."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from malsori.evaluation.scoring import ABSENT, prior_of
from malsori.schema import Task

Floats = NDArray[np.float64]
Matrix = Any  # `[N, D]`, an array or a sparse matrix

_STEPS = 100  # of the optimiser; a weak penalty that wants more is not the one that is chosen


@dataclass(frozen=True)
class Model:
    """A fitted model; what it says has the form of a network's answer."""

    task: Task
    prior: Floats  # of the rows it was fitted on
    parts: tuple[Any, ...]  # of scikit-learn, None where these rows are all the same

    def __call__(self, x: Matrix) -> Floats:
        """Probabilities `[N, task.width]`, or numbers `[N, 1]`."""
        if self.task.kind == "regression":
            (ridge,) = self.parts
            return _numbers(ridge, x, self.prior[0])[:, None]
        if self.task.kind == "nominal":
            (model,) = self.parts
            return _classes(model, x, self.prior)
        yes = [_chance(part, x) for part in self.parts]
        if self.task.kind == "multilabel":
            return np.stack(yes, axis=1)
        # Thresholds are fitted each by itself (Frank and Hall, 2001), so they may cross a little.
        above = np.minimum.accumulate(np.stack(yes, axis=1), axis=1)
        edges = np.concatenate([np.ones((len(above), 1)), above, np.zeros((len(above), 1))], axis=1)
        return -np.diff(edges, axis=1)


def fit(task: Task, x: Matrix, y: NDArray[Any], c: float, *, within: float = 1e-4) -> Model:
    """Fits to labelled rows.

    Nominal: logistic regression over the classes. Ordinal: one for each threshold. Multilabel:
    one for each class. Regression: ridge.

    Args:
        task: Says what `y` is.
        x: `[N, D]`.
        y: Labels as `corpus.targets.encode` gives them, all known.
        c: The inverse of the penalty, as scikit-learn has it; of ridge, its inverse is `alpha`.
        within: How exactly a logistic regression is solved, scikit-learn's `tol`.

    Example:
        >>> task = Task(name="t", kind="ordinal", classes=("a", "b", "c"))
        >>> x = np.repeat([[-1.0], [0.0], [1.0]], 20, axis=0)
        >>> fit(task, x, np.repeat([0, 1, 2], 20), 1.0)(x).argmax(axis=1)[::20].tolist()
        [0, 1, 2]
    """
    prior = prior_of(task, y)
    if task.kind == "regression":
        return Model(task, prior, (_ridge(x, y, c),))
    if task.kind == "nominal":
        return Model(task, prior, (_logistic(x, y, c, within),))
    if task.kind == "multilabel":
        return Model(task, prior, tuple(_binary(x, column == 1, c, within) for column in y.T))
    over = range(len(task.classes) - 1)
    return Model(task, prior, tuple(_binary(x, y > k, c, within) for k in over))


def _binary(x: Matrix, yes: NDArray[np.bool_], c: float, within: float) -> Any:
    """A logistic regression; of rows that all say the same, how often they would say otherwise."""
    found = _logistic(x, yes, c, within)
    if found is not None:
        return found
    return (yes.sum() + ABSENT * (not yes.any())) / (len(yes) + ABSENT)


def _chance(part: Any, x: Matrix) -> Floats:
    if isinstance(part, float | np.floating):
        return np.full(x.shape[0], float(part))
    found: Floats = part.predict_proba(x)[:, 1].astype(np.float64)
    return found


def _logistic(x: Matrix, y: NDArray[Any], c: float, within: float) -> Any:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - slow to load

    if len(np.unique(y)) < 2:
        return None
    with _quiet():
        return LogisticRegression(C=c, max_iter=_STEPS, tol=within).fit(x, y)


def _classes(model: Any, x: Matrix, prior: Floats) -> Floats:
    """`[N, K]`; a class that the rows did not have keeps its share of the prior."""
    if model is None:
        return np.tile(prior, (x.shape[0], 1))
    met = np.asarray(model.classes_, dtype=np.int64)
    found: Floats = np.tile(prior, (x.shape[0], 1))
    found[:, met] = model.predict_proba(x) * prior[met].sum()
    found /= found.sum(axis=1, keepdims=True)
    return found


def _ridge(x: Matrix, y: NDArray[Any], c: float) -> Any:
    from sklearn.linear_model import Ridge  # noqa: PLC0415

    if len(np.unique(y)) < 2:
        return None
    with _quiet():
        return Ridge(alpha=1 / c).fit(x, y)


def _numbers(ridge: Any, x: Matrix, mean: float) -> Floats:
    if ridge is None:
        return np.full(x.shape[0], mean)
    found: Floats = ridge.predict(x).astype(np.float64)
    return found


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the advice to take more steps, or that a matrix is singular: a penalty is chosen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
