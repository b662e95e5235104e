"""A run's folder: what it holds, and who may write to it."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch

from malsori import __version__
from malsori.entry_points import packages_of
from malsori.errors import MalsoriError
from malsori.evaluation.calibrating import Temperatures, beside, calibrated, with_heard
from malsori.io import (
    not_as_written,
    read_checked_json,
    read_yaml,
    sha256,
    sha256_file,
    write_checked_json,
    write_yaml,
)
from malsori.locks import locked
from malsori.nn.counts import Counts
from malsori.parallel import cores
from malsori.recipe import Recipe
from malsori.schema import Task


class Run:
    """One trained recipe and seed, as a folder.

    It holds `recipe.yaml`, `tasks.yaml` (the tasks with the priors and counts of their training
    labels), `corpus.json` (the corpus and the split at a glance, no transcripts), `history.jsonl`,
    `gradients/`, `predictions/` and `references/` (Parquet parts), `checkpoints/`, and `run.json`:
    what was trained on what, in which environment, how far it is, and the checksums of these files
    and its own. Whatever is read is compared with its checksum first.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.recipe_file = self.path / "recipe.yaml"
        self.tasks_file = self.path / "tasks.yaml"
        self.state_file = self.path / "run.json"
        self.corpus_file = self.path / "corpus.json"
        self.history_file = self.path / "history.jsonl"
        self.gradients = self.path / "gradients"
        self.predictions_folder = self.path / "predictions"
        self.references_folder = self.path / "references"
        self.checkpoints = self.path / "checkpoints"

    @classmethod
    def open(cls, path: str | Path) -> Run:
        """Opens an existing run.

        Raises:
            MalsoriError: The folder is no run.
        """
        run = cls(path)
        if not run.exists():
            raise MalsoriError(
                f"{run.path}: is no run (it has no run.json)",
                hint="a run is what `malsori train RECIPE` writes",
            )
        return run

    def exists(self) -> bool:
        """Whether the folder holds a run."""
        return self.state_file.is_file()

    @property
    def recipe(self) -> Recipe:
        """The full recipe, as trained.

        Raises:
            MalsoriError: It names a kind of a package that is not installed, or the file is not
                what was written.
        """
        self.content(self.recipe_file)
        try:
            return Recipe.load(self.recipe_file)
        except MalsoriError as error:
            noted: dict[str, str] = self.state.get("packages", {})
            gone = [f"{of} (for {kind})" for kind, of in noted.items() if not packages_of([kind])]
            if gone:
                hint = f"it was trained with {' and '.join(gone)}; install that here"
            elif "no kind" in error.message:
                hint = "it may be of a package that is not installed here"
            else:
                raise
            raise MalsoriError(error.message, hint=hint) from error

    @property
    def state(self) -> dict[str, Any]:
        """What `run.json` says."""
        if any(self.checkpoints.glob("*.pt")):
            raise MalsoriError(
                f"{self.path}: was written by an earlier version of malsori",
                hint="train it again with --fresh",
            )
        return read_checked_json(self.state_file)

    @property
    def finished(self) -> bool:
        """Whether training came to its end and the predictions are written."""
        return self.exists() and self.state["status"] == "finished"

    @property
    def tasks(self) -> dict[str, Task]:
        """The tasks, classes in their declared order."""
        entries = self._task_entries()
        return {e["name"]: Task(**{k: e[k] for k in Task.model_fields if k in e}) for e in entries}

    @property
    def priors(self) -> dict[str, np.ndarray]:
        """What is known of each task's training labels, see `scoring.prior_of`."""
        return {e["name"]: np.array(e["prior"]) for e in self._task_entries()}

    def _task_entries(self) -> list[dict[str, Any]]:
        self.content(self.tasks_file)
        entries: list[dict[str, Any]] = read_yaml(self.tasks_file)
        return entries

    @property
    def corpus_facts(self) -> dict[str, Any]:
        """The corpus and the split at a glance."""
        facts: dict[str, Any] = json.loads(self.content(self.corpus_file))
        return facts

    @property
    def counts(self) -> dict[str, Counts]:
        """How many training rows were labelled for each task, and of which class."""
        return {e["name"]: Counts.read(e["counts"]) for e in self._task_entries()}

    def write_tasks(
        self,
        tasks: Mapping[str, Task],
        priors: Mapping[str, np.ndarray],
        counts: Mapping[str, Counts],
    ) -> None:
        """Writes the tasks beside what is known of their training labels."""
        entries = [
            {
                **task.model_dump(mode="json"),
                "prior": [float(p) for p in priors[name]],
                "counts": counts[name].data(),
            }
            for name, task in tasks.items()
        ]
        write_yaml(self.tasks_file, entries)

    def update(self, written: Sequence[Path] = (), **changes: Any) -> None:
        """Changes entries of `run.json`, and takes the checksums of files that were written."""
        state = {"files": {}, **(self.state if self.exists() else {}), **changes}
        state["files"] |= self.checksums(written)
        write_checked_json(self.state_file, state)

    def name_of(self, file: Path) -> str:
        """A file's name in the list of checksums."""
        return file.relative_to(self.path).as_posix()

    def checksums(self, files: Sequence[Path]) -> dict[str, list[Any]]:
        """Name → size in bytes and SHA-256."""
        return {self.name_of(f): [f.stat().st_size, sha256_file(f)] for f in files}

    def content(self, file: Path) -> bytes:
        """What was written into one of the run's files.

        Of the history it is what the last checkpoint counts; rows may follow that it does not.

        Raises:
            MalsoriError: The file is missing, or was changed or damaged.
        """
        size, checksum = self.state["files"].get(self.name_of(file), [0, ""])
        with _missing(file):
            found = file.read_bytes()
        found = found[:size] if file == self.history_file else found
        if sha256(found) != checksum:
            raise not_as_written(file)
        return found

    def checked(self, file: Path) -> Path:
        """The file itself, once it was compared: for what is too large to be held twice.

        Raises:
            MalsoriError: As `content`.
        """
        with _missing(file):
            found = sha256_file(file)
        if found != self.state["files"].get(self.name_of(file), [0, ""])[1]:
            raise not_as_written(file)
        return file

    def check(self) -> None:
        """Compares every file that `run.json` lists with its checksum."""
        for name in self.state["files"]:
            self.content(self.path / name)

    def history(self) -> list[dict[str, Any]]:
        """Every row of `history.jsonl`: one for each epoch."""
        if self.name_of(self.history_file) not in self.state["files"]:
            return []
        return [json.loads(line) for line in self.content(self.history_file).splitlines()]

    def gradient_rows(self) -> pl.DataFrame | None:
        """Everything that the gradient monitor wrote, or None."""
        return self._table(self.gradients)

    def _table(
        self,
        folder: Path,
        without: str = "",
        part: str | None = None,
        at: Temperatures | None = None,
    ) -> pl.DataFrame | None:
        """The Parquet files of a folder as one table, or the rows of one part of the split."""
        wanted = pl.lit(value=True) if part is None else pl.col("split") == part
        files = [self.path / name for name in sorted(self.state["files"])]
        files = [file for file in files if file.parent == folder and self.checked(file)]
        # One file after the other, so that never all rows are held twice.
        frames = (
            pl.read_parquet(
                file, columns=[c for c in pl.read_parquet_schema(file) if c != without]
            ).filter(wanted)
            for file in files
        )
        if at and files:
            light = [pl.read_parquet(f, columns=["id", "split", "condition"]) for f in files]
            heard = with_heard(pl.concat(light).filter(wanted))["heard"]
            frames = (calibrated(f, self.tasks, at, h) for f, h in beside(frames, heard))
        parts = list(frames)
        return pl.concat(parts) if parts else None

    @property
    def temperatures(self) -> dict[str, dict[str, float]]:
        """Task → condition → temperature; empty of a run that has none, see `calibrating`."""
        found: dict[str, dict[str, float]] = self.state.get("temperatures", {})
        return found

    def predictions(
        self, *, logits: bool = True, raw: bool = False, part: str | None = None
    ) -> pl.DataFrame:
        """The predictions, one row for each utterance, task and condition.

        Args:
            logits: Whether the network's own numbers are wanted, which no metric needs.
            raw: Whether probabilities are wanted as the network gave them, and not at the run's
                temperatures.
            part: Whose rows are wanted, such as ``validation``; None are all.

        Raises:
            MalsoriError: The run is not finished.
        """
        at = {} if raw else self.temperatures
        without = "" if logits else "logits"
        found = self._table(self.predictions_folder, without, part, at)
        if found is None:
            raise MalsoriError(
                f"{self.path}: has no predictions: the run is not finished",
                hint=f"continue it with `malsori train {self.recipe_file} --out {self.path}`",
            )
        return found

    def references(self) -> pl.DataFrame | None:
        """What simple references say of the same rows, named by `reference`; None without any."""
        return self._table(self.references_folder)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keeps a second process from training into the same folder: it gets a `MalsoriError`."""
        with locked(
            self.path / ".lock", f"{self.path}: another process is training into this folder"
        ):
            yield


@contextmanager
def _missing(file: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise MalsoriError(
            f"{file}: is missing", hint="bring it back from a copy, or train with --fresh"
        ) from error


def environment(threads: int, device: torch.device) -> dict[str, Any]:
    """What a run's bits depend on besides its recipe: versions, threads, machine."""
    return {
        "malsori": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "polars": pl.__version__,
        "platform": platform.platform(),
        "processor": _processor(),
        "cores": cores(),
        "threads": threads,
        "device": str(device),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def changed(before: Mapping[str, Any], now: Mapping[str, Any], keys: Sequence[str]) -> list[str]:
    """Says which of some entries differ, as `key: before → now`.

    Example:
        >>> changed({"threads": 2}, {"threads": 1}, ["threads"])
        ['threads: 2 → 1']
    """
    return [f"{k}: {before.get(k)} → {now.get(k)}" for k in keys if before.get(k) != now.get(k)]


def command() -> str:
    """The command line of this process, for the record."""
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
