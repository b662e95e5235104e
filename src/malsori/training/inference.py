"""Predictions: under every condition for a run, and for single files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor

from malsori.encoders.base import Encoder, Features
from malsori.errors import MalsoriError
from malsori.nn.model import Batch, Model, Output
from malsori.schema import Task
from malsori.signals.audio import read_audio
from malsori.training.building import build_encoders, build_model
from malsori.training.checkpoints import BEST, read
from malsori.training.data import Examples, pad
from malsori.training.rundir import Run

SCHEMA: dict[str, Any] = {
    "id": pl.String,
    "split": pl.String,
    "group": pl.String,
    "condition": pl.String,
    "task": pl.String,
    "target": pl.Int64,
    "logits": pl.List(pl.Float32),
    "probabilities": pl.List(pl.Float32),
    "value": pl.Float64,
}


def conditions_of(modalities: Sequence[str]) -> dict[str, list[str]]:
    """Condition → the modalities that may be heard: all of them, then each alone.

    Example:
        >>> list(conditions_of(["speech", "text"]))
        ['speech+text', 'speech', 'text']
    """
    everything = {"+".join(modalities): list(modalities)}
    return everything | {m: [m] for m in modalities}


def decide(task: Task, probabilities: np.ndarray) -> np.ndarray:
    """The answers `[N]` to probabilities `[N, K]`.

    Nominal: the likeliest class. Ordinal: the median, that is the number of thresholds that are
    more likely passed than not.

    Example:
        >>> urgency = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
        >>> decide(urgency, np.array([[0.4, 0.2, 0.4]])).tolist()
        [1]
    """
    if task.kind == "nominal":
        likeliest: np.ndarray = probabilities.argmax(axis=1)
        return likeliest
    passed = 1 - np.cumsum(probabilities, axis=1)[:, :-1]
    answers: np.ndarray = (passed > 0.5).sum(axis=1)
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
    """Logits and probabilities of rows, by task, `[N, L]` and `[N, K]`.

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


def heard(examples: Examples, rows: np.ndarray, modalities: Sequence[str]) -> np.ndarray:
    """The rows that have at least one of the modalities."""
    has = [any(examples.fetch[m](int(row)) is not None for m in modalities) for row in rows]
    found: np.ndarray = rows[np.array(has, dtype=bool)]
    return found


def predict_examples(
    model: Model, examples: Examples, tasks: Mapping[str, Task], device: torch.device | str = "cpu"
) -> pl.DataFrame:
    """Predictions for the validation and test rows, under every condition.

    A row without any modality of a condition is left out of that condition.
    """
    frames = []
    for split in ("validation", "test"):
        for condition, modalities in conditions_of(list(examples.fetch)).items():
            rows = heard(examples, examples.rows(split), modalities)
            if len(rows):
                found = answers(model, examples, rows, modalities=modalities, device=device)
                frames += [
                    _frame(examples, rows, split, condition, task, found[0][name], found[1][name])
                    for name, task in tasks.items()
                ]
    return pl.concat(frames)


def _frame(
    examples: Examples,
    rows: np.ndarray,
    split: str,
    condition: str,
    task: Task,
    logits: np.ndarray,
    probabilities: np.ndarray,
) -> pl.DataFrame:
    targets = examples.targets[task.name][rows]
    columns = {
        "id": [examples.ids[int(row)] for row in rows],
        "split": split,
        "group": [examples.groups[int(row)] for row in rows],
        "condition": condition,
        "task": task.name,
        "target": [None if target < 0 else int(target) for target in targets],
        "logits": logits.tolist(),
        "probabilities": probabilities.tolist(),
        "value": decide(task, probabilities).astype(np.float64),
    }
    return pl.DataFrame(columns, schema=SCHEMA)


@dataclass(frozen=True)
class Answer:
    """What a run says of one file.

    Attributes:
        file: The file.
        modalities: What was heard.
        labels: Task → class.
        probabilities: Task → class → probability.

    Example:
        >>> Answer("a.wav", ["speech"], {"urgency": "상"}, {"urgency": {"상": 1.0}}).data()["file"]
        'a.wav'
    """

    file: str
    modalities: list[str]
    labels: dict[str, str]
    probabilities: dict[str, dict[str, float]] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "file": self.file,
            "modalities": self.modalities,
            "labels": self.labels,
            "probabilities": self.probabilities,
        }


