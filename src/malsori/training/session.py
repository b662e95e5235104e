"""Whole jobs: embed a corpus, train a recipe, evaluate a run."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from malsori.balance.monitor import GradMonitor
from malsori.console import duration, say
from malsori.corpus.corpus import Corpus
from malsori.corpus.summary import summarise
from malsori.encoders.base import Encoder, Features
from malsori.encoders.filling import FillReport
from malsori.encoders.store import Store
from malsori.errors import MalsoriError
from malsori.evaluation.evaluate import evaluate
from malsori.evaluation.result import Evaluation
from malsori.evaluation.scoring import prior
from malsori.io import read_json, read_yaml, write_json, write_parquet, write_yaml
from malsori.parallel import cores
from malsori.recipe import Recipe
from malsori.schema import Task
from malsori.training import checkpoints
from malsori.training.building import build_encoders, build_engine, build_model, prepare_model
from malsori.training.data import Examples, Fetch, check_names, examples_of
from malsori.training.inference import predict_examples
from malsori.training.loop import Loop
from malsori.training.optimizing import make_optimizer
from malsori.training.rundir import Run, changed, command, environment

# What the bits of a run depend on besides its recipe.
ENVIRONMENT_KEYS = ("malsori", "torch", "numpy", "processor", "threads", "device")


class EnvironmentChanged(MalsoriError):  # noqa: N818 - reads better where it is caught
    """An interrupted run would go on with other threads, versions or on another machine."""


def embed(
    recipe: Recipe, *, store: str | Path | None = None, workers: int | None = None
) -> dict[str, FillReport]:
    """Encodes every utterance of the recipe's corpus once, into the embedding store.

    Args:
        recipe: Names the corpus and the encoders.
        store: The store's folder; None is `store` inside the corpus' folder.
        workers: Processes; None uses every core.

    Returns:
        Modality → what was done. Encoders that are not worth a cache are left out.

    Raises:
        MalsoriError: A signal cannot be encoded; says which.
    """
    corpus = Corpus.open(recipe.corpus.path)
    encoders = build_encoders(recipe)
    check_names(corpus, recipe.tasks, encoders)
    return _fill(corpus, encoders, _store_of(corpus, store), workers)


def train(
    recipe: Recipe,
    folder: str | Path,
    *,
    store: str | Path | None = None,
    fresh: bool = False,
    accept_environment: bool = False,
    workers: int | None = None,
) -> Run:
    """Trains a recipe into a folder, or continues it there, to the same bits.

    Args:
        recipe: What to train.
        folder: The run's folder. A finished run of the same recipe is left as it is.
        store: The embedding store's folder; None is `store` inside the corpus' folder.
        fresh: Deletes the run in the folder first.
        accept_environment: Continues also with other threads, versions or processor.
        workers: Processes that encode; None uses every core.

    Raises:
        MalsoriError: The folder holds a run of another recipe or corpus, or bad input.
        EnvironmentChanged: See `accept_environment`.
    """
    run = Run(folder)
    with run.lock():
        if fresh:
            _clear(run)
        device, threads = _device(recipe), recipe.training.threads or cores()
        now = environment(threads, device)
        corpus = Corpus.open(recipe.corpus.path)
        if run.exists():
            _check_same(run, recipe, corpus, now, accept_environment)
            if run.finished:
                say(f"{run.path}: this run is finished (--fresh trains it again)")
                return run
            say(f"{run.path}: continuing at step {run.state['step']}")
        for litter in run.path.rglob(".*.part"):
            litter.unlink()  # what a kill in the middle of a write has left
        _settle(threads)
        _train(run, recipe, corpus, _store_of(corpus, store), now, workers)
    return run


def evaluate_run(run: Run, *, resamples: int = 1000, confidence: float = 0.95) -> Evaluation:
    """A run's numbers, computed from its predictions."""
    priors = {name: list(map(float, p)) for name, p in run.priors.items()}
    return evaluate(
        run.predictions(), run.tasks, priors, resamples=resamples, confidence=confidence
    )


