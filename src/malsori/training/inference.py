"""Predictions of a run, under every condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor

from malsori.corpus.targets import known
from malsori.evaluation.multilabel import THRESHOLD
from malsori.nn.batches import Output
from malsori.nn.model import Model
from malsori.schema import Task
from malsori.training.data import Examples

ROWS = 4096
"""So many rows are answered for at a time; whole batches."""
_CELLS = 8_000_000  # of more probabilities the rows of all tasks are given out as they come
SCHEMA: dict[str, Any] = {
    "id": pl.String,
    "split": pl.String,
    "group": pl.String,
    "condition": pl.String,
    "task": pl.String,
    "target": pl.Float64,
    "targets": pl.List(pl.Int8),
    "logits": pl.List(pl.Float32),
    "probabilities": pl.List(pl.Float32),
    "value": pl.Float64,
    "values": pl.List(pl.Int8),
}
"""Columns of the predictions; `evaluation.frame` says what each kind of task puts into them."""


def conditions_of(modalities: Sequence[str]) -> dict[str, list[str]]:
    """Condition → the modalities that may be heard: all of them, then each alone.

    Example:
        >>> list(conditions_of(["speech", "text"]))
        ['speech+text', 'speech', 'text']
    """
    everything = {"+".join(modalities): list(modalities)}
    return everything | {m: [m] for m in modalities}


def decide(task: Task, probabilities: np.ndarray) -> np.ndarray:
    """The answers to what the network says `[N, task.width]`.

    Nominal: the likeliest class `[N]`. Ordinal: the median, that is the number of thresholds that
    are more likely passed than not. Multilabel: 1 for each class that is more likely than not, 0
    for the others, `[N, K]`. Regression: the number `[N]`.

    Example:
        >>> urgency = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
        >>> decide(urgency, np.array([[0.4, 0.2, 0.4]])).tolist()
        [1]
    """
    answers: np.ndarray
    if task.kind == "nominal":
        answers = probabilities.argmax(axis=1)
    elif task.kind == "multilabel":
        answers = (probabilities > THRESHOLD).astype(np.int8)
    elif task.kind == "regression":
        answers = probabilities[:, 0]
    else:
        passed = 1 - np.cumsum(probabilities, axis=1)[:, :-1]
        answers = (passed > 0.5).sum(axis=1)
    return answers


@torch.no_grad()
def answers(
    model: Model,
    examples: Examples,
    rows: np.ndarray,
    *,
    modalities: Sequence[str] | None = None,
    batch_size: int = 256,
    device: torch.device | str = "cpu",
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Logits and what they mean, of rows, by task: `[N, L]` and `[N, task.width]`.

    Args:
        model: It is left in evaluation mode.
        examples: Where the rows are.
        rows: Row indices.
        modalities: Which may be heard; None is all.
        batch_size: Rows at a time.
        device: Where the model is.
    """
    model.eval()
    outputs: list[Output] = []
    for start in range(0, len(rows), batch_size):
        part = rows[start : start + batch_size]
        keep = None
        if modalities is not None:
            keep = {m: np.full(len(part), m in modalities) for m in examples.fetch}
        outputs.append(model(examples.batch(part, keep).to(device)))

    def joined(values: Sequence[Tensor]) -> np.ndarray:
        found: np.ndarray = torch.cat(list(values)).float().cpu().numpy()
        return found

    tasks = list(examples.targets)
    logits = {t: joined([o.logits[t] for o in outputs]) for t in tasks}
    return logits, {t: joined([o.probabilities[t] for o in outputs]) for t in tasks}


def present(examples: Examples, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Modality → whether each row has it, bool `[N]`."""
    return {
        modality: np.array([fetch(int(row)) is not None for row in rows], dtype=bool)
        for modality, fetch in examples.fetch.items()
    }


def predict_examples(
    model: Model,
    examples: Examples,
    tasks: Mapping[str, Task],
    device: torch.device | str = "cpu",
    parts: Sequence[str] = ("validation", "test"),
) -> pl.DataFrame:
    """Predictions for the rows of some parts of the split, under every condition.

    A row without any modality of a condition is left out of that condition.
    """
    frames = list(predicted(model, examples, tasks, device, parts))
    return pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA)


def predicted(
    model: Model,
    examples: Examples,
    tasks: Mapping[str, Task],
    device: torch.device | str = "cpu",
    parts: Sequence[str] = ("validation", "test"),
) -> Iterator[pl.DataFrame]:
    """What `predict_examples` joins: a frame for each part, condition and task, or several."""
    for split in parts:
        there = present(examples, examples.rows(split))
        for condition, modalities in conditions_of(list(examples.fetch)).items():
            rows = examples.rows(split)[np.any([there[m] for m in modalities], axis=0)]
            # Some thousand rows at a time, so that what all tasks say of them fits the memory.
            held: dict[str, list[pl.DataFrame]] = {name: [] for name in tasks}
            many = len(rows) * sum(task.width for task in tasks.values()) > _CELLS
            for some in np.array_split(rows, range(ROWS, len(rows), ROWS)) if len(rows) else ():
                found = answers(model, examples, some, modalities=modalities, device=device)
                for name, task in tasks.items():
                    said = (part[name] for part in found)
                    held[name].append(frame_of(examples, some, (split, condition), task, *said))
                    if many:
                        yield held[name].pop()
            yield from (pl.concat(frames) for frames in held.values() if frames)


def in_pieces(frames: Iterable[pl.DataFrame], size: int = 64 << 20) -> Iterator[pl.DataFrame]:
    """Joins frames of one schema to pieces of about `size` bytes, so that not all are held.

    Example:
        >>> frames = [pl.DataFrame({"a": [0] * n}) for n in (2, 3, 4)]
        >>> [len(piece) for piece in in_pieces(frames, 40)]
        [5, 4]
    """
    held: list[pl.DataFrame] = []
    for frame in frames:
        held.append(frame)
        if sum(each.estimated_size() for each in held) >= size:
            yield pl.concat(held)
            held = []
    if held:
        yield pl.concat(held)


def frame_of(
    examples: Examples,
    rows: np.ndarray,
    where: tuple[str, str],
    task: Task,
    logits: np.ndarray,
    probabilities: np.ndarray,
) -> pl.DataFrame:
    """Answers of one task to some rows, in the form of a run's predictions."""
    targets = examples.targets[task.name][rows]
    columns = {
        "id": [examples.ids[int(row)] for row in rows],
        "split": where[0],
        "group": [examples.groups[int(row)] for row in rows],
        "condition": where[1],
        "task": task.name,
        "logits": _lists(logits),
    }
    labels = [y if k else None for y, k in zip(targets.tolist(), known(targets), strict=True)]
    found = decide(task, probabilities)
    if task.kind == "multilabel":
        columns |= {"targets": labels, "values": _lists(found)}
    else:
        columns |= {"target": labels, "value": found.tolist()}
    if task.kind != "regression":
        columns["probabilities"] = _lists(probabilities)
    absent = {name: None for name in SCHEMA if name not in columns}
    return pl.DataFrame({**columns, **absent}, schema_overrides=SCHEMA).select(*SCHEMA)


def _lists(values: np.ndarray) -> pl.Series:
    """`[N, L]` as lists, without a Python number for each."""
    return pl.Series(values.reshape(len(values), -1)).arr.to_list()
