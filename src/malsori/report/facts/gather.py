"""From the folders of some runs to everything that their report says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from malsori import __version__
from malsori.balance.summary import MonitorSummary, summarise
from malsori.errors import MalsoriError
from malsori.evaluation.evaluate import evaluate
from malsori.evaluation.intervals import Bootstrap, Estimate
from malsori.evaluation.references import with_references
from malsori.evaluation.result import Evaluation, TaskResult
from malsori.notes import Note
from malsori.report.facts.audit import AuditFacts, Found, allowed_in, audit_of
from malsori.report.facts.comparing import (
    Compared,
    Loss,
    RunDifference,
    check_baseline,
    fullest,
    losses,
    run_differences,
)
from malsori.report.facts.corpus_data import DataFacts, data_of
from malsori.report.facts.errors import MOST, TaskErrors, errors_of
from malsori.report.facts.excerpts import Excerpt, excerpts_of, open_corpus
from malsori.report.facts.learning import Learning, learning_of
from malsori.report.facts.plain import plain
from malsori.report.facts.privacy import Quotes, run_names, shared_recipe
from malsori.report.facts.row_names import RowNames, by_numbers, numbers_of, told_in
from malsori.schema import SPLITS, Task
from malsori.training import Run
from malsori.training.records import grouped_by


@dataclass(frozen=True)
class RunFacts:
    """One run."""

    name: str  # of its folder
    finished: bool  # whether it was trained to its end
    tasks: dict[str, Task]
    priors: dict[str, list[float]]  # task → as `scoring.prior_of` gives it
    modalities: list[str]  # what it hears
    parameters: int | None  # trained ones
    rows: dict[str, int]  # part → utterances that it uses
    recipe: dict[str, Any]  # as trained, without places on a disk
    recipe_digest: str  # of the recipe, whatever the place of the corpus
    environment: dict[str, Any]  # versions, threads and machine
    corpus_digest: str  # of the corpus' content
    split_hash: str | None  # of the division
    data: DataFacts  # what it was trained on
    learning: Learning
    gradients: MonitorSummary | None  # None if nothing was measured
    gradient_rows: pl.DataFrame | None = field(repr=False)  # of the monitor; not in the JSON twin
    split: str  # the part that the results are of; `test` where there is one
    results: tuple[TaskResult, ...]  # every task and condition in that part; empty if unfinished
    references: tuple[TaskResult, ...]  # what simple references reach in that part
    findings: tuple[Note, ...]  # where one of these is better
    errors: dict[str, TaskErrors]  # by task, with everything that it hears
    losses: tuple[Loss, ...]  # what it loses when a modality is missing
    names: RowNames  # how its rows are called
    allowed: tuple[Found, ...]  # serious findings in its features that it went on with

    @property
    def condition(self) -> str:
        """The condition with everything that it hears."""
        return "+".join(self.modalities)

    @property
    def seed(self) -> int:
        """Of its training."""
        return int(self.recipe["training"]["seed"])

    def result(self, task: str, condition: str | None = None) -> TaskResult | None:
        """One result, of the fullest condition if none is named; None if there is none."""
        mine = [r for r in self.results if r.task.name == task]
        if condition is not None:
            mine = [r for r in mine if r.condition == condition]
        return mine[0] if mine else None

    def best_skill(self, task: str, condition: str) -> float | None:
        """The skill of the best possible answer, where it is known."""
        return self.data.best_skill(task, condition)

    def same_data(self, other: RunFacts) -> bool:
        """Whether both were trained and tested on the same rows."""
        mine = (self.corpus_digest, self.split_hash, self.split)
        return mine == (other.corpus_digest, other.split_hash, other.split)


@dataclass(frozen=True)
class Facts:
    """Everything that a report says."""

    version: str  # of malsori
    subject: RunFacts  # the run that the report is about
    others: tuple[RunFacts, ...]  # runs beside it, in the order that they were given
    baseline: str | None  # name of the run that was asked to compare with, or None
    differences: tuple[RunDifference, ...]  # between runs on the same data
    excerpts: dict[str, Excerpt]  # id → what was said; empty unless it was asked for
    audit: AuditFacts  # of the subject's corpus and split
    quoted: bool  # whether findings and notes quote names, ids and sentences
    confidence: float  # of the intervals
    resamples: int  # that they are made with

    @property
    def runs(self) -> tuple[RunFacts, ...]:
        """All runs, the subject first."""
        return (self.subject, *self.others)

    @property
    def several_tasks(self) -> bool:
        """Whether any run learned more than one task."""
        return any(len(run.tasks) > 1 for run in self.runs)

    @property
    def comparable(self) -> tuple[RunFacts, ...]:
        """Finished runs on the subject's data, the subject among them."""
        return tuple(r for r in self.runs if r.results and r.same_data(self.subject))

    @property
    def elsewhere(self) -> tuple[RunFacts, ...]:
        """Finished runs on other data."""
        return tuple(r for r in self.runs if r.results and not r.same_data(self.subject))

    def alone(self, task: str) -> RunFacts | None:
        """The first run on the same data that learned only this task.

        None where the subject itself learned one task: it is then alone already.
        """
        if len(self.subject.tasks) == 1:
            return None
        others = (r for r in self.comparable if r is not self.subject)
        return next((r for r in others if list(r.tasks) == [task]), None)

    def data(self) -> dict[str, Any]:
        """As JSON can hold it."""
        found: dict[str, Any] = plain(self)
        return found