class Predictor:
    """A trained run that answers for single utterances; it needs the run's folder only.

    Args:
        model: The network with its best weights.
        encoders: Modality → encoder.
        tasks: The tasks, classes in their declared order.
        widths: Modality → F.

    Example:
        >>> Predictor.load("no/such/run")
        Traceback (most recent call last):
        malsori.errors.MalsoriError: no/such/run: is no run (it has no run.json) (...
    """

    def __init__(
        self,
        model: Model,
        encoders: Mapping[str, Encoder],
        tasks: Mapping[str, Task],
        widths: Mapping[str, int],
    ) -> None:
        self.model = model.eval()
        self.encoders = dict(encoders)
        self.tasks = dict(tasks)
        self.widths = dict(widths)

    @classmethod
    def load(cls, folder: str | Path) -> Predictor:
        """Loads a run's best weights; every weight must be there and fit.

        Raises:
            MalsoriError: No run, not finished, or weights that do not fit.
        """
        run = Run.open(folder)
        if not run.finished:
            raise MalsoriError(
                f"{run.path}: this run is not finished",
                hint=f"continue it with `malsori train {run.recipe_file} --out {run.path}`",
            )
        recipe, tasks, widths = run.recipe, run.tasks, run.state["widths"]
        encoders = build_encoders(recipe)
        model = build_model(recipe, tasks, encoders, widths)
        try:
            model.load_state_dict(read(run.checkpoints / BEST))
        except RuntimeError as error:
            raise MalsoriError(f"{run.path}: the weights do not fit the recipe: {error}") from error
        return cls(model, encoders, tasks, widths)

    def files(self, files: Sequence[str | Path], *, text: str | None = None) -> list[Answer]:
        """Answers for audio files (with a transcript beside them), text or feature files.

        Args:
            files: Audio; `.txt` where only text shall be read; `.npy` or `.npz` for precomputed
                features (an `.npz` holds one array for each modality).
            text: The transcript; None looks for the file's name with suffix `.txt`.

        Raises:
            MalsoriError: A file is missing or broken, or holds nothing the run can hear.
        """
        return [self._file(Path(file), text) for file in files]

    def answer(self, signals: Mapping[str, Any], *, file: str = "") -> Answer:
        """The answer to signals by modality: `Audio`, text, or arrays `[D]` or `[T, D]`."""
        found: dict[str, Features | None] = {}
        for modality, encoder in self.encoders.items():
            signal = signals.get(modality)
            found[modality] = None if signal is None else encoder.prepare(signal)
        present = [m for m, features in found.items() if features is not None]
        if not present:
            raise MalsoriError(
                f"{file or 'signals'}: nothing that this run can hear",
                hint=f"it was trained on {' and '.join(self.encoders)}",
            )
        self._check_widths(found, file)
        padded = {m: pad([features], self.widths[m]) for m, features in found.items()}
        batch = Batch({m: p[0] for m, p in padded.items()}, {m: p[1] for m, p in padded.items()})
        with torch.no_grad():
            output = self.model(batch)
        return self._answer(file, present, output)

    def _check_widths(self, found: Mapping[str, Features | None], file: str) -> None:
        for modality, features in found.items():
            if features is not None and features.shape[1] != self.widths[modality]:
                raise MalsoriError(
                    f"{file}: {modality} has vectors of {features.shape[1]} values, the run was "
                    f"trained on {self.widths[modality]}"
                )

    def _answer(self, file: str, present: list[str], output: Output) -> Answer:
        labels, shares = {}, {}
        for name, task in self.tasks.items():
            p = output.probabilities[name].double().numpy()
            labels[name] = task.label(int(decide(task, p)[0]))
            shares[name] = dict(zip(task.classes, p[0].tolist(), strict=True))
        return Answer(file, present, labels, shares)

    def _file(self, file: Path, text: str | None) -> Answer:
        if not file.is_file():
            raise MalsoriError(f"{file}: no such file")
        kinds = {m: encoder.signal for m, encoder in self.encoders.items()}
        signals: dict[str, Any] = {}
        if file.suffix in {".npy", ".npz"}:
            signals |= _arrays(file, [m for m, k in kinds.items() if k == "features"])
        elif file.suffix == ".txt":
            text = text or file.read_text(encoding="utf-8-sig")
        elif "audio" in kinds.values():
            signals["speech"] = read_audio(file)
        if text is None and file.with_suffix(".txt").is_file():
            text = file.with_suffix(".txt").read_text(encoding="utf-8-sig")
        if text and text.strip():
            signals["text"] = signals.get("text", text)
        return self.answer(signals, file=str(file))


def _arrays(file: Path, names: list[str]) -> dict[str, np.ndarray]:
    """Precomputed features of one utterance, by modality."""
    try:
        loaded = np.load(file)
    except (OSError, ValueError) as error:
        raise MalsoriError(f"{file}: cannot be read as arrays: {error}") from error
    if isinstance(loaded, np.ndarray):
        if len(names) != 1:
            raise MalsoriError(
                f"{file}: one array, but the run reads {', '.join(names) or 'no features'}",
                hint="give an .npz with one array for each modality",
            )
        return {names[0]: loaded}
    return {name: loaded[name] for name in names if name in loaded.files}
