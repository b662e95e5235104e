"""What the examples on real corpora share: many runs of a recipe, pooled over folds, as tables.

Every run has its folder, and a finished run is not trained again: a script that was interrupted
continues where it was.
"""

from __future__ import annotations

import argparse
import io
import itertools
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from malsori.console import Column, Table, show
from malsori.corpus.adapters import Adapter
from malsori.corpus.corpus import Corpus
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError
from malsori.evaluation import Difference, Estimate, difference, over_seeds
from malsori.io import write_json
from malsori.parallel import cores
from malsori.recipe import BUILT_IN, Recipe
from malsori.reporting import duration, progress
from malsori.schema import Task
from malsori.training import Run, embed, train

METRICS = {"accuracy": "accuracy", "uar": "UAR", "macro_f1": "macro-F1", "skill": "skill"}
QUICK = ["training.epochs=10"]


@dataclass(frozen=True)
class Job:
    """One recipe to be trained into one folder."""

    recipe: Recipe
    folder: Path


@dataclass(frozen=True)
class Seeds:
    """A model's answers: for each seed one predictions frame of the rows of all folds.

    Attributes:
        frames: One for each seed.
        priors: Task → training prior `[K]`, the mean over folds.
        runs: What was trained.
    """

    frames: list[pl.DataFrame]
    priors: dict[str, list[float]]
    runs: list[Run] = field(default_factory=list)

    def only(self, task: str, ids: Iterable[str] | None = None) -> list[pl.DataFrame]:
        """The frames of one task, and of some utterances."""
        chosen = pl.col("task") == task
        if ids is not None:
            chosen &= pl.col("id").is_in(list(ids))
        return [frame.filter(chosen) for frame in self.frames]

    @classmethod
    def of(cls, runs: Sequence[Run], split: str = "test") -> Seeds:
        """What runs of several folds and seeds say, with everything heard they were trained on."""
        by_seed: dict[int, list[pl.DataFrame]] = {}
        for run in runs:
            by_seed.setdefault(run.recipe.training.seed, []).append(answers(run, split))
        every = [run.priors for run in runs]
        priors = {task: np.mean([p[task] for p in every], axis=0).tolist() for task in every[0]}
        return cls([pl.concat(folds) for folds in by_seed.values()], priors, list(runs))

    def validation(self, task: str) -> float:
        """Mean validation skill of the epochs that were kept."""
        best = [run.history()[run.state["best_epoch"] - 1] for run in self.runs]
        return float(np.mean([epoch["validation"][task]["skill"] for epoch in best]))


def run_example(
    main: Callable[[argparse.Namespace, Findings], None], about: str | None, out: str
) -> None:
    """Runs an example with its options, writes its numbers, and says how long it took."""
    started = time.monotonic()
    options, findings = arguments(about or "", out), Findings()
    try:
        main(options, findings)
    except MalsoriError as error:
        sys.exit(f"error: {error}")
    if options.json is not None:
        write_json(options.json, {"results": findings.records})
    print(f"done in {duration(time.monotonic() - started)}; everything is in {options.out}/")


def arguments(description: str, out: str) -> argparse.Namespace:
    """The options that all examples have."""
    parser = argparse.ArgumentParser(description=description.strip().splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(out), help="corpus and runs (%(default)s)")
    parser.add_argument("--json", type=Path, help="file for the numbers")
    parser.add_argument("--quick", action="store_true", help="1 seed, 10 epochs: does it work?")
    parser.add_argument("--workers", type=int, help="processes (all cores)")
    return parser.parse_args()


def data_folder(name: str) -> Path:
    """A corpus' folder in MALSORI_DATA."""
    root = os.environ.get("MALSORI_DATA")
    if not root:
        raise MalsoriError("MALSORI_DATA is not set", hint="point it at the folder of the corpora")
    return Path(root) / name


def corpus_at(folder: Path, adapter: Adapter) -> Corpus:
    """The corpus as an earlier call imported it, or imported now."""
    if (folder / "corpus.yaml").exists():
        return Corpus.open(folder)
    report = import_corpus(adapter, folder)
    for table in report.tables():
        show(table)
    return report.corpus


def train_folds(
    out: Path,
    recipe: str,
    models: Mapping[str, Sequence[str]],
    splits: Sequence[str],
    *,
    corpus: Corpus,
    quick: bool = False,
    seeds: int = 3,
    workers: int | None = None,
) -> dict[str, list[Run]]:
    """Trains every model on every fold with every seed; each run has one thread.

    Args:
        out: The runs go into folders below it.
        recipe: Name of a recipe that comes with malsori.
        models: Name → overrides of the recipe.
        splits: The folds; no row is tested in two of them.
        corpus: The corpus.
        quick: One seed and few epochs.
        seeds: How many; 0, 1 …
        workers: Processes that train; None is one for each core.
    """
    root = out / ("quick-runs" if quick else "runs")
    count = 1 if quick else seeds
    jobs: dict[tuple[str, int, str], Job] = {}
    for name, seed, split in itertools.product(models, range(count), splits):
        settings = [f"corpus.path={corpus.path}", f"corpus.split={split}", f"training.seed={seed}"]
        changes = [*settings, "training.threads=1", *models[name], *(QUICK if quick else [])]
        loaded = Recipe.load(BUILT_IN / f"{recipe}.yaml", changes)
        jobs[name, seed, split] = Job(loaded, root / slug(name) / f"{split}-seed{seed}")
    train_all(list(jobs.values()), workers)
    names = {name: [job for key, job in jobs.items() if key[0] == name] for name in models}
    return {name: [Run.open(job.folder) for job in mine] for name, mine in names.items()}


