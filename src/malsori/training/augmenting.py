"""Training rows that are changed as a recipe says: as they are read, or in stored copies.

Rows of other parts are never changed, and nothing is copied before the split is known. A store that
several splits share holds copies of each one's training rows; which of them a run may draw is
decided by its own split alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder, Features
from malsori.encoders.copied import Copied
from malsori.encoders.filling import FillReport
from malsori.encoders.store import Store
from malsori.errors import MalsoriError
from malsori.notes import Note
from malsori.recipe import TRANSFORMS, Augmentation, Recipe
from malsori.signals.seeding import generator
from malsori.signals.steps import Steps
from malsori.training.data import Fetch
from malsori.training.sources import Rows, Stored, stored
from malsori.training.watching import Seen, refuse_failures, tell

_TRAIN: Final = "train"


def steps_of(augmentation: Augmentation, encoder: Encoder) -> Steps:
    """The transforms of one modality, made."""
    family = TRANSFORMS[encoder.signal]
    made = [family.build(step) for step in augmentation.steps]
    return Steps(made, choose=augmentation.choose)


def check_augment(recipe: Recipe, encoders: Mapping[str, Encoder]) -> None:
    """Refuses changes that would never be heard.

    Raises:
        MalsoriError: Rows of a stored encoder without copies, or copies of one that stores nothing.
    """
    for modality, augmentation in recipe.augment.items():
        where, stored = f"augment.{modality}.copies", encoders[modality].cacheable
        kind = recipe.encoders[modality].kind
        if stored and not augmentation.copies:
            raise MalsoriError(
                f"{where}: features of {kind} are computed once and stored, so rows cannot change "
                "from epoch to epoch",
                hint=f"--set {where}=2 stores two changed copies of each training row beside it"
                + _instead(recipe, modality),
            )
        if not stored and augmentation.copies:
            raise MalsoriError(
                f"{where}: {kind} stores nothing as this recipe sets it up, so there are no copies",
                hint=f"--set {where}=0 changes rows as they are read, anew in each epoch",
            )


def _instead(recipe: Recipe, modality: str) -> str:
    """How this encoder would read rows anew in each epoch, if it can."""
    options = recipe.encoders[modality].options
    ways = {"cache": "cache=false", "tune": "tune=last:4"}
    found = [f"--set encoders.{modality}.{way}" for name, way in ways.items() if name in options]
    return "".join(f"; {way} reads rows anew in each epoch" for way in found)


def copies_of(recipe: Recipe, encoders: Mapping[str, Encoder]) -> dict[str, list[Copied]]:
    """Modality → the encoders of its stored copies, if the recipe asks for some."""
    return {modality: _copies(a, encoders[modality]) for modality, a in recipe.augment.items()}


def _copies(augmentation: Augmentation, encoder: Encoder) -> list[Copied]:
    change, said = steps_of(augmentation, encoder), _said(augmentation, encoder)
    return [
        Copied(encoder, change, said, copy=copy, seed=augmentation.seed)
        for copy in range(1, augmentation.copies + 1)
    ]


def _said(augmentation: Augmentation, encoder: Encoder) -> dict[str, Any]:
    """What decides how a copy sounds, and nothing else: not how often one is drawn."""
    family = TRANSFORMS[encoder.signal]
    steps = [{**s.model_dump(), "version": family.load(s.kind).version} for s in augmentation.steps]
    return {"steps": steps, "choose": augmentation.choose}


def fill_copies(
    recipe: Recipe,
    corpus: Corpus,
    encoders: Mapping[str, Encoder],
    store: Store,
    workers: int | None,
    *,
    allow: Sequence[str] = (),
    seen: Seen = tell,
    thorough: bool = False,
) -> dict[str, FillReport]:
    """Encodes the copies of training rows that the store does not have yet.

    Takes what `preparing.fill` takes; gives `speech, copy 1` and so on → what was done.

    Raises:
        MalsoriError: A copy cannot be encoded, or no network could learn from the features.
    """
    copies = copies_of(recipe, encoders)
    if not any(copies.values()):
        return {}
    split = corpus.split(recipe.corpus.split).filter(pl.col("split") == _TRAIN)
    rows = corpus.utterances.join(split, on="id", how="semi", maintain_order="left")
    reports = {}
    for modality, encoder in ((m, e) for m, found in copies.items() for e in found):
        name = f"{modality}, copy {encoder.copy}"
        report = store.fill(
            corpus, modality, encoder, rows, workers, allow=allow, thorough=thorough
        )
        reports[name] = report
        # What is less than serious was said of the originals.
        seen([f for f in report.findings if f.severity == "serious"], allow)
        refuse_failures(report, name)
    return reports


@dataclass(frozen=True)
class Drawn:
    """Draws training rows, epoch by epoch, as a recipe changes them.

    A draw follows from the seeds, the utterance's id and the epoch: not from the order of rows, the
    process, or what was drawn before.
    """

    unchanged: Fetch  # features of the rows as they are
    changed: _Copies | _AsRead  # those of one changed copy
    ids: Sequence[str]  # of the rows
    trained: np.ndarray  # which rows may change, bool `[N]`
    chance: float  # of a change, in (0, 1]
    seeds: tuple[int, int, str]  # of training, of the augmentation, and the modality's name

    def __call__(self, row: int, epoch: int) -> Features | None:
        """The features `[T, F]` of a row in an epoch; None where it has none."""
        if not self.trained[row]:
            return self.unchanged(row)
        rng = generator("draw", *self.seeds, self.ids[row], epoch)
        if rng.random() >= self.chance:
            return self.unchanged(row)
        found = self.changed(row, rng)
        # Where corruption left nothing to encode, the row is as it was.
        return self.unchanged(row) if found is None else found


def draw_of(
    recipe: Recipe,
    corpus: Corpus,
    store: Store,
    modality: str,
    encoder: Encoder,
    rows: Rows,
    parts: np.ndarray,
    fetch: Fetch,
) -> Drawn:
    """How training rows of a modality that a recipe changes are drawn."""
    augmentation = recipe.augment[modality]
    changed: _Copies | _AsRead
    if encoder.cacheable:
        copies = _copies(augmentation, encoder)
        changed = _Copies([stored(corpus, store, modality, copy, rows) for copy in copies])
    else:
        steps = steps_of(augmentation, encoder)
        changed = _AsRead(corpus, modality, encoder, steps, rows)
    seeds = (recipe.training.seed, augmentation.seed, modality)
    ids = [str(row["id"]) for row in rows]
    return Drawn(fetch, changed, ids, parts == _TRAIN, augmentation.chance, seeds)


@dataclass(frozen=True)
class _AsRead:
    """Changes a row's signal and prepares it."""

    corpus: Corpus
    modality: str
    encoder: Encoder
    steps: Steps
    rows: Rows

    def __call__(self, row: int, rng: np.random.Generator) -> Features | None:
        signal = self.corpus.signal(self.rows[row], self.encoder.signal, self.modality)
        return None if signal is None else self.encoder.prepare(self.steps(signal, rng))


@dataclass(frozen=True)
class _Copies:
    """Takes one of a row's stored copies."""

    sources: Sequence[Stored]

    def __call__(self, row: int, rng: np.random.Generator) -> Features | None:
        source = self.sources[int(rng.integers(len(self.sources)))]
        key = source.keys[row]
        return None if key is None or not source.reader.has(key) else source.reader.get(key)


def augment_note(recipe: Recipe, encoders: Mapping[str, Encoder], modality: str) -> Note:
    """How training rows of a modality change."""
    augmentation = recipe.augment[modality]
    kinds = ", ".join(step.kind for step in augmentation.steps)
    fields = {"modality": modality, "chance": f"{augmentation.chance:g}", "kinds": kinds}
    if not encoders[modality].cacheable:
        return Note("run.as_read", fields)
    copies = augmentation.copies
    return Note("run.copies", {**fields, "n": copies}) if copies > 1 else Note("run.copy", fields)