def _train(
    run: Run,
    recipe: Recipe,
    corpus: Corpus,
    store: Store,
    now: Mapping[str, Any],
    workers: int | None,
) -> None:
    started = time.monotonic()
    encoders = build_encoders(recipe)
    check_names(corpus, recipe.tasks, encoders)
    _fill(corpus, encoders, store, workers)
    tasks = {name: corpus.tasks[name] for name in recipe.tasks}
    examples = _examples(recipe, corpus, encoders, store)
    priors = _priors(examples, tasks)
    device = torch.device(now["device"])
    model = build_model(recipe, tasks, encoders, examples.widths)
    prepare_model(model, examples, priors)
    model.to(device)
    _begin(run, recipe, corpus, examples, tasks, priors, model, now)
    settings = recipe.balance.monitor
    loop = Loop(
        run=run,
        recipe=recipe,
        tasks=tasks,
        examples=examples,
        priors=priors,
        model=model,
        optimizer=make_optimizer(model, recipe.training.optimizer),
        engine=build_engine(recipe),
        # One task alone has nobody to be compared with.
        monitor=GradMonitor(every=settings.every) if settings and len(tasks) > 1 else None,
        device=device,
    )
    saved = checkpoints.restore(run)
    if saved is not None:
        loop.load_state_dict(saved)
    loop.train()
    _finish(run, loop, started)


