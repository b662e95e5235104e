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
from malsori.errors import MalsoriError
from malsori.io import read_json, read_yaml, write_json, write_yaml
from malsori.locks import locked
from malsori.parallel import cores
from malsori.recipe import Recipe
from malsori.schema import Task


class Run:
    """One trained recipe and seed, as a folder.

    It holds `recipe.yaml`, `tasks.yaml` (the tasks with their training priors), `run.json`
    (what was trained on what, and how far it is), `corpus.json` (the corpus and the split at a
    glance, no transcripts), `environment.json`, `history.jsonl`, `gradients/` and
    `predictions/` (Parquet parts) and `checkpoints/`.

    Args:
        path: The folder.

    Example:
        >>> Run(Path("runs/demo")).history_file.name
        'history.jsonl'
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.recipe_file = self.path / "recipe.yaml"
        self.tasks_file = self.path / "tasks.yaml"
        self.state_file = self.path / "run.json"
        self.environment_file = self.path / "environment.json"
        self.corpus_file = self.path / "corpus.json"
        self.history_file = self.path / "history.jsonl"
        self.gradients = self.path / "gradients"
        self.predictions_folder = self.path / "predictions"
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
        """The full recipe, as trained."""
        return Recipe.load(self.recipe_file)

    @property
    def state(self) -> dict[str, Any]:
        """What `run.json` says."""
        state: dict[str, Any] = read_json(self.state_file)
        return state

    @property
    def finished(self) -> bool:
        """Whether training came to its end and the predictions are written."""
        return self.exists() and self.state["status"] == "finished"

    @property
    def tasks(self) -> dict[str, Task]:
        """The tasks, classes in their declared order."""
        entries = read_yaml(self.tasks_file)
        return {e["name"]: Task(**{k: e[k] for k in Task.model_fields if k in e}) for e in entries}

    @property
    def priors(self) -> dict[str, np.ndarray]:
        """What is known of each task's training labels, see `scoring.prior_of`."""
        return {e["name"]: np.array(e["prior"]) for e in read_yaml(self.tasks_file)}

    def write_tasks(self, tasks: Mapping[str, Task], priors: Mapping[str, np.ndarray]) -> None:
        """Writes the tasks beside their training priors."""
        entries = [
            {**task.model_dump(mode="json"), "prior": [float(p) for p in priors[name]]}
            for name, task in tasks.items()
        ]
        write_yaml(self.tasks_file, entries)

    def update(self, **changes: Any) -> None:
        """Changes entries of `run.json`."""
        state = self.state if self.exists() else {}
        write_json(self.state_file, {**state, **changes})

    def history(self) -> list[dict[str, Any]]:
        """Every row of `history.jsonl`: one for each epoch."""
        if not self.history_file.exists():
            return []
        return [json.loads(line) for line in self.history_file.read_text("utf-8").splitlines()]

    def gradient_rows(self) -> pl.DataFrame | None:
        """Everything that the gradient monitor wrote, or None."""
        parts = sorted(self.gradients.glob("part-*.parquet"))
        return pl.concat([pl.read_parquet(p) for p in parts]) if parts else None

    def predictions(self) -> pl.DataFrame:
        """The predictions, one row for each utterance, task and condition.

        Raises:
            MalsoriError: The run is not finished.
        """
        parts = sorted(self.predictions_folder.glob("*.parquet"))
        if not parts:
            raise MalsoriError(
                f"{self.path}: has no predictions: the run is not finished",
                hint=f"continue it with `malsori train {self.recipe_file} --out {self.path}`",
            )
        return pl.concat([pl.read_parquet(part) for part in parts])

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keeps a second process from training into the same folder.

        Raises:
            MalsoriError: Another process is at it.
        """
        with locked(
            self.path / ".lock", f"{self.path}: another process is training into this folder"
        ):
            yield


def environment(threads: int, device: torch.device) -> dict[str, Any]:
    """What a run's bits depend on besides its recipe: versions, threads, machine.

    Example:
        >>> environment(1, torch.device("cpu"))["threads"]
        1
    """
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
