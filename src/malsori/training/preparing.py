"""Filling the embedding store, and the rows of a run with their features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder
from malsori.encoders.feature_checks import check_allowed
from malsori.encoders.filling import FillReport
from malsori.encoders.store import Store
from malsori.evaluation.scoring import prior_of
from malsori.recipe import Recipe
from malsori.schema import Task
from malsori.training.augmenting import draw_of
from malsori.training.choosing import Chosen
from malsori.training.data import Examples, examples_of
from malsori.training.records import group_column
from malsori.training.sources import source_of
from malsori.training.watching import Seen, look, refuse_failures, tell


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
    seen: Seen = tell,
    thorough: bool = False,
) -> dict[str, FillReport]:
    """Encodes what the store does not have yet, modality by modality.

    Args:
        corpus: Whose utterances.
        encoders: Modality → encoder.
        store: Where features are kept.
        workers: Processes; None uses every core.
        allow: Feature checks whose serious findings do not end it, see `encoders.feature_checks`.
        seen: Is given the findings of a modality as soon as they are there, and `allow`.
        thorough: Compares every byte that is there with its checksum first.

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
            seen(look(corpus, modality, encoder), allow)
            continue
        report = store.fill(
            corpus, modality, encoder, workers=workers, thorough=thorough, allow=allow
        )
        reports[modality] = report
        seen(report.findings, allow)
        refuse_failures(report, modality)
    return reports


def prepare_examples(
    recipe: Recipe, corpus: Corpus, encoders: Mapping[str, Encoder], store: Store, chosen: Chosen
) -> Examples:
    """The recipe's rows, in groups that intervals resample."""
    group = group_column(corpus, recipe.corpus.split)
    rows = chosen.table.to_dicts()
    fetch, draw = {}, {}
    for modality, encoder in encoders.items():
        source = source_of(corpus, store, modality, encoder, rows)
        fetch[modality] = source
        if modality in recipe.augment:
            changed = draw_of(recipe, corpus, store, modality, encoder, rows, chosen.parts, source)
            draw[modality] = changed
    return examples_of(chosen, fetch, draw, group_by=group)


def priors_of(examples: Examples, tasks: Mapping[str, Task]) -> dict[str, np.ndarray]:
    """What is known of each task from the training labels alone, see `scoring.prior_of`."""
    rows = examples.rows("train")
    return {name: prior_of(task, examples.targets[name][rows]) for name, task in tasks.items()}
