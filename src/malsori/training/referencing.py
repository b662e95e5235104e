"""The simple references of a run: fitted on its training rows, kept beside its predictions."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from malsori.corpus.corpus import Corpus
from malsori.io import write_parquet
from malsori.references import Answered, Material, answered
from malsori.references.fitting import MOST_CLASSES
from malsori.references.linear import pooled
from malsori.reporting import duration, progress, reporter, say
from malsori.training.data import Examples, Fetch
from malsori.training.inference import conditions_of, frame_of
from malsori.training.rundir import Run
from malsori.training.setup import Setup
from malsori.training.sources import OnTheFly
from malsori.words import Words

ROWS = 20_000
"""Of so many training rows, drawn once, references are fitted: more would take minutes."""
_PROJECTED = 1024  # numbers a moment of wider features, such as all layers of a model, is cast to


def keep_references(run: Run, setup: Setup, corpus: Corpus, parts: Sequence[str]) -> None:
    """Writes what the references say of some parts into the run, unless it is there already."""
    file = run.references_folder / f"{'-'.join(parts)}.parquet"
    none_fits = all(task.width > MOST_CLASSES for task in setup.tasks.values())
    if none_fits or run.name_of(file) in run.state["files"]:
        return
    started = time.monotonic()
    write_parquet(references_of(setup, corpus, parts), file)
    run.update([file])
    took = duration(time.monotonic() - started)
    say(f"{run.path}: {Words(reporter().lang)('run.references', took=took)}")


def references_of(setup: Setup, corpus: Corpus, parts: Sequence[str]) -> pl.DataFrame:
    """What the references say of the rows of some parts, in the form of a run's predictions.

    The column `reference` names them: `prior`, `linear`, `n-grams`. The same setup gives the same
    bits, and nothing of the setup changes.

    Args:
        setup: Of the run; its network is not looked at.
        corpus: Whose transcripts n-grams are of.
        parts: Of the split, such as `validation`.
    """
    examples = setup.examples
    train = _drawn(examples.rows("train"))
    rows = np.concatenate([train, np.flatnonzero(np.isin(examples.split, parts))])
    conditions = conditions_of(list(examples.fetch))
    asked = np.arange(len(train), len(rows))
    frames = []
    with threadpool_limits(1):  # the order of sums decides the last bits
        material = _material(setup, corpus, rows, len(train))
        for answer in answered(material, conditions, setup.priors, asked):
            frames += list(_frames(setup, answer, rows))
    return pl.concat(frames)


def _drawn(rows: np.ndarray) -> np.ndarray:
    if len(rows) <= ROWS:
        return rows
    return np.sort(np.random.default_rng(0).choice(rows, ROWS, replace=False))


def _frames(setup: Setup, answer: Answered, rows: np.ndarray) -> Iterator[pl.DataFrame]:
    examples, task = setup.examples, setup.tasks[answer.task]
    about = rows[answer.rows]
    parts = examples.split[about]
    for part in np.unique(parts):
        mine = parts == part
        said, where = answer.probabilities[mine], (str(part), answer.condition)
        frame = frame_of(examples, about[mine], where, task, said[:, :0], said).drop("logits")
        exact = pl.Series("probabilities", said).arr.to_list()  # so that the prior's skill is 0
        frame = frame.with_columns(
            reference=pl.lit(answer.reference),
            probabilities=pl.lit(None, exact.dtype) if task.kind == "regression" else exact,
        )
        yield frame


def _material(setup: Setup, corpus: Corpus, rows: np.ndarray, train: int) -> Material:
    """The rows as arrays, those to fit on first."""
    examples = setup.examples
    present, vectors = {}, {}
    for modality in examples.fetch:
        present[modality], found = _read(examples, modality, rows)
        if found is not None:
            vectors[modality] = found
    return Material(
        tasks=setup.tasks,
        targets={task: labels[rows] for task, labels in examples.targets.items()},
        groups=[examples.groups[int(row)] for row in rows],
        train=np.arange(train),
        present=present,
        vectors=vectors,
        texts=_texts(examples, corpus, rows),
    )


def _texts(
    examples: Examples, corpus: Corpus, rows: np.ndarray
) -> Mapping[str, Sequence[str | None]]:
    if "text" not in examples.fetch or "text" not in corpus.signals.get("text", ()):
        return {}
    wanted = pl.DataFrame({"id": [examples.ids[int(row)] for row in rows]})
    said = corpus.utterances.select("id", "text")
    return {"text": wanted.join(said, on="id", how="left", maintain_order="left")["text"].to_list()}


def _read(
    examples: Examples, modality: str, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None]:
    """Whether each row has a modality `[N]`, and its features in one row of numbers `[N, D]`.

    No features where they are ids of letters, or a signal that a trained encoder reads: their
    mean says nothing.
    """
    fetch = examples.fetch[modality]
    there, found = np.zeros(len(rows), dtype=bool), None
    if isinstance(fetch, OnTheFly) and fetch.encoder.signal == "audio":
        # Preparing it takes as long as an epoch; only whether it is there is asked.
        return np.array([fetch.rows[int(row)]["audio"] is not None for row in rows]), None
    cast = _cast(examples.widths[modality])
    for at, row in enumerate(progress(rows, label=f"references: {modality}", unit="rows")):
        features = fetch(int(row))
        if features is None:
            continue
        there[at] = True
        if _tells(fetch) and features.dtype.kind == "f":
            one = pooled(features if cast is None else features @ cast)
            found = np.zeros((len(rows), len(one)), np.float32) if found is None else found
            found[at] = one
    return there, found


def _tells(fetch: Fetch) -> bool:
    """Whether features are finished, and no signal that a trained encoder reads."""
    return not isinstance(fetch, OnTheFly) or fetch.encoder.signal == "features"


def _cast(width: int) -> np.ndarray | None:
    """A random projection that keeps distances, where features are very wide."""
    if width <= 2 * _PROJECTED:
        return None
    drawn = np.random.default_rng(0).standard_normal((width, _PROJECTED), dtype=np.float32)
    drawn /= np.float32(_PROJECTED**0.5)
    return drawn
