"""Checkpoints that a kill at any moment cannot spoil."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import torch

from malsori.errors import MalsoriError
from malsori.io import atomic_write
from malsori.training.rundir import Run

LAST, BEST = "last.pt", "best.pt"


def save(run: Run, state: dict[str, Any], pending: list[dict[str, Any]]) -> None:
    """Writes history first, then the checkpoint that knows how much of it counts.

    A kill between the two leaves rows that no checkpoint counts; `restore` cuts them off.

    Args:
        run: The run.
        state: Tensors and plain data; `history_rows` is added.
        pending: History rows since the last checkpoint; emptied.
    """
    kept = len(run.history())
    with run.history_file.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in pending)
    _write(run.checkpoints / LAST, {**state, "history_rows": kept + len(pending)})
    pending.clear()


def restore(run: Run) -> dict[str, Any] | None:
    """Reads the last checkpoint and takes back whatever was written after it.

    Returns:
        The state, or None where there is no checkpoint yet.

    Raises:
        MalsoriError: The file is damaged.
    """
    path = run.checkpoints / LAST
    if not path.exists():
        run.history_file.unlink(missing_ok=True)
        _drop_gradients(run, after=-1)
        return None
    state = read(path)
    lines = run.history_file.read_text("utf-8").splitlines(keepends=True)
    if len(lines) != state["history_rows"]:
        atomic_write(run.history_file, "".join(lines[: state["history_rows"]]))
    _drop_gradients(run, after=state["step"])
    return state


def save_best(run: Run, weights: dict[str, Any], structure: dict[str, Any]) -> None:
    """Writes the weights that the run ends with."""
    _write(run.checkpoints / BEST, {"weights": weights, "structure": structure})


def read_best(run: Run) -> tuple[dict[str, Any], dict[str, Any]]:
    """The weights that a run ended with, and the model's structure."""
    found = read(run.checkpoints / BEST)
    return found["weights"], found["structure"]


def read(path: Path) -> dict[str, Any]:
    """Reads a checkpoint: tensors and plain data only, no code is run.

    Raises:
        MalsoriError: There is none, or it is damaged.
    """
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise MalsoriError(f"{path}: there is no checkpoint") from error
    except Exception as error:  # torch raises whatever pickle and zip raise
        raise MalsoriError(
            f"{path}: damaged checkpoint: {error}", hint="begin anew with --fresh"
        ) from error
    return state


def _write(path: Path, state: dict[str, Any]) -> None:
    buffer = io.BytesIO()
    torch.save(state, buffer)
    atomic_write(path, buffer.getvalue())


def _drop_gradients(run: Run, *, after: int) -> None:
    for part in run.gradients.glob("part-*.parquet"):
        if int(part.stem.removeprefix("part-")) > after:
            part.unlink()