def train_all(jobs: Sequence[Job], workers: int | None = None) -> None:
    """Encodes once, then trains in several processes.

    Raises:
        MalsoriError: A run failed; names its folder.
    """
    for _, same in itertools.groupby(jobs, key=_encoded):
        with redirect_stderr(io.StringIO()):
            embed(next(same).recipe, workers=workers)
    workers = min(workers or cores(), len(jobs))
    if workers == 1:
        for job in progress(jobs, label="train", unit="run"):
            _train(job)
        return
    # Not forked: the threads of polars, which opens the corpus, do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        done = [pool.submit(_train, job) for job in jobs]
        try:
            for future in progress(as_completed(done), label="train", total=len(jobs), unit="run"):
                future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _encoded(job: Job) -> object:
    """What decides which features a job needs; copies are of the training rows of its split."""
    recipe = job.recipe
    return recipe.encoders, recipe.augment, recipe.augment and recipe.corpus.split


def _train(job: Job) -> None:
    try:
        with redirect_stderr(io.StringIO()):  # every run's own progress would be too much
            train(job.recipe, job.folder, workers=1)
    except MalsoriError as error:
        raise MalsoriError(f"{job.folder}: {error.message}", hint=error.hint) from None


def answers(run: Run, split: str) -> pl.DataFrame:
    """A run's predictions of one split with everything heard that it was trained on."""
    everything = "+".join(run.recipe.encoders)
    chosen = (pl.col("split") == split) & (pl.col("condition") == everything)
    return run.predictions().filter(chosen)


def slug(name: str) -> str:
    """A name as a folder's name.

    Example:
        >>> slug("audio + text")
        'audio-text'
    """
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


class Findings:
    """Shows what was measured as tables, and collects it as records for JSON."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    def scores(
        self,
        title: str,
        task: Task,
        models: Mapping[str, Seeds],
        parts: Mapping[str, Sequence[str] | None],
        metrics: Sequence[str],
        *,
        note: str,
        unit: str,
        extra: Mapping[str, Callable[[Seeds], str]] | None = None,
    ) -> None:
        """A table with a row for each part of the test rows and each model.

        What is `extra` is of the model as a whole, and stands beside all rows only.
        """
        extra = extra or {}
        rows: list[list[object]] = []
        for (part, ids), (name, model) in itertools.product(parts.items(), models.items()):
            frames = model.only(task.name, ids)
            found = {
                m: over_seeds(frames, task, model.priors[task.name], metric=m) for m in metrics
            }
            size = [len(frames[0]), frames[0]["group"].n_unique(), len(frames)]
            lead = [part] if len(parts) > 1 else []
            added = [text(model) if ids is None else None for text in extra.values()]
            rows.append([*lead, name, *size, *map(str, found.values()), *added])
            where = {"table": title, "task": task.name, "part": part, "model": name}
            self._record(where, dict(zip(("n", "units", "seeds"), size, strict=True)), found)
        heads = ["n", unit, "seeds", *(METRICS[m] for m in metrics), *extra]
        lead = ["utterances"] if len(parts) > 1 else []
        columns = [*map(Column, [*lead, "model"]), *(Column(head, "right") for head in heads)]
        show(Table(title, columns, rows, note))

    def differences(
        self,
        title: str,
        task: Task,
        pairs: Sequence[tuple[str, Seeds, str, Seeds]],
        parts: Mapping[str, Sequence[str] | None],
        metric: str,
        *,
        note: str,
    ) -> None:
        """A table of a − b on the same rows."""
        rows: list[list[object]] = []
        for (part, ids), (a, of_a, b, of_b) in itertools.product(parts.items(), pairs):
            frames = of_a.only(task.name, ids), of_b.only(task.name, ids)
            found = difference(*frames, task, of_a.priors[task.name], metric=metric)
            lead = [part] if len(parts) > 1 else []
            values = [f"{found.a.value:.3f}", f"{found.b.value:.3f}"]
            rows.append([*lead, a, b, *values, str(found.difference), verdict(found)])
            where = {"table": title, "task": task.name, "part": part, "a": a, "b": b}
            values_of = {"value_a": found.a.data(), "value_b": found.b.data()}
            self.records.append({**found.data(), **where, **values_of})
        lead = ["utterances"] if len(parts) > 1 else []
        name = METRICS[metric]
        heads = [Column(f"{name} of {x}", "right") for x in "ab"]
        left = map(Column, [*lead, "a", "b"])
        columns = [*left, *heads, Column("a − b", "right"), Column("finding")]
        show(Table(title, columns, rows, note))

    def _record(
        self, where: Mapping[str, Any], size: Mapping[str, int], found: Mapping[str, Estimate]
    ) -> None:
        for metric, estimate in found.items():
            self.records.append({**where, "metric": metric, **size, **estimate.data()})


def verdict(found: Difference) -> str:
    """Which of the two is better, if the interval shows it."""
    if not found.shown:
        return "no difference shown"
    return "a is better" if found.difference.value > 0 else "b is better"
