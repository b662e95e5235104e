"""Whole jobs: embed a corpus, train a recipe, evaluate a run."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from malsori.balance.monitor import GradMonitor
from malsori.corpus.corpus import Corpus
from malsori.encoders.feature_checks import CHECKS
from malsori.encoders.filling import FillReport
from malsori.encoders.store import Store
from malsori.errors import MalsoriError
from malsori.evaluation.calibrating import fitted
from malsori.evaluation.evaluate import evaluate
from malsori.evaluation.intervals import Bootstrap
from malsori.evaluation.references import with_references
from malsori.evaluation.result import Evaluation
from malsori.findings import Finding
from malsori.io import write_parquet
from malsori.notes import Note
from malsori.parallel import cores
from malsori.recipe import Recipe
from malsori.reporting import Reporter, duration, reporter, reporting, say
from malsori.training import checkpoints
from malsori.training.augmenting import augment_note, fill_copies
from malsori.training.building import build_encoders
from malsori.training.choice_cautions import cautions, groups_in
from malsori.training.choosing import check_names
from malsori.training.hooks import Hook
from malsori.training.hooks.checkpointing import Checkpointing
from malsori.training.hooks.early_stopping import EarlyStopping
from malsori.training.hooks.guarding import Guarding
from malsori.training.hooks.monitoring import Monitoring
from malsori.training.hooks.progress_bar import ProgressBar
from malsori.training.identity import check_encoders, with_models_found
from malsori.training.inference import in_pieces, predicted
from malsori.training.interrupting import heeded
from malsori.training.loading import check_finished, load_best
from malsori.training.loop import Loop
from malsori.training.optimizing import parameter_counts
from malsori.training.preparing import fill, store_of
from malsori.training.records import begin, check_folder, check_same, clear, grouped_by
from malsori.training.referencing import keep_references
from malsori.training.rundir import Run, environment
from malsori.training.settling import settle
from malsori.training.setup import Setup, assemble, device_of
from malsori.training.tally import defined
from malsori.training.watching import tell
from malsori.words import Words

# PyTorch has one generator of random numbers and one number of threads for the whole process.
_TURN: Final = threading.RLock()


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
        allow: Feature checks whose serious findings do not end it, see `encoders.feature_checks`.
        thorough: Compares every byte that is there with its checksum first.

    Returns:
        Modality → what was done, `speech, copy 1` for copies that the recipe asks for. Encoders
        that are not worth a cache are left out.

    Raises:
        MalsoriError: A signal cannot be encoded, or no network could learn from the features;
            says which, and why.

    Example:
        >>> import tempfile
        >>> from malsori.training.tiny import tiny_corpus
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
    open_test: bool = True,
    references: bool = True,
    reporter: Reporter | None = None,
) -> Run:
    """Trains a recipe into a folder, or continues it there, to the same bits.

    Threads of one process take turns; to train several recipes at once, give each a process.

    Args:
        recipe: What to train.
        folder: The run's folder. A finished run of the same recipe is left as it is.
        store: The embedding store's folder; None is `store` inside the corpus' folder.
        fresh: Deletes the run in the folder first.
        accept_environment: Continues also with other threads, versions or processor.
        workers: Processes that encode; None uses every core.
        allow: Feature checks whose serious findings do not end it, see `encoders.feature_checks`.
        open_test: Whether test rows are predicted at the end; `open_test` does it later. A run
            that began with False stays closed when it is continued.
        references: Whether simple references are fitted on the same rows at the end, for `evaluate`
            and the report to show beside the network, see `malsori.references`.
        reporter: Takes all words, in its language; None is whoever listens here.

    Raises:
        MalsoriError: The folder holds a run of another recipe or corpus, or bad input.
        EnvironmentChanged: See `accept_environment`.

    Example:
        >>> import tempfile
        >>> from malsori.training.tiny import tiny_corpus
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     recipe = tiny_corpus(Path(folder) / "corpus")
        ...     train(recipe, Path(folder) / "run").finished
        True
    """
    run = Run(folder)
    check_folder(run)
    with reporting(reporter), _TURN, run.lock():
        if fresh:
            clear(run)
        device, threads = device_of(recipe), recipe.training.threads or cores()
        now = environment(threads, device)
        corpus = Corpus.open(recipe.corpus.path)
        corpus.split(recipe.corpus.split)  # says which splits there are, if not this one
        if corpus.dropped.height:
            _say(run, "run.dropped", n=corpus.dropped.height, corpus=corpus.path)
        if run.exists():
            check_same(run, recipe, corpus, now, accept_environment)
            if run.finished:
                _say(run, "run.finished")
                return run
            _say(run, "run.continuing", step=run.state["step"])
        for litter in run.path.rglob(".*.part"):
            litter.unlink()  # what a kill in the middle of a write has left
        settle(threads)
        # What began with closed test rows does not open them by being continued.
        opened = open_test and not (run.exists() and run.state.get("test_closed"))
        parts = ("validation", "test") if opened else ("validation",)
        kept = store_of(corpus, store)
        _train(run, recipe, corpus, kept, now, workers, allow, parts, references=references)
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
        >>> from malsori.training.tiny import tiny_corpus
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     run = train(tiny_corpus(Path(folder) / "corpus"), Path(folder) / "run")
        ...     evaluate_run(run, resamples=100).get("test", "text", "urgency").task.classes
        ('하', '상')
    """
    priors = {name: list(map(float, p)) for name, p in run.priors.items()}
    predictions, bootstrap = run.predictions(logits=False), Bootstrap(resamples, 0, confidence)
    found = evaluate(
        predictions, run.tasks, priors, **asdict(bootstrap), grouped_by=grouped_by(run.state)
    )
    return with_references(found, predictions, run.references(), run.tasks, priors, bootstrap)


