"""Every reference that a run's rows allow: fitted on training rows, asked for others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from malsori.corpus.targets import known
from malsori.references import linear, ngrams
from malsori.references.linear import Standardised
from malsori.references.models import Floats, fit
from malsori.references.ngrams import NGrams, Topics
from malsori.references.penalty import choose
from malsori.schema import Task

MOST_CLASSES = 100
"""Tasks of more classes have the prior only: the rest would not take seconds."""

Ints = NDArray[np.int64]
Rows = Callable[[Ints], Any]  # row indices → what a model sees of them `[n, D]`


@dataclass(frozen=True)
class Material:
    """The rows of a run as arrays.

    Attributes:
        tasks: By name.
        targets: Task → labels of all rows, as `corpus.targets.encode` gives them.
        groups: `[N]`; the folds that choose a penalty keep them together.
        train: Indices of the rows to fit on.
        present: Modality → whether each row has it, bool `[N]`.
        vectors: Modality → pooled features `[N, D]`; only what is present is looked at.
        texts: Modality → texts `[N]`.
    """

    tasks: Mapping[str, Task]
    targets: Mapping[str, NDArray[Any]]
    groups: Sequence[str]
    train: Ints
    present: Mapping[str, NDArray[np.bool_]]
    vectors: Mapping[str, NDArray[np.float32]]
    texts: Mapping[str, Sequence[str | None]]


@dataclass(frozen=True)
class Answered:
    """What one reference says of one task."""

    reference: str  # `prior`, `linear` or `n-grams`
    condition: str  # what it hears, as a run's predictions call it
    task: str
    rows: Ints  # [n] those asked that have any of it
    probabilities: Floats  # [n, task.width]; regression: the numbers [n, 1]
    penalty: float | None  # the inverse one that was chosen


def answered(
    material: Material,
    conditions: Mapping[str, Sequence[str]],
    priors: Mapping[str, NDArray[Any]],
    asked: Ints,
) -> Iterator[Answered]:
    """Fits and asks: the prior, linear models of each condition, n-grams of each text.

    Args:
        material: Of which rows.
        conditions: Name → the modalities that are heard.
        priors: Task → as `scoring.prior_of` gives it.
        asked: Indices of the rows to answer for.
    """
    everything = next(iter(conditions))
    # Of very many classes nothing is fitted, and the prior's score stands beside every result.
    tasks = {n: t for n, t in material.tasks.items() if t.width <= MOST_CLASSES}
    if not tasks:
        return
    for name, task in tasks.items():
        width = task.width
        mine = _having(material, conditions[everything], asked)
        share = np.asarray(priors[name], dtype=np.float64)[:width]
        yield Answered("prior", everything, name, mine, np.tile(share, (len(mine), 1)), None)
    for condition, modalities in conditions.items():
        for reference, grid, make in _kinds(material, list(modalities)):
            train = _having(material, modalities, material.train)
            rows = make(train) if len(train) else None
            if rows is not None:
                mine = _having(material, modalities, asked)
                yield from _of(material, (reference, condition), rows, grid, train, mine)


Made = tuple[str, Sequence[float], Callable[[Ints], Rows | None]]


def _kinds(material: Material, modalities: list[str]) -> Iterator[Made]:
    """What may be fitted on some modalities: name, penalties, and what makes its view of rows."""
    vectors = [m for m in modalities if m in material.vectors]
    told = [m for m in modalities if m in material.vectors or m in material.texts]
    if vectors and len(told) == len(modalities):
        yield "linear", linear.GRID, lambda train: _joined(material, modalities, train)
    if len(modalities) == 1 and modalities[0] in material.texts:
        yield "n-grams", ngrams.GRID, lambda train: _texts(material, modalities[0], train)


def _of(
    material: Material,
    named: tuple[str, str],
    rows: Rows,
    grid: Sequence[float],
    train: Ints,
    asked: Ints,
) -> Iterator[Answered]:
    x, other = rows(train), rows(asked) if len(asked) else None
    for name, task in material.tasks.items():
        y = material.targets[name][train]
        there = np.flatnonzero(known(y))
        if other is None or not len(there) or task.width > MOST_CLASSES:
            continue
        groups = [material.groups[int(row)] for row in train[there]]
        c = choose(task, x[there], y[there], groups, grid)
        model = fit(task, x[there], y[there], c)
        yield Answered(*named, name, asked, model(other), c)


def _having(material: Material, modalities: Sequence[str], rows: Ints) -> Ints:
    """Those of some rows that have any of the modalities."""
    there = np.any([material.present[m][rows] for m in modalities], axis=0)
    return rows[there]


def _texts(material: Material, modality: str, train: Ints) -> Rows | None:
    made = NGrams.of(_said(material, modality, train))
    return None if made is None else lambda rows: made(_said(material, modality, rows))


def _said(material: Material, modality: str, rows: Ints) -> list[str]:
    return [material.texts[modality][int(row)] or "" for row in rows]


def _joined(material: Material, modalities: Sequence[str], train: Ints) -> Rows | None:
    """Features side by side; of a modality that a row does not have, the mean of training."""
    blocks = [_block(material, m, _having(material, [m], train)) for m in modalities]
    there = [(m, block) for m, block in zip(modalities, blocks, strict=True) if block is not None]
    if not there:
        return None

    def view(rows: Ints) -> NDArray[np.float32]:
        return np.concatenate([_filled(material, m, block, rows) for m, block in there], axis=1)

    return view


def _block(material: Material, modality: str, train: Ints) -> Rows | None:
    if not len(train):
        return None
    if modality in material.vectors:
        values = material.vectors[modality]
        made = Standardised.of(values[train])
        # Of features that never change nothing can be learned, as of none.
        return (lambda rows: made(values[rows])) if made.keep.any() else None
    topics = Topics.of(_said(material, modality, train))
    return None if topics is None else lambda rows: topics(_said(material, modality, rows))


def _filled(material: Material, modality: str, block: Rows, rows: Ints) -> NDArray[np.float32]:
    there = material.present[modality][rows]
    # Of a row that is not there for the width alone, where none of them has the modality.
    found = block(rows[there]) if there.any() else block(rows[:1])[:0]
    filled = np.zeros((len(rows), found.shape[1]), dtype=np.float32)
    filled[there] = found
    return filled
