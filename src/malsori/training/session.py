"""Whole jobs: embed a corpus, train a recipe, evaluate a run."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from malsori.balance.monitor import GradMonitor
from malsori.console import duration, say
from malsori.corpus.corpus import Corpus
from malsori.encoders.filling import FillReport
from malsori.encoders.store import Store
from malsori.errors import MalsoriError
from malsori.evaluation.evaluate import evaluate
from malsori.evaluation.result import Evaluation
from malsori.io import write_parquet
from malsori.parallel import cores
from malsori.recipe import Recipe
from malsori.training import checkpoints
from malsori.training.augmenting import fill_copies, tell_augment
from malsori.training.building import build_encoders, build_engine, build_model, prepare_model
from malsori.training.data import check_names
from malsori.training.identity import check_encoders, fingerprints
from malsori.training.inference import predict_examples
from malsori.training.labels import describe_added
from malsori.training.loop import Loop
from malsori.training.optimizing import make_optimizer, parameter_counts
from malsori.training.parts import check_parts
from malsori.training.preparing import fill, prepare_examples, priors_of, store_of
from malsori.training.records import (
    begin,
    check_folder,
    check_same,
    clear,
)
from malsori.training.rundir import Run, environment


def embed(
    recipe: Recipe,
    *,
    store: str | Path | None = None,
    workers: int | None = None,
    allow: Sequence[str] = (),
    thorough: bool = False,
) -> dict[str, FillReport]:
    """Encodes every utterance of the recipe's corpus once, into the embedding store.

    Args:
        recipe: Names the corpus and the encoders.
        store: The store's folder; None is `store` inside the corpus' folder.
        workers: Processes; None uses every core.
        allow: Checks of features whose serious findings do not end it, see `encoders.watch`.
        thorough: Compares every byte that is there with its checksum first.

    Returns:
        Modality → what was done, `speech, copy 1` for copies that the recipe asks for. Encoders
        that are not worth a cache are left out.

    Raises:
        MalsoriError: A signal cannot be encoded, or no network could learn from the features;
            says which, and why.

    Example:
        >>> import tempfile
        >>> from malsori.training.examples import tiny_corpus
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     recipe = tiny_corpus(Path(folder) / "corpus")
        ...     embed(recipe, workers=1)["text"].done
        40
    """
    corpus = Corpus.open(recipe.corpus.path)
    encoders = build_encoders(recipe)
    check_names(corpus, recipe.tasks, encoders)
    where = store_of(corpus, store)
    reports = fill(corpus, encoders, where, workers, allow=allow, thorough=thorough)
    return reports | fill_copies(
        recipe, corpus, encoders, where, workers, allow=allow, thorough=thorough
    )


def train(
    recipe: Recipe,
    folder: str | Path,
    *,
    store: str | Path | None = None,
    fresh: bool = False,
    accept_environment: bool = False,
    workers: int | None = None,
    allow: Sequence[str] = (),
) -> Run:
    """Trains a recipe into a folder, or continues it there, to the same bits.

    Args:
        recipe: What to train.
        folder: The run's folder. A finished run of the same recipe is left as it is.
        store: The embedding store's folder; None is `store` inside the corpus' folder.
        fresh: Deletes the run in the folder first.
        accept_environment: Continues also with other threads, versions or processor.
        workers: Processes that encode; None uses every core.
        allow: Checks of features whose serious findings do not end it, see `encoders.watch`.

    Raises:
        MalsoriError: The folder holds a run of another recipe or corpus, or bad input.
        EnvironmentChanged: See `accept_environment`.

    Example:
        >>> import tempfile
        >>> from malsori.training.examples import tiny_corpus
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     recipe = tiny_corpus(Path(folder) / "corpus")
        ...     train(recipe, Path(folder) / "run").finished
        True
    """
    run = Run(folder)
    check_folder(run)
    with run.lock():
        if fresh:
            clear(run)
        device, threads = device_of(recipe), recipe.training.threads or cores()
        now = environment(threads, device)
        corpus = Corpus.open(recipe.corpus.path)
        corpus.split(recipe.corpus.split)  # says which splits there are, if not this one
        if run.exists():
            check_same(run, recipe, corpus, now, accept_environment)
            if run.finished:
                say(f"{run.path}: this run is finished (--fresh trains it again)")
                return run
            say(f"{run.path}: continuing at step {run.state['step']}")
        for litter in run.path.rglob(".*.part"):
            litter.unlink()  # what a kill in the middle of a write has left
        _settle(threads)
        _train(run, recipe, corpus, store_of(corpus, store), now, workers, allow)
    return run


def evaluate_run(run: Run, *, resamples: int = 1000, confidence: float = 0.95) -> Evaluation:
    """A run's numbers, computed from its predictions.

    Args:
        run: A finished run.
        resamples: Of the bootstrap.
        confidence: Of the intervals, in (0, 1).

    Raises:
        MalsoriError: The run is not finished.

    Example:
        >>> import tempfile
        >>> from malsori.training.examples import tiny_corpus
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     run = train(tiny_corpus(Path(folder) / "corpus"), Path(folder) / "run")
        ...     evaluate_run(run, resamples=100).get("test", "text", "urgency").task.classes
        ('하', '상')
    """
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
    allow: Sequence[str],
) -> None:
    started = time.monotonic()
    encoders = build_encoders(recipe)
    check_names(corpus, recipe.tasks, encoders)
    if run.exists():
        check_encoders(run, encoders)
    check_parts(recipe, corpus, encoders)  # encoding may take hours: not before it is worth it
    fill(corpus, encoders, store, workers, allow=allow)
    fill_copies(recipe, corpus, encoders, store, workers, allow=allow)
    tell_augment(recipe, encoders, run.path)
    tasks = {name: corpus.tasks[name] for name in recipe.tasks}
    examples = prepare_examples(recipe, corpus, encoders, store)
    for line in describe_added(examples.added, len(examples.rows("train"))):
        say(f"{run.path}: {line}")
    priors = priors_of(examples, tasks)
    device = torch.device(now["device"])
    model = build_model(recipe, tasks, encoders, examples.widths)
    prepare_model(model, examples, priors)
    model.to(device)
    begin(run, recipe, corpus, examples, tasks, priors, model, now, encoders=fingerprints(encoders))
    say(f"{run.path}: {_told(parameter_counts(model))}")
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


def _told(counts: Mapping[str, tuple[int, int]]) -> str:
    """How many parameters are trained, and where."""
    trained, total = (sum(pair[i] for pair in counts.values()) for i in (0, 1))
    of = f"{trained:,}" if trained == total else f"{trained:,} of {total:,}"
    parts = ", ".join(f"{name} {count:,}" for name, (count, _) in counts.items() if count)
    return f"{of} parameters are trained: {parts}"


def _finish(run: Run, loop: Loop, started: float) -> None:
    """Best weights, predictions, and only then the word that the run is finished."""
    best = loop.progress.best_weights
    loop.model.load_state_dict(best)
    checkpoints.save_best(run, best)
    frame = predict_examples(loop.model, loop.examples, loop.tasks, loop.device)
    predictions = run.predictions_folder / "part-0.parquet"
    write_parquet(frame, predictions)
    progress = loop.progress
    run.update(
        [predictions],
        status="finished",
        stopped=progress.stopped,
        best_epoch=progress.best_epoch,
        best_validation_skill=progress.best_skill,
        epochs=-(-progress.step // loop.steps_per_epoch),
    )
    say(
        f"{run.path}: best at epoch {progress.best_epoch}, {_ending(progress.stopped)}; "
        f"{duration(time.monotonic() - started)} in this session"
    )


def _ending(stopped: str) -> str:
    """Why training ended, in words.

    Example:
        >>> _ending("all 3 epochs"), _ending("all 1 epochs"), _ending("skill fell")
        ('went through all 3 epochs', 'went through its one epoch', 'stopped after skill fell')
    """
    if stopped == "all 1 epochs":
        return "went through its one epoch"
    return f"went through {stopped}" if stopped.startswith("all ") else f"stopped after {stopped}"


def device_of(recipe: Recipe) -> torch.device:
    """The device that a recipe trains on.

    Raises:
        MalsoriError: It cannot be used here.
    """
    name = recipe.training.device
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise MalsoriError(
            f"training.device: {name!r} cannot be used here",
            hint="auto, cpu, cuda, cuda:1 or mps, if this machine and this PyTorch have it",
        ) from error
    return device


def _settle(threads: int) -> None:
    """Same threads, same order of sums, same bits."""
    torch.set_num_threads(threads)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # determinism on CUDA needs it
    torch.use_deterministic_algorithms(True)