def open_test(
    run: Run,
    *,
    corpus: str | Path | None = None,
    store: str | Path | None = None,
    workers: int | None = None,
) -> None:
    """Predicts the test rows of a run that was trained with `open_test=False`; records when.

    Args:
        run: A finished run.
        corpus: Where its corpus is now; None is where it was.
        store: The embedding store's folder; None is `store` inside the corpus' folder.
        workers: Processes that encode; None uses every core.

    Raises:
        MalsoriError: The run is not finished, or its corpus, split or encoders are not those it
            was trained with.

    Example:
        >>> import tempfile
        >>> from malsori.training.tiny import tiny_corpus
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     recipe = tiny_corpus(Path(folder) / "corpus")
        ...     run = train(recipe, Path(folder) / "run", open_test=False)
        ...     before = run.predictions()["split"].unique().to_list()
        ...     open_test(run)
        ...     before, run.predictions()["split"].unique().sort().to_list()
        (['validation'], ['test', 'validation'])
    """
    with _TURN, run.lock():
        check_finished(run)
        if "test" in run.predictions(logits=False)["split"]:
            return
        recipe = with_models_found(run.recipe, run)
        opened = _moved(run, recipe.corpus.path if corpus is None else corpus)
        now = environment(recipe.training.threads or cores(), device_of(recipe))
        check_same(run, run.recipe, opened, now, accept=True)
        encoders = build_encoders(recipe)
        check_encoders(run, encoders)
        settle(now["threads"])
        kept = store_of(opened, store)
        setup = assemble(recipe, opened, kept, encoders=encoders, workers=workers, allow=CHECKS)
        load_best(run, setup.model)
        if run.references() is not None:
            keep_references(run, setup, opened, ("test",))  # first: predictions say it is done
        _predict(run, setup, ("test",))


def _moved(run: Run, place: str | Path) -> Corpus:
    """A run's corpus, which may have moved."""
    if not Path(place).exists():
        raise MalsoriError(
            f"{run.path}: its corpus is not at {place} any more",
            hint="say where it is now, as in --corpus FOLDER",
        )
    return Corpus.open(place)