def _finish(run: Run, loop: Loop, started: float) -> None:
    """Best weights, predictions, and only then the word that the run is finished."""
    best = loop.progress.best_weights
    loop.model.load_state_dict(best)
    checkpoints.save_best(run, best)
    frame = predict_examples(loop.model, loop.examples, loop.tasks, loop.device)
    write_parquet(frame, run.predictions_folder / "part-0.parquet")
    progress = loop.progress
    run.update(
        status="finished",
        stopped=progress.stopped,
        best_epoch=progress.best_epoch,
        best_validation_skill=progress.best_skill,
        epochs=-(-progress.step // loop.steps_per_epoch),
    )
    say(
        f"{run.path}: best at epoch {progress.best_epoch}, stopped after {progress.stopped}; "
        f"{duration(time.monotonic() - started)} in this session"
    )


def _begin(
    run: Run,
    recipe: Recipe,
    corpus: Corpus,
    examples: Examples,
    tasks: Mapping[str, Task],
    priors: Mapping[str, np.ndarray],
    model: torch.nn.Module,
    now: Mapping[str, Any],
) -> None:
    """Writes what the run is, once; `run.json` last, because it makes the folder a run."""
    if run.exists():
        write_json(run.environment_file, dict(now))
        return
    absolute = {"path": str(Path(recipe.corpus.path).resolve()), "split": recipe.corpus.split}
    write_yaml(run.recipe_file, {**recipe.data(), "corpus": absolute})
    run.write_tasks(tasks, priors)
    write_json(run.environment_file, dict(now))
    write_json(run.corpus_file, _corpus_facts(corpus, recipe.corpus.split))
    trained = sum(p.numel() for p in model.parameters() if p.requires_grad)
    run.update(
        status="running",
        step=0,
        command=command(),
        recipe_digest=_digest(recipe),
        corpus={"name": corpus.name, "digest": corpus.digest},
        split={"name": recipe.corpus.split, **_split_facts(corpus, recipe.corpus.split)},
        rows={part: len(examples.rows(part)) for part in ("train", "validation", "test")},
        widths=examples.widths,
        parameters=trained,
    )


def _corpus_facts(corpus: Corpus, split: str) -> dict[str, Any]:
    """What a report says of the data, so that it needs the run's folder only."""
    return {
        "summary": summarise(corpus, split).data(),
        "split": read_yaml(corpus.path / "splits" / f"{split}.yaml"),
        "adapter": corpus.spec.adapter,
        "bounds": corpus.spec.bounds,
    }


def _split_facts(corpus: Corpus, name: str) -> dict[str, Any]:
    facts = read_yaml(corpus.path / "splits" / f"{name}.yaml") or {}
    return {"hash": facts.get("hash"), "by": (facts.get("how") or {}).get("by")}


def _digest(recipe: Recipe) -> str:
    """The recipe's digest without the place of the corpus, which is known by its content."""
    free = recipe.model_copy(update={"corpus": recipe.corpus.model_copy(update={"path": ""})})
    return free.digest()


def _check_same(
    run: Run, recipe: Recipe, corpus: Corpus, now: Mapping[str, Any], accept: bool
) -> None:
    state = run.state
    if state["recipe_digest"] != _digest(recipe):
        differences = _differences(run.recipe.data(), recipe.data())
        raise MalsoriError(
            f"{run.path}: holds a run of another recipe: {'; '.join(differences)}",
            hint="choose another --out, or --fresh to delete that run",
        )
    same_split = state["split"]["hash"] == _split_facts(corpus, recipe.corpus.split)["hash"]
    if state["corpus"]["digest"] != corpus.digest or not same_split:
        raise MalsoriError(
            f"{run.path}: the corpus or its split has changed since this run began",
            hint="choose another --out, or --fresh to delete that run",
        )
    differences = changed(read_json(run.environment_file), now, ENVIRONMENT_KEYS)
    if differences and not accept and not run.finished:
        raise EnvironmentChanged(
            f"{run.path}: began under other conditions ({'; '.join(differences)}); continued "
            "here, its numbers will not be bit-identical to those of an uninterrupted run",
            hint="--yes continues all the same",
        )


def _differences(before: Any, now: Any, path: str = "") -> list[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        keys = [*before, *(k for k in now if k not in before)]
        found = [_differences(before.get(k), now.get(k), f"{path}.{k}".strip(".")) for k in keys]
        return [line for lines in found for line in lines if not line.startswith("corpus.path")]
    return [] if before == now else [f"{path}: {before} → {now}"]


def _clear(run: Run) -> None:
    """Deletes a run's own files; a folder that is no run is not touched."""
    if not run.exists():
        return
    for folder in (run.gradients, run.predictions_folder, run.checkpoints):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (run.state_file, run.history_file, run.recipe_file, run.tasks_file):
        file.unlink(missing_ok=True)


def _device(recipe: Recipe) -> torch.device:
    name = recipe.training.device
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        first = str(error).splitlines()[0]
        raise MalsoriError(f"training.device: {name!r} cannot be used: {first}") from error
    return device


def _settle(threads: int) -> None:
    """Same threads, same order of sums, same bits."""
    torch.set_num_threads(threads)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # determinism on CUDA needs it
    torch.use_deterministic_algorithms(True)


def _store_of(corpus: Corpus, store: str | Path | None) -> Store:
    return Store(Path(store) if store is not None else corpus.path / "store")


def _fill(
    corpus: Corpus, encoders: Mapping[str, Encoder], store: Store, workers: int | None
) -> dict[str, FillReport]:
    reports = {}
    for modality, encoder in encoders.items():
        if encoder.cacheable:
            report = store.fill(corpus, modality, encoder, workers=workers)
            if report.failed:
                first = f"{report.failed[0].id}: {report.failed[0].reason}"
                raise MalsoriError(
                    f"encoders.{modality}: {len(report.failed)} utterances cannot be encoded; "
                    f"the first is {first}",
                    hint="import the corpus again: what is broken then goes to quarantine",
                )
            reports[modality] = report
    return reports


def _examples(
    recipe: Recipe, corpus: Corpus, encoders: Mapping[str, Encoder], store: Store
) -> Examples:
    by = _split_facts(corpus, recipe.corpus.split)["by"] or []
    choices = [*by, "speaker", "call", "dialogue"]
    rows = corpus.utterances
    group = next((c for c in choices if c in rows.columns and rows[c].n_unique() > 1), None)

    def fetch_of(modality: str, encoder: Encoder, rows: list[dict[str, Any]]) -> Fetch:
        if not encoder.cacheable:
            return _on_the_fly(corpus, modality, encoder, rows)
        reader = store.reader(encoder)
        keys = [corpus.signal_hash(row, encoder.signal, modality) for row in rows]
        # The store was filled without failures, so what is not there has nothing to encode.
        there = [key if key is not None and reader.has(key) else None for key in keys]
        return lambda row: None if (key := there[row]) is None else reader.get(key)

    return examples_of(
        corpus,
        recipe.corpus.split,
        tasks=recipe.tasks,
        encoders=encoders,
        fetch_of=fetch_of,
        group_by=group,
    )


def _on_the_fly(
    corpus: Corpus, modality: str, encoder: Encoder, rows: list[dict[str, Any]]
) -> Fetch:
    """Prepares a row each time it is asked for: for encoders that are not worth a cache."""

    def fetch(row: int) -> Features | None:
        signal = corpus.signal(rows[row], encoder.signal, modality)
        return None if signal is None else encoder.prepare(signal)

    return fetch


def _priors(examples: Examples, tasks: Mapping[str, Task]) -> dict[str, np.ndarray]:
    rows = examples.rows("train")
    found = {}
    for name, task in tasks.items():
        y = examples.targets[name][rows]
        found[name] = np.asarray(prior(y[y >= 0], len(task.classes)))
    return found