def gather(
    runs: Sequence[str | Path],
    *,
    baseline: str | Path | None = None,
    include_text: bool = False,
    include_ids: bool = False,
    corpus: str | Path | None = None,
    mistakes: int = MOST,
    resamples: int = 1000,
    confidence: float = 0.95,
) -> Facts:
    """Reads the folders of some runs; the arguments are those of `write_report`.

    Raises:
        MalsoriError: No run; a folder that is none; a baseline that is not among them; a corpus
            that is needed and not there.
    """
    paths = _paths(runs)
    names = run_names(paths)
    chosen = None if baseline is None else _baseline(Path(baseline), paths, names)
    check_baseline(chosen, names)
    bootstrap = Bootstrap(resamples, 0, confidence)
    opened = [Run.open(path) for path in paths]
    quotes = Quotes(include_ids, include_text)
    found = [
        _run(run, name, bootstrap, mistakes, quotes)
        for run, name in zip(opened, names, strict=True)
    ]
    subject = found[0]
    return Facts(
        version=__version__,
        subject=subject,
        others=tuple(found[1:]),
        baseline=chosen,
        differences=tuple(_differences(opened, found, chosen, bootstrap)),
        excerpts=_excerpts(opened[0], subject, corpus) if include_text else {},
        audit=audit_of(
            _place(opened[0], corpus), subject.data.split.name, subject.corpus_digest, quotes
        ),
        quoted=quotes.open,
        confidence=confidence,
        resamples=resamples,
    )


def _paths(runs: Sequence[str | Path]) -> list[Path]:
    places: dict[Path, Path] = {}
    for path in (path for run in runs for path in _runs_in(Path(run))):
        places.setdefault(path.resolve(), path)
    paths = list(places.values())
    if not paths:
        raise MalsoriError("a report needs a run", hint="malsori report RUN")
    return paths


def _runs_in(path: Path) -> list[Path]:
    """The folder itself, or the runs inside a folder that is none, sorted by name."""
    if Run(path).exists() or not path.is_dir():
        return [path]
    return sorted(state.parent for state in path.rglob("run.json")) or [path]


def _baseline(path: Path, paths: Sequence[Path], names: Sequence[str]) -> str:
    """Its name among the runs; as it was written where it is none of them."""
    places = {p.resolve(): name for p, name in zip(paths, names, strict=True)}
    return places.get(path.resolve(), str(path))