def _train(
    run: Run,
    recipe: Recipe,
    corpus: Corpus,
    store: Store,
    now: Mapping[str, Any],
    workers: int | None,
    allow: Sequence[str],
    parts: Sequence[str],
    *,
    references: bool,
) -> None:
    started = time.monotonic()
    encoders = build_encoders(recipe)
    if run.exists():
        check_encoders(run, encoders)
    borne: list[Finding] = []

    def seen(findings: Sequence[Finding], allow: Sequence[str]) -> None:
        tell(findings, allow)
        borne.extend(f for f in findings if f.severity == "serious")

    setup = assemble(
        recipe, corpus, store, encoders=encoders, workers=workers, allow=allow, seen=seen
    )
    for modality in recipe.augment:
        note = augment_note(recipe, encoders, modality)
        _say(run, note.key, **note.fields)
    rows = len(setup.examples.rows("train"))
    for task, n in setup.examples.added.items():
        _say(run, "run.labelled", task=task, n=n, rows=rows)
    begin(run, setup, corpus, now, closed="test" not in parts, allowed=borne)
    counts = parameter_counts(setup.model)
    trained, total = (sum(pair[i] for pair in counts.values()) for i in (0, 1))
    of = [f"{name} {count:,}" for name, (count, _) in counts.items() if count]
    _say(run, "run.parameters", trained=trained, total=total, of=", ".join(of))
    loop = Loop(setup, hooks_of(run, setup))
    saved = checkpoints.restore(run)
    if saved is not None:
        loop.load_state_dict(saved)
    _interruptible(run, loop)
    _finish(run, loop, parts, corpus if references else None)
    best, why = loop.progress.best_epoch, Note.of(loop.progress.stopped)
    _say(run, "run.best", epoch=best, why=why, took=duration(time.monotonic() - started))
    for note in cautions(run.state):
        _say(run, note.key, **note.fields)


def _interruptible(run: Run, loop: Loop) -> None:
    """Trains; Ctrl-C is heeded after the step at work, with a checkpoint."""
    saving = [hook for hook in loop.hooks if isinstance(hook, Checkpointing)]

    def ask() -> None:
        _say(run, "run.stopping", step=loop.progress.step + 1)
        for hook in saving:
            hook.end = end

    with heeded(ask) as end:
        loop.train()
        end()


def hooks_of(run: Run, setup: Setup) -> list[Hook]:
    """What a run trains with: guards, monitor, early stopping, progress, checkpoints."""
    hooks: list[Hook] = [Guarding()]
    stop, settings = setup.recipe.training.stop, setup.recipe.balance.monitor
    # One task alone has nobody to be compared with.
    if settings is not None and len(setup.tasks) > 1:
        hooks.append(Monitoring(GradMonitor(every=settings.every), run.gradients))
    if stop is not None:
        hooks.append(EarlyStopping(stop.patience))
    every = setup.recipe.training.checkpoint_steps
    return [*hooks, ProgressBar(), Checkpointing(run, every)]


def _say(run: Run, key: str, **fields: object) -> None:
    """A line about a run, in the language of who listens."""
    say(f"{run.path}: {Words(reporter().lang)(key, **fields)}")


def _finish(run: Run, loop: Loop, parts: Sequence[str], corpus: Corpus | None) -> None:
    """Best weights, predictions, and only then the word that the run is finished.

    The corpus is for the references, None where none are wanted.
    """
    progress, model = loop.progress, loop.setup.model
    model.restructure(progress.best_structure)
    model.load_state_dict(progress.best_weights)
    checkpoints.save_best(run, progress.best_weights, progress.best_structure)
    _predict(run, loop.setup, parts)
    if corpus is not None:
        keep_references(run, loop.setup, corpus, parts)
    raw = run.predictions(logits=False, raw=True, part="validation")
    run.update(
        status="finished",
        stopped=progress.stopped,
        best_epoch=progress.best_epoch,
        best_validation_skill=defined(progress.best_skill),
        validation_groups=groups_in(raw),
        temperatures=fitted(raw, loop.setup.tasks),
        epochs=-(-progress.step // loop.steps_per_epoch),
    )


def _predict(run: Run, setup: Setup, parts: Sequence[str]) -> None:
    """Predictions of some parts of the split; for the test rows the moment is recorded."""
    files: list[Path] = []
    for frame in in_pieces(
        predicted(setup.model, setup.examples, setup.tasks, setup.device, parts)
    ):
        name = "-".join([*parts, *([f"{len(files):03d}"] if files else [])])
        files.append(run.predictions_folder / f"{name}.parquet")
        write_parquet(frame, files[-1])
    now = datetime.now(UTC).isoformat(timespec="seconds")
    run.update(files, **({"test_opened": now} if "test" in parts else {}))
