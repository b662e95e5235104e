"""What a run writes down of itself, and whether an interrupted one may go on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from malsori.corpus.corpus import Corpus
from malsori.corpus.splits.recounting import recorded_split
from malsori.corpus.summary import summarise
from malsori.corpus.telling import told_by_ids
from malsori.entry_points import packages_of
from malsori.errors import MalsoriError
from malsori.findings import Finding
from malsori.io import read_yaml, write_json, write_yaml
from malsori.recipe import Recipe
from malsori.training.building import count_labels
from malsori.training.identity import fingerprints
from malsori.training.rundir import Run, changed, command

if TYPE_CHECKING:
    from malsori.training.setup import Setup

# What the bits of a run depend on besides its recipe.
ENVIRONMENT_KEYS = ("malsori", "torch", "numpy", "processor", "threads", "device")


class EnvironmentChanged(MalsoriError):  # noqa: N818 - reads better where it is caught
    """An interrupted run would go on with other threads, versions or on another machine."""


def check_folder(run: Run) -> None:
    """Refuses a folder that holds other things than a run."""
    if run.exists() or not run.path.exists():
        return
    if not run.path.is_dir():
        raise MalsoriError(f"{run.path}: is a file", hint="choose another --out")
    # What a kill before the first checkpoint leaves.
    own = {".lock", "recipe.yaml", "tasks.yaml", "corpus.json"}
    others = [p.name for p in run.path.iterdir() if p.name not in own and p.suffix != ".part"]
    if others:
        raise MalsoriError(
            f"{run.path}: holds other things than a run ({min(others)!r} and more)",
            hint="choose a folder that does not exist yet",
        )


def begin(
    run: Run,
    setup: Setup,
    corpus: Corpus,
    now: Mapping[str, Any],
    *,
    closed: bool = False,
    allowed: Sequence[Finding] = (),
) -> None:
    """Writes what the run is, once; `run.json` last, because it makes the folder a run.

    Args:
        run: The folder.
        setup: What is trained.
        corpus: What it is trained on.
        now: The environment.
        closed: Whether test rows are not predicted.
        allowed: Serious findings that were accepted (``--allow``).
    """
    if run.exists():
        run.update(environment=dict(now))
        return
    recipe, examples = setup.recipe, setup.examples
    absolute = {"path": str(Path(recipe.corpus.path).resolve()), "split": recipe.corpus.split}
    write_yaml(run.recipe_file, {**recipe.data(), "corpus": absolute})
    run.write_tasks(setup.tasks, setup.priors, count_labels(setup.examples, setup.tasks))
    write_json(run.corpus_file, _corpus_facts(corpus, recipe.corpus.split))
    packages = packages_of(_kinds(recipe.data()))
    trained = sum(p.numel() for p in setup.model.parameters() if p.requires_grad)
    run.update(
        [run.recipe_file, run.tasks_file, run.corpus_file],
        status="running",
        step=0,
        test_closed=closed,
        command=command(),
        environment=dict(now),
        recipe_digest=recipe.digest(),
        corpus={"name": corpus.name, "digest": corpus.digest, "channel": corpus.channel},
        split={
            "name": recipe.corpus.split,
            **split_facts(corpus, recipe.corpus.split),
            "unit": group_column(corpus, recipe.corpus.split),
        },
        rows={part: len(examples.rows(part)) for part in ("train", "validation", "test")},
        widths=examples.widths,
        encoders=fingerprints(setup.encoders),
        labels_added=examples.added,
        parameters=trained,
        allowed=[{**finding.data(), "examples": []} for finding in allowed],
        **({"packages": packages} if packages else {}),
    )


def _kinds(data: Any) -> Iterator[str]:
    """Every kind that a recipe names, whatever it is of."""
    if isinstance(data, Mapping):
        yield from (kind for kind in [data.get("kind")] if isinstance(kind, str))
    for value in data.values() if isinstance(data, Mapping) else data:
        if isinstance(value, Mapping | list):
            yield from _kinds(value)


def _corpus_facts(corpus: Corpus, split: str) -> dict[str, Any]:
    """What a report says of the data, so that it needs the run's folder only."""
    return {
        "summary": summarise(corpus, split).data(),
        "split": recorded_split(corpus, split),
        "adapter": corpus.spec.adapter,
        "bounds": corpus.spec.bounds,
        "told_by_ids": told_by_ids(corpus.utterances),
    }


