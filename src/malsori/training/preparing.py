"""Filling the embedding store, and the rows of a run with their features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder, Features
from malsori.encoders.filling import FillReport
from malsori.encoders.store import Store
from malsori.encoders.watch import check_allowed
from malsori.evaluation.scoring import prior_of
from malsori.recipe import Recipe
from malsori.schema import Task
from malsori.training.augmenting import draw_of
from malsori.training.data import Examples, Fetch, examples_of
from malsori.training.labels import soft_tasks
from malsori.training.records import split_facts
from malsori.training.watching import look, refuse_failures, tell


def store_of(corpus: Corpus, store: str | Path | None) -> Store:
    """The embedding store: the given folder, or `store` inside the corpus' folder."""
    return Store(Path(store) if store is not None else corpus.path / "store")


def fill(
    corpus: Corpus,
    encoders: Mapping[str, Encoder],
    store: Store,
    workers: int | None,
    *,
    allow: Sequence[str] = (),
    thorough: bool = False,
    lang: str = "en",
) -> dict[str, FillReport]:
    """Encodes what the store does not have yet, modality by modality.

    Args:
        corpus: Whose utterances.
        encoders: Modality → encoder.
        store: Where features are kept.
        workers: Processes; None uses every core.
        allow: Checks of features whose serious findings do not end it, see `encoders.watch`.
        thorough: Compares every byte that is there with its checksum first.
        lang: In which findings are said: `en` or `ko`.

    Returns:
        Modality → what was done; encoders that are not worth a cache are left out.

    Raises:
        MalsoriError: A signal cannot be encoded, or no network could learn from the features;
            says which, and why.
    """
    check_allowed(allow)
    for encoder in encoders.values():
        encoder.fingerprint()  # a model that cannot be used is told before another takes hours
    reports = {}
    for modality, encoder in encoders.items():
        if not encoder.cacheable:
            tell(look(corpus, modality, encoder), allow, lang)
            continue
        report = store.fill(
            corpus, modality, encoder, workers=workers, thorough=thorough, allow=allow
        )
        reports[modality] = report
        tell(report.findings, allow, lang)
        refuse_failures(report, modality)
    return reports


def prepare_examples(
    recipe: Recipe, corpus: Corpus, encoders: Mapping[str, Encoder], store: Store
) -> Examples:
    """The recipe's rows. Intervals resample the split's first group column, else speakers."""
    by = split_facts(corpus, recipe.corpus.split)["by"] or []
    choices = [*by, "speaker", "call", "dialogue"]
    rows = corpus.utterances
    group = next((c for c in choices if c in rows.columns and rows[c].n_unique() > 1), None)

    def fetch_of(modality: str, encoder: Encoder, rows: list[dict[str, Any]]) -> Fetch:
        if not encoder.cacheable:
            return _on_the_fly(corpus, modality, encoder, rows)
        reader = store.reader(encoder)
        keys = [corpus.signal_hash(row, encoder.signal, modality) for row in rows]
        return lambda row: None if (key := keys[row]) is None else reader.get(key)

    return examples_of(
        corpus,
        recipe.corpus.split,
        tasks=recipe.tasks,
        encoders=encoders,
        fetch_of=fetch_of,
        group_by=group,
        soft=soft_tasks(recipe.heads),
        transforms=recipe.labels,
        draw_of=partial(draw_of, recipe, corpus, store),
    )


def _on_the_fly(
    corpus: Corpus, modality: str, encoder: Encoder, rows: list[dict[str, Any]]
) -> Fetch:
    """Prepares a row each time it is asked for: for encoders that are not worth a cache."""

    def fetch(row: int) -> Features | None:
        signal = corpus.signal(rows[row], encoder.signal, modality)
        return None if signal is None else encoder.prepare(signal)

    return fetch


def priors_of(examples: Examples, tasks: Mapping[str, Task]) -> dict[str, np.ndarray]:
    """What is known of each task from the training labels alone, see `scoring.prior_of`."""
    rows = examples.rows("train")
    return {name: prior_of(task, examples.targets[name][rows]) for name, task in tasks.items()}
