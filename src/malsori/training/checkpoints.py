"""Checkpoints that a kill at any moment cannot spoil."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from malsori.io import naming, not_as_written, sync
from malsori.training.rundir import Run
from malsori.training.tensor_files import read_tensors, write_tensors

LAST, BEST = "last.safetensors", "best.safetensors"


def save(run: Run, state: dict[str, Any], pending: list[dict[str, Any]]) -> None:
    """Writes history first, then the checkpoint that knows what counts, then `run.json`.

    A kill in between leaves rows and files that nothing counts; `restore` removes them.

    Args:
        run: The run. Files in its `gradients` that are new belong to this checkpoint.
        state: Tensors and plain data with `step`; the checksums of `files` are added.
        pending: History rows since the last checkpoint; emptied.
    """
    with naming(run.history_file), run.history_file.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in pending)
    sync(run.history_file)
    files = run.state["files"]
    new = [part for part in run.gradients.glob("part-*.parquet") if run.name_of(part) not in files]
    files |= run.checksums([run.history_file, *new])
    write_tensors(run.checkpoints / LAST, {**state, "files": files})
    run.update(step=state["step"], files=files)
    pending.clear()


def restore(run: Run) -> dict[str, Any] | None:
    """Reads the last checkpoint, if there is one, and takes back whatever was written after it.

    Raises:
        MalsoriError: The checkpoint or another file of the run is damaged or missing.
    """
    state: dict[str, Any] | None = None
    path = run.checkpoints / LAST
    if path.exists() or run.state["step"]:
        state = _read(path, "step", "files")
        run.update(step=state["step"], files=state["files"])  # a kill may have left it behind
    files = run.state["files"]
    run.check()
    if run.history_file.exists():
        with run.history_file.open("r+b") as stream:
            stream.truncate(files.get(run.name_of(run.history_file), [0])[0])
    for part in run.gradients.glob("part-*.parquet"):
        if run.name_of(part) not in files:
            part.unlink()
    return state


def save_best(
    run: Run, weights: Mapping[str, Tensor], structure: Mapping[str, Any] | None = None
) -> None:
    """Writes the weights that the run ends with, and how the model differs from its recipe."""
    content = {"weights": dict(weights), "structure": dict(structure or {})}
    write_tensors(run.checkpoints / BEST, content)
    run.update([run.checkpoints / BEST])  # so that no other run's weights can stand in its place


def read_best(run: Run) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The weights that the run ended with, and their structure, see `save_best`.

    Raises:
        MalsoriError: There are none, or they are damaged.
    """
    run.content(run.checkpoints / BEST)
    content = _read(run.checkpoints / BEST, "weights", "structure")
    return content["weights"], content["structure"]


def _read(path: Path, *keys: str) -> dict[str, Any]:
    """A whole file may still be the other one, if somebody copied it there."""
    content: dict[str, Any] = read_tensors(path)
    if not content.keys() >= set(keys):
        raise not_as_written(path)
    return content