def _run(run: Run, name: str, bootstrap: Bootstrap, mistakes: int, quotes: Quotes) -> RunFacts:
    state, recipe = run.state, run.recipe
    tasks = run.tasks
    priors = {task: [float(p) for p in shares] for task, shares in run.priors.items()}
    rows = run.gradient_rows()
    predictions = run.predictions(logits=False) if run.finished else None
    split = "test" if predictions is None else _shown(predictions)
    compared = None
    found = Evaluation(())
    errors: dict[str, TaskErrors] = {}
    names = RowNames()
    if predictions is not None:
        shown = predictions.filter(pl.col("split") == split)
        compared = Compared(name, shown, tasks, priors)
        over = grouped_by(state)
        alone = evaluate(shown, tasks, priors, **asdict(bootstrap), grouped_by=over)
        found = with_references(alone, shown, run.references(), tasks, priors, bootstrap)
        errors = _errors(compared, split, mistakes)
        told = run.corpus_facts.get("told_by_ids") or told_in(shown, tasks)
        names = RowNames(tuple(told), quotes.ids or not told)
        errors = errors if names.shown else by_numbers(errors, shown, split)
    return RunFacts(
        name=name,
        finished=run.finished,
        tasks=tasks,
        priors=priors,
        modalities=list(recipe.encoders),
        parameters=state.get("parameters"),
        rows=dict(state.get("rows", {})),
        recipe=shared_recipe(recipe.data()),
        recipe_digest=str(state["recipe_digest"]),
        environment=state["environment"],
        corpus_digest=str(state["corpus"]["digest"]),
        split_hash=state["split"]["hash"],
        data=data_of(run.corpus_facts, tuple(tasks), quotes),
        learning=learning_of(state, run.history(), list(tasks), recipe.training.epochs),
        gradients=None if rows is None else summarise(rows),
        gradient_rows=rows,
        split=split,
        results=tuple(found.results),
        references=tuple(found.references),
        findings=tuple(found.findings),
        errors=errors,
        losses=() if compared is None else tuple(losses(compared, split, bootstrap)),
        names=names,
        allowed=allowed_in(state, quotes),
    )


def _shown(predictions: pl.DataFrame) -> str:
    """The part that is held out furthest."""
    there = set(predictions["split"].unique())
    return next((s for s in reversed(SPLITS) if s in there), "test")


def _errors(run: Compared, split: str, mistakes: int) -> dict[str, TaskErrors]:
    return {
        name: errors_of(fullest(run.predictions, split, name), task, mistakes)
        for name, task in run.tasks.items()
    }


def _differences(
    opened: Sequence[Run], found: Sequence[RunFacts], baseline: str | None, bootstrap: Bootstrap
) -> list[RunDifference]:
    same = [
        Compared(facts.name, run.predictions(logits=False), facts.tasks, facts.priors)
        for run, facts in zip(opened, found, strict=True)
        if facts.results and facts.same_data(found[0])
    ]
    return run_differences(same, found[0].split, baseline=baseline, bootstrap=bootstrap)


def _place(run: Run, corpus: str | Path | None) -> Path:
    return Path(corpus) if corpus is not None else Path(run.recipe.corpus.path)


def _excerpts(run: Run, subject: RunFacts, corpus: str | Path | None) -> dict[str, Excerpt]:
    place = _place(run, corpus)
    ids = [m.id for errors in subject.errors.values() for m in errors.mistakes]
    far_off = [e.numbers for e in subject.errors.values() if e.numbers is not None]
    ids += [far.id for each in far_off for far in each.far]
    numbers = {} if subject.names.shown else numbers_of(run.predictions(), subject.split)
    named = {name: number for name, number in numbers.items() if number in ids}
    found = excerpts_of(open_corpus(place, subject.corpus_digest), named or ids)
    return {named.get(name, name): excerpt for name, excerpt in found.items()}


def skill_of(result: TaskResult | None) -> Estimate:
    """A result's skill; undefined where there is no result."""
    return Estimate(float("nan")) if result is None else result.numbers["skill"]
