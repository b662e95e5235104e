"""What a run learns from: hard labels, those that a recipe changes in training, and soft ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from malsori.corpus.columns import LABEL, SOFT
from malsori.corpus.corpus import Corpus
from malsori.corpus.labels.training import training_labels
from malsori.corpus.targets import encode, known, unlabelled
from malsori.errors import MalsoriError
from malsori.recipe import Recipe
from malsori.schema import Task


@dataclass(frozen=True)
class Labels:
    """The labels of some rows."""

    targets: dict[str, np.ndarray]  # task → hard labels, as `corpus.targets.encode` gives them
    soft: dict[str, np.ndarray]  # task → float32 `[N, K]` to train on; NaN: no label
    added: dict[str, int]  # task → training rows labelled by the recipe's transform


def labels_of(recipe: Recipe, corpus: Corpus, table: pl.DataFrame, parts: np.ndarray) -> Labels:
    """Reads labels, and changes those of training rows as a recipe says.

    Raises:
        MalsoriError: There are no soft or no compound labels, or they do not fit the task.
    """
    targets = {task: _hard(corpus.tasks[task], table) for task in recipe.tasks}
    added = {}
    for name, transform in recipe.labels.items():
        before, task = targets[name], corpus.tasks[name]
        targets[name] = training_labels(table, task, parts, neutral=transform.neutral)
        added[name] = int((known(targets[name]) & ~known(before)).sum())
    soft = [task for task, head in recipe.heads.items() if head.options.get("target") == "soft"]
    dense = {name: _soft(corpus, name, table, targets[name]) for name in soft}
    return Labels(targets, dense, added)


def _hard(task: Task, table: pl.DataFrame) -> np.ndarray:
    column = LABEL + task.name
    if column not in table.columns:
        return unlabelled(task, table.height)
    return encode(task, table[column])


def _soft(corpus: Corpus, name: str, table: pl.DataFrame, targets: np.ndarray) -> np.ndarray:
    column, task = SOFT + name, corpus.tasks[name]
    if column not in table.columns or table[column].null_count() == table.height:
        raise MalsoriError(
            f"heads.{name}.target: corpus {corpus.name!r} has no soft labels for {name!r}",
            hint=f"--set heads.{name}.target=hard, or import it from what several raters said",
        )
    width = len(task.classes)
    found = np.full((table.height, width), np.nan, dtype=np.float32)
    hard = known(targets)
    found[hard] = np.eye(width, dtype=np.float32)[targets[hard]]
    rows = table[column].is_not_null().to_numpy()
    lengths = table[column].list.len().drop_nulls()
    if (lengths != width).any():
        raise MalsoriError(
            f"{column} of corpus {corpus.name!r} has lists of {lengths.unique().to_list()} "
            f"numbers for {width} classes",
            hint="import the corpus again",
        )
    shares = table[column].drop_nulls().list.to_array(width).to_numpy().astype(np.float64)
    total = shares.sum(axis=1, keepdims=True)
    if not (np.isfinite(shares).all() and (shares >= 0).all() and (total > 0).all()):
        raise MalsoriError(
            f"{column} of corpus {corpus.name!r} holds what is no distribution",
            hint="import the corpus again",
        )
    found[rows] = (shares / total).astype(np.float32)
    return found