def group_column(corpus: Corpus, split: str) -> str | None:
    """The column whose values intervals resample: the split's first group column, else speakers."""
    by = split_facts(corpus, split)["by"] or []
    rows = corpus.utterances
    choices = [*by, "speaker", "call", "dialogue"]
    return next((c for c in choices if c in rows.columns and rows[c].n_unique() > 1), None)


def grouped_by(state: Mapping[str, Any]) -> str | None:
    """The same of a run; one of before did not record it, and then it was the split's first."""
    split = state["split"]
    return split["unit"] if "unit" in split else next(iter(split.get("by") or ()), None)


def split_facts(corpus: Corpus, name: str) -> dict[str, Any]:
    """The hash of a saved split, and what it was grouped by."""
    facts = read_yaml(corpus.path / "splits" / f"{name}.yaml") or {}
    return {"hash": facts.get("hash"), "by": (facts.get("how") or {}).get("by")}


def check_same(
    run: Run, recipe: Recipe, corpus: Corpus, now: Mapping[str, Any], accept: bool
) -> None:
    """Refuses to go on with another recipe, corpus or split; asks about another environment.

    Raises:
        MalsoriError: The recipe, the corpus or its split is not the one the run began with.
        EnvironmentChanged: Threads, versions or processor are others, and `accept` is False.
    """
    state = run.state
    # Its own recipe read again, so that an option that came later has its default there too.
    before = run.recipe
    if _without_threads(before).digest() != _without_threads(recipe).digest():
        differences = _differences(before.data(), recipe.data())
        raise MalsoriError(
            f"{run.path}: holds a run of another recipe: {'; '.join(differences)}",
            hint="choose another --out, or --fresh to delete that run",
        )
    same_split = state["split"]["hash"] == split_facts(corpus, recipe.corpus.split)["hash"]
    if state["corpus"]["digest"] != corpus.digest or not same_split:
        dropped = f"`malsori corpus drop {corpus.path} --list` says what was dropped; "
        raise MalsoriError(
            f"{run.path}: the corpus or its split has changed since this run began",
            hint=f"{dropped if corpus.dropped.height else ''}choose another --out, or --fresh to "
            "delete that run",
        )
    differences = changed(state["environment"], now, ENVIRONMENT_KEYS)
    if differences and not accept and not run.finished:
        raise EnvironmentChanged(
            f"{run.path}: began under other conditions ({'; '.join(differences)}); continued "
            "here, its numbers will not be bit-identical to those of an uninterrupted run",
            hint="--yes continues all the same",
        )


def _without_threads(recipe: Recipe) -> Recipe:
    """Threads are of the environment, which `accept` is about, wherever they were said."""
    training = recipe.training.model_copy(update={"threads": None})
    return recipe.model_copy(update={"training": training})


def _differences(before: Any, now: Any, path: str = "") -> list[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        keys = [*before, *(k for k in now if k not in before)]
        found = [_differences(before.get(k), now.get(k), f"{path}.{k}".strip(".")) for k in keys]
        return [line for lines in found for line in lines if not line.startswith("corpus.path")]
    return [] if before == now else [f"{path}: {before} → {now}"]


def clear(run: Run) -> None:
    """Deletes a run's own files; a folder that is no run is not touched."""
    if not run.exists():
        return
    for folder in (run.gradients, run.predictions_folder, run.references_folder, run.checkpoints):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (run.state_file, run.history_file, run.recipe_file, run.tasks_file):
        file.unlink(missing_ok=True)
