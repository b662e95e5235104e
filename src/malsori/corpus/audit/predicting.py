"""How well one column tells a label of rows it has not seen, and whether that is chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from malsori.corpus.audit.targets import Codes, Target

Floats = np.ndarray[Any, np.dtype[np.float64]]

MOST_BINS: Final = 12
FEWEST_GROUPS: Final = 5
SURE: Final = 1e-4
"""Largest chance of a false alarm in one test; an audit makes some hundred of them."""

_FOLDS: Final = 5
_CELLS: Final = 2_000_000  # values × classes, or rows × classes, at a time
_PRIOR_WEIGHT: Final = 3.0  # rows: a value that was seen once or twice says little


@dataclass(frozen=True)
class Prediction:
    """What a column tells of a label, on rows whose group was held out."""

    skill: float  # 1 - log loss / log loss of the class prior; 0 tells nothing, 1 tells all
    accuracy: float  # share of rows whose most likely class is theirs
    majority: float  # the same, of the prior
    chance: float  # probability that a column that tells nothing looks at least like this, 0 … 1
    rows: int  # labelled rows that were scored
    groups: int  # independent groups among them

    @property
    def real(self) -> bool:
        """Whether it is no chance."""
        return self.skill > 0 and self.chance < SURE

    def data(self) -> dict[str, Any]:
        """The numbers by name, for a finding."""
        return dict(vars(self))


def predict(
    values: Codes, target: Target, groups: Codes, *, within: bool = False, seed: int = 0
) -> Prediction | None:
    """Scores a column as a predictor of a label, cross-validated in five folds.

    The share of each class among the training rows of the same value, drawn towards the prior
    by three rows' weight, is scored by its log loss on held-out rows and compared with the prior.
    Groups (speakers, calls) are held out whole, so a column that only names them tells nothing,
    and the doubt is computed over groups, whose rows are not independent.

    Args:
        values: the column's value of each row ``[N]`` int64, 0 or more.
        target: what is to be predicted.
        groups: ``[N]`` int64; rows of one group belong together.
        within: hold out rows instead of groups: does the group itself tell the label?
        seed: of the folds.

    Returns:
        None with fewer than 5 groups, or fewer than 20 labelled rows.
    """
    known = np.flatnonzero(target.codes >= 0)
    labels, column = target.codes[known], _dense(values[known])
    clusters = _dense(groups[known])
    count = int(clusters.max(initial=-1)) + 1
    if count < FEWEST_GROUPS or len(known) < 20:
        return None
    folds = _folds(np.arange(len(known)) if within else clusters, seed)
    loss, prior, right, usual = _score(column, labels, folds, len(target.classes))
    if prior.sum() <= 0:
        return None
    return Prediction(
        skill=float(1 - loss.sum() / prior.sum()),
        accuracy=float(right.mean()),
        majority=float(usual.mean()),
        chance=_chance(np.bincount(clusters, prior - loss, count).astype(np.float64)),
        rows=len(known),
        groups=count,
    )


def bins_of(values: Floats, rows: int) -> tuple[Codes, Floats]:
    """Cuts numbers into ranges of equally many rows: more rows, more ranges, at most twelve.

    Args:
        values: ``[N]``; NaN where not known.
        rows: how many rows will be learned from; the ranges' number is its cube root.

    Returns:
        The range of each value, in order, one more where it is not known; and the inner edges.
    """
    count = int(np.clip(round(rows ** (1 / 3)), 3, MOST_BINS))
    known = np.isfinite(values)
    edges = np.unique(np.quantile(values[known], np.arange(1, count) / count))
    codes = np.searchsorted(edges, np.nan_to_num(values), side="right")
    return np.where(known, codes, len(edges) + 1).astype(np.int64), edges


def _score(
    column: Codes, labels: Codes, folds: Codes, classes: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Of each row: its loss and the prior's, and whether either is right."""
    loss, prior, right, usual = (np.zeros(len(labels)) for _ in range(4))
    shares = []
    for fold in range(_FOLDS):
        out = folds == fold
        seen = np.bincount(labels[~out], minlength=classes) + 0.5
        shares.append(seen / seen.sum())
        prior[out] = -np.log(shares[fold][labels[out]])
        usual[out] = shares[fold].argmax() == labels[out]
    # Some values at a time: a column may have one for every other row, and hundreds of classes.
    step = max(1, _CELLS // classes)
    for start in range(0, int(column.max(initial=0)) + 1, step):
        mine = np.flatnonzero((column >= start) & (column < start + step))
        told = _told(column[mine] - start, labels[mine], folds[mine], shares)
        loss[mine], right[mine] = told
    return loss, prior, right, usual


def _told(
    column: Codes, labels: Codes, folds: Codes, shares: Sequence[Floats]
) -> tuple[Floats, Floats]:
    """Of each row: what it costs to tell its class from the column, and whether that is right."""
    classes, loss, right = len(shares[0]), np.zeros(len(labels)), np.zeros(len(labels))
    cells, size = column * classes + labels, (int(column.max(initial=0)) + 1) * classes
    whole = np.bincount(cells, minlength=size)
    for fold in range(_FOLDS):
        held = np.flatnonzero(folds == fold)
        table = (whole - np.bincount(cells[held], minlength=size)).reshape(-1, classes)
        for out in np.array_split(held, 1 + len(held) * classes // _CELLS):
            told = table[column[out]] + _PRIOR_WEIGHT * shares[fold]
            told /= told.sum(axis=1, keepdims=True)
            loss[out] = -np.log(told[np.arange(len(out)), labels[out]])
            right[out] = told.argmax(axis=1) == labels[out]
    return loss, right


def _folds(units: Codes, seed: int) -> Codes:
    """The fold of each row; rows of one unit are in the same."""
    order = np.random.default_rng(seed).permutation(int(units.max(initial=0)) + 1)
    return (order % _FOLDS)[units]


def _chance(gains: Floats) -> float:
    """One-sided t test that groups gain nothing on average."""
    spread = float(gains.std(ddof=1))
    if spread == 0:
        return 0.0 if gains.mean() > 0 else 1.0
    from scipy import stats  # noqa: PLC0415 - slow to load, and showing a corpus does not need it

    return float(stats.t.sf(gains.mean() / spread * np.sqrt(len(gains)), len(gains) - 1))


def _dense(values: Codes) -> Codes:
    return np.unique(values, return_inverse=True)[1].ravel().astype(np.int64)
