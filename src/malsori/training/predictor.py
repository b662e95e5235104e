"""Answers for single utterances, from a run's folder alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from malsori.corpus.decoding import decode
from malsori.encoders.base import Encoder, Features
from malsori.errors import MalsoriError
from malsori.evaluation.calibrating import Temperatures, temperature_of
from malsori.evaluation.temperature import apply
from malsori.io import reading_arrays
from malsori.nn.batches import Batch, Output
from malsori.nn.model import Model
from malsori.schema import Task
from malsori.signals.opening import not_a_file
from malsori.training.building import build_encoders, build_model
from malsori.training.data import pad
from malsori.training.hearing import hear
from malsori.training.identity import check_encoders, with_models_found
from malsori.training.inference import decide
from malsori.training.loading import check_finished, load_best
from malsori.training.rundir import Run

Label = str | list[str] | float


@dataclass(frozen=True)
class Answer:
    """What a run says of one file.

    Attributes:
        file: The file.
        modalities: What was heard.
        labels: Task → class: nominal the likeliest, ordinal the middle of the distribution (as
            likely lower as higher), which need not be the likeliest. Multilabel: every class that
            is more likely than not, maybe none. Regression: the number.
        probabilities: Task → class → probability; a regression task has none.
        notes: What was not simply read: which channel, what differs from the file's header.

    Example:
        >>> Answer("a.wav", ["speech"], {"urgency": "상"}, {"urgency": {"상": 1.0}}).data()["file"]
        'a.wav'
    """

    file: str
    modalities: list[str]
    labels: dict[str, Label]
    probabilities: dict[str, dict[str, float]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "file": self.file,
            "modalities": self.modalities,
            "labels": self.labels,
            "probabilities": self.probabilities,
            **({"notes": self.notes} if self.notes else {}),
        }


@dataclass(frozen=True)
class Unanswered:
    """A file that a run cannot answer for.

    Attributes:
        file: The file.
        error: Why not, and what to do about it.
    """

    file: str
    error: str

    def data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"file": self.file, "error": self.error}


class Predictor:
    """A trained run that answers for single utterances; it needs the run's folder only.

    Pretrained models are not in it: their folders have to be where they were.

    Args:
        model: The network with its best weights.
        encoders: Modality → encoder.
        tasks: The tasks, classes in their declared order.
        widths: Modality → F.
        channel: The channel that was heard of every recording of the corpus; None for averages.
        temperatures: Task → condition → temperature of the probabilities; none leaves them.

    Example:
        >>> import tempfile
        >>> from malsori.training import train
        >>> from malsori.training.tiny import tiny_corpus
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     run = train(tiny_corpus(Path(folder) / "corpus"), Path(folder) / "run")
        ...     answer = Predictor.load(run.path).predict({"text": "빨리 와 주세요"})
        ...     sorted(answer.probabilities["urgency"])
        ['상', '하']
    """

    def __init__(
        self,
        model: Model,
        encoders: Mapping[str, Encoder],
        tasks: Mapping[str, Task],
        widths: Mapping[str, int],
        channel: int | None = None,
        temperatures: Temperatures | None = None,
    ) -> None:
        self.model = model.eval()
        self.encoders = dict(encoders)
        self.tasks = dict(tasks)
        self.widths = dict(widths)
        self.channel = channel
        self.temperatures = temperatures or {}

    @classmethod
    def load(cls, folder: str | Path) -> Predictor:
        """Loads a run's best weights; every weight must be there and fit.

        Raises:
            MalsoriError: No run, not finished, weights that do not fit, or a pretrained model
                that is not the one the run was trained with.
        """
        run = Run.open(folder)
        check_finished(run)
        recipe, tasks, widths = with_models_found(run.recipe, run), run.tasks, run.state["widths"]
        encoders = build_encoders(recipe)
        check_encoders(run, encoders)
        model = build_model(recipe, tasks, encoders, widths, run.counts)
        load_best(run, model)
        channel = run.state["corpus"].get("channel")
        return cls(model, encoders, tasks, widths, channel, run.temperatures)

    def predict_files(
        self,
        files: Sequence[str | Path],
        *,
        text: str | None = None,
        channel: int | None = None,
    ) -> list[Answer]:
        """Answers for audio files (with a transcript beside them), text or feature files.

        Args:
            files: Audio; `.txt` where only text shall be read; `.npy` or `.npz` for precomputed
                features (an `.npz` holds one array for each modality).
            text: The transcript; None looks for the file's name with suffix `.txt`.
            channel: Which one of a recording is heard, from 0; None takes the one of the corpus,
                or the average of all.

        Raises:
            MalsoriError: A file is missing or broken, or holds nothing the run can hear.
        """
        return [self._file(Path(file), text, channel) for file in files]

    def predict_each(
        self,
        files: Iterable[str | Path],
        *,
        text: str | None = None,
        channel: int | None = None,
    ) -> Iterator[Answer | Unanswered]:
        """As `predict_files`, but one file that cannot be answered does not end the others.

        Args:
            files: As in `predict_files`.
            text: As in `predict_files`.
            channel: As in `predict_files`.

        Yields:
            For each file, in their order, the answer, or why there is none.
        """
        for file in files:
            try:
                yield self._file(Path(file), text, channel)
            except MalsoriError as error:
                yield Unanswered(str(file), str(error))

    def predict(self, signals: Mapping[str, Any], *, file: str = "") -> Answer:
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
        labels: dict[str, Label] = {}
        shares = {}
        for name, task in self.tasks.items():
            p = output.probabilities[name].double().numpy()
            labels[name] = _label(task, decide(task, p)[0])
            if task.kind != "regression":
                p = apply(task.kind, p, temperature_of(self.temperatures, name, "+".join(present)))
                shares[name] = dict(zip(task.classes, p[0].tolist(), strict=True))
        return Answer(file, present, labels, shares)

    def _file(self, file: Path, text: str | None, channel: int | None = None) -> Answer:
        notes: list[str] = []
        try:
            signals = self._signals(file, text, channel, notes)
            return replace(self.predict(signals, file=str(file)), notes=notes)
        except MalsoriError as error:
            if str(file) in error.message:
                raise
            raise MalsoriError(f"{file}: {error.message}", hint=error.hint) from error
        except OSError as error:
            raise MalsoriError(f"{file}: cannot be read: {error.strerror or error}") from error
        except MemoryError as error:
            raise MalsoriError(f"{file}: needs more memory than there is") from error

    def _signals(
        self, file: Path, text: str | None, channel: int | None, notes: list[str]
    ) -> dict[str, Any]:
        """What a file holds, by modality."""
        if not file.is_file():
            found = not_a_file(file)
            what = "no such file" if found == "does not exist" else found
            hint = f"name its files: {file}/*.wav" if file.is_dir() else None
            raise MalsoriError(f"{file}: {what}", hint=hint)
        suffix = file.suffix.lower()
        kinds = {m: encoder.signal for m, encoder in self.encoders.items()}
        signals: dict[str, Any] = {}
        if suffix in {".npy", ".npz"}:
            signals |= _arrays(file, [m for m, k in kinds.items() if k == "features"])
        elif suffix == ".txt":
            text = text or decode(file)[0]
        elif "audio" in kinds.values():
            signals["speech"] = hear(file, channel, self.channel, notes)
        if text is None and file.with_suffix(".txt").is_file():
            text = decode(file.with_suffix(".txt"))[0]
        if text and text.strip():
            signals["text"] = signals.get("text", text)
        return signals


def _label(task: Task, decided: Any) -> Label:
    """An answer in the words of its task."""
    if task.kind == "regression":
        return float(decided)
    if task.kind == "multilabel":
        return [c for c, yes in zip(task.classes, decided, strict=True) if yes]
    return task.label(int(decided))


def _arrays(file: Path, names: list[str]) -> dict[str, np.ndarray]:
    """Precomputed features of one utterance, by modality."""
    with reading_arrays(file):
        loaded = np.load(file, allow_pickle=False)
        found = {}
        if isinstance(loaded, np.lib.npyio.NpzFile):
            with loaded:
                found = {n: loaded[n] for n in names if n in loaded.files}
    if isinstance(loaded, np.ndarray):
        if len(names) != 1:
            raise MalsoriError(
                f"{file}: one array, but the run reads {', '.join(names) or 'no features'}",
                hint="give an .npz with one array for each modality",
            )
        found = {names[0]: loaded}
    for name, array in found.items():
        if array.dtype.kind not in "fiub" or array.ndim not in (1, 2) or not array.size:
            raise MalsoriError(
                f"{file}: {name} is an array of {array.dtype} and shape {array.shape}",
                hint="a vector of numbers [D], or one for each time step [T, D]",
            )
    return found
