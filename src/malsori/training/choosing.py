"""The rows that a run would use, and whether anything can be learned from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.corpus.targets import known
from malsori.encoders.base import Encoder
from malsori.errors import MalsoriError
from malsori.io import read_yaml
from malsori.recipe import Recipe
from malsori.schema import SPLITS, Task, nearest
from malsori.training.labels import Labels, labels_of


@dataclass(frozen=True)
class Chosen:
    """The rows of a split that have any of the modalities."""

    table: pl.DataFrame  # their columns, in the corpus' order
    parts: np.ndarray  # the part of each `[N]`, of `train`, `validation`, `test`
    labels: Labels  # what they are labelled


def choose_for(recipe: Recipe, corpus: Corpus, encoders: Mapping[str, Encoder]) -> Chosen:
    """Joins a corpus with a recipe's split, and checks its parts; no signal is opened.

    Encoding may take hours, so this comes before.

    Raises:
        MalsoriError: The corpus has no such task or modality; no training or no validation rows;
            a task without a labelled row in one of them, or with nothing to tell apart; no soft
            or compound labels.
    """
    check_names(corpus, recipe.tasks, encoders)
    split, part = recipe.corpus.split, "split__chosen"
    table = corpus.utterances.join(
        corpus.split(split), on="id", how="left", suffix="__chosen", maintain_order="left"
    )
    table = table.filter(pl.col(part).is_in(SPLITS) & _any_present(encoders))
    if table.is_empty():
        raise MalsoriError(f"split {split!r}: no row has any of: {', '.join(encoders)}")
    parts = table[part].to_numpy()
    for wanted in ("train", "validation"):
        if wanted not in parts:
            raise MalsoriError(
                f"split {split!r} has no {wanted} rows with the recipe's modalities",
                hint=_again(corpus, split) if wanted == "validation" else None,
            )
    labels = labels_of(recipe, corpus, table, parts)
    for task, y in labels.targets.items():
        train = y[parts == "train"]
        _check_training(corpus.tasks[task], train[known(train)])
        if not known(y[parts == "validation"]).any():
            raise MalsoriError(
                f"task {task!r}: no validation row of split {split!r} is labelled",
                hint=f"leave the task out of `tasks`, or {_again(corpus, split)}",
            )
    return Chosen(table, parts, labels)


def check_names(corpus: Corpus, tasks: Sequence[str], encoders: Mapping[str, Encoder]) -> None:
    """Refuses tasks and modalities that the corpus does not have, naming the nearest."""
    for task in tasks:
        if task not in corpus.tasks:
            hint = nearest(task, list(corpus.tasks))
            raise MalsoriError(f"tasks: corpus {corpus.name!r} has no task {task!r}", hint=hint)
    for modality, encoder in encoders.items():
        if encoder.signal not in corpus.signals.get(modality, ()):
            raise MalsoriError(
                f"encoders.{modality}: corpus {corpus.name!r} has no {encoder.signal} "
                f"called {modality!r}",
                hint=_instead(corpus, modality),
            )


def _instead(corpus: Corpus, modality: str) -> str:
    if "features" in corpus.signals.get(modality, ()):
        return (
            f"its {modality!r} are vectors: --set encoders.{modality}.kind=precomputed reads them"
        )
    has = ", ".join(f"{m} ({'/'.join(k)})" for m, k in corpus.signals.items())
    return f"it has: {has}; leave an encoder out with --set encoders.{modality}=null"


def _again(corpus: Corpus, split: str) -> str:
    """How to get such a split with validation rows."""
    facts = read_yaml(corpus.path / "splits" / f"{split}.yaml") or {}
    preset = ((facts.get("how") or {}).get("preset") or {}).get("name")
    way = f"--preset {preset}" if preset else "… as it was made …"
    return (
        "keep a share of the training rows for validation: malsori corpus split "
        f"{corpus.path} {way} --validation 0.1 --name NAME"
    )


def _any_present(encoders: Mapping[str, Encoder]) -> pl.Expr:
    columns = {"audio": "audio", "text": "text"}
    names = [columns.get(e.signal, f"features.{m}") for m, e in encoders.items()]
    return pl.any_horizontal([pl.col(n).is_not_null() for n in names])


def _check_training(task: Task, labels: np.ndarray) -> None:
    """Refuses a task of which training rows say nothing, or all the same."""
    if len(np.unique(labels, axis=0)) > 1:
        return
    if task.kind in ("nominal", "ordinal"):
        names = [task.label(int(k)) for k in np.unique(labels)]
        found = f"have {len(names)} of its classes {names}"
    else:
        found = "all have the same label" if len(labels) else "have no label"
    raise MalsoriError(
        f"task {task.name!r}: training rows {found}; nothing can be learned from them",
        hint="leave the task out of `tasks` (--set tasks=[…]), or split so that training has more",
    )
