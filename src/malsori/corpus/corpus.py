"""A corpus: what was said, by whom, labelled how, with its tasks and its saved splits."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from malsori import __version__
from malsori.corpus.columns import CHANNEL, FEATURES, SOUNDS, complete_sounds
from malsori.corpus.counting import few
from malsori.corpus.imported import Imported
from malsori.corpus.spellings import respell
from malsori.corpus.targets import encode, unlabelled
from malsori.errors import MalsoriError
from malsori.io import read_yaml, sha256
from malsori.schema import SPLITS, SignalKind, Task, once
from malsori.signals.audio import Audio, read_audio

SPEC_FILE: Final = "corpus.yaml"
UTTERANCES_FILE: Final = "utterances.parquet"
QUARANTINE_FILE: Final = "quarantine.parquet"
SOUNDS_FILE: Final = "sounds.parquet"
DROPPED_FILE: Final = "dropped.parquet"
DROPPED: Final = "drop."
"""Columns that dropped rows have besides their own: when, who, reason, place."""

# Paths and references say where a signal lies; the digest is about what it is.
_NOT_CONTENT = ("audio", CHANNEL)


class FeatureSpec(BaseModel):
    """One modality's precomputed vectors: ``dim`` D, ``frames`` sum of T, content hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dim: int = Field(ge=1)
    frames: int = Field(ge=0)
    sha256: str


class CorpusSpec(BaseModel):
    """What ``corpus.yaml`` says.

    ``audio_root`` is absolute, or relative to the corpus' folder, or null without audio;
    ``provenance`` says where the rows came from and ``imported`` what became of them; ``bounds``
    holds, for a generated corpus, the best score that can be reached.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    format: Literal[1] = 1
    adapter: str
    created_by: str = f"malsori {__version__}"
    tasks: tuple[Task, ...]
    audio_root: str | None = None
    features: dict[str, FeatureSpec] = {}
    provenance: dict[str, Any] = {}
    counts: dict[str, int] = {}
    imported: Imported | None = None
    bounds: dict[str, Any] | None = None

    @field_validator("tasks")
    @classmethod
    def _distinct(cls, tasks: tuple[Task, ...]) -> tuple[Task, ...]:
        return once(tasks)


class Corpus:
    """An opened corpus folder; it is only read, never changed.

    Attributes:
        path: the folder.
        spec: what ``corpus.yaml`` says.
        utterances: the rows; names of speakers, calls, dialogues, roles and published parts in
            the one form of ``schema.group_name``, however they were written.
        respelled: column → how its names were written, where that was in another form.
        quarantine: the rows that were left out.

    Example:
        >>> import tempfile
        >>> from malsori.corpus.writing import write_corpus
        >>> mood = Task(name="mood", kind="nominal", classes=("bad", "good"))
        >>> rows = pl.DataFrame({"id": ["a", "b"], "text": ["좋아요", None],
        ...                      "label.mood": ["good", None]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     spec = CorpusSpec(name="toy", adapter="table", tasks=(mood,))
        ...     corpus = write_corpus(Path(folder) / "toy", spec, rows)
        ...     corpus.modalities, corpus.labels("mood").tolist()
        (['text'], [1, -1])
    """

    path: Path
    spec: CorpusSpec
    utterances: pl.DataFrame
    quarantine: pl.DataFrame

    def __init__(
        self, path: Path, spec: CorpusSpec, utterances: pl.DataFrame, quarantine: pl.DataFrame
    ) -> None:
        self.path = path
        self.spec = spec
        self.utterances, self.respelled = respell(utterances)
        self.quarantine = quarantine
        self._arrays: dict[str, np.ndarray[Any, np.dtype[np.float32]]] = {}

    @classmethod
    def open(cls, path: str | Path) -> Corpus:
        """Open the corpus in folder ``path``.

        Raises:
            MalsoriError: the folder does not exist, is no corpus, or is damaged.
        """
        folder = Path(path)
        if not (folder / SPEC_FILE).is_file():
            what = "holds no corpus.yaml" if folder.is_dir() else "is not a folder"
            raise MalsoriError(
                f"{folder} is not a corpus: it {what}",
                hint="import one with `malsori corpus import ADAPTER SOURCE "
                "DESTINATION`, or generate one with `malsori corpus synth DESTINATION`",
            )
        return cls(
            folder,
            _read_spec(folder / SPEC_FILE),
            _read_table(folder / UTTERANCES_FILE),
            _read_table(folder / QUARANTINE_FILE),
        )

    @property
    def name(self) -> str:
        """The corpus' name."""
        return self.spec.name

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_arrays": {}}  # another process maps the files itself

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """The tasks by name, in the declared order."""
        return {task.name: task for task in self.spec.tasks}

    @cached_property
    def signals(self) -> dict[str, tuple[SignalKind, ...]]:
        """Modality → the kinds of signal it has here.

        A transcript and precomputed vectors may both be called ``text``; then the encoder's
        kind of signal says which of them is meant.
        """
        found: dict[str, list[SignalKind]] = {}
        if self._any("audio"):
            found["speech"] = ["audio"]
        if self._any("text"):
            found["text"] = ["text"]
        for column in sorted(c for c in self.utterances.columns if c.startswith(FEATURES)):
            if self._any(column):
                found.setdefault(column.removeprefix(FEATURES), []).append("features")
        return {modality: tuple(kinds) for modality, kinds in found.items()}

    @property
    def modalities(self) -> list[str]:
        """``speech`` (any audio), ``text`` (any transcript), then the features' names, sorted."""
        return list(self.signals)

    @cached_property
    def channel(self) -> int | None:
        """The channel that every recording is heard on, from 0; None where they are averaged."""
        if CHANNEL not in self.utterances.columns:
            return None
        heard = self.utterances.filter(pl.col("audio").is_not_null())[CHANNEL].unique()
        return None if len(heard) != 1 else heard.item()

    @cached_property
    def sounds(self) -> pl.DataFrame:
        """Quality and fingerprint of each utterance with audio, as measured at import.

        Returns:
            The columns of ``columns.SOUNDS``; no rows if the corpus was written without them,
            null what an earlier version did not measure.

        Raises:
            MalsoriError: the table is damaged.
        """
        file = self.path / SOUNDS_FILE
        table = _read_table(file) if file.exists() else pl.DataFrame(schema=SOUNDS)
        gone = self.dropped
        if gone.width:
            table = table.join(gone, on="id", how="anti", maintain_order="left")
        return complete_sounds(table)

    @cached_property
    def dropped(self) -> pl.DataFrame:
        """Rows that `dropping.drop_rows` left out, with when, by whom and why; often no column.

        Raises:
            MalsoriError: the table is damaged.
        """
        file = self.path / DROPPED_FILE
        if not file.exists():
            return pl.DataFrame()
        # A row that is in both tables was on its way when the process was killed: it is here.
        here = self.utterances.select("id")
        return _read_table(file).join(here, on="id", how="anti", maintain_order="left")

    @cached_property
    def digest(self) -> str:
        """SHA-256 hex of the utterances' content and the tasks.

        It does not depend on the order of rows or columns or on where the files lie; sounds
        and vectors count by their content hashes. Runs record it.
        """
        parts = hashlib.sha256()
        tasks = sorted(
            (t.model_dump(mode="json") for t in self.spec.tasks), key=lambda t: str(t["name"])
        )
        features = {m: f.model_dump() for m, f in sorted(self.spec.features.items())}
        parts.update(json.dumps([tasks, features], ensure_ascii=False).encode())
        rows = self.utterances.sort("id")
        for name in sorted(rows.columns):
            column = rows[name]
            if name in _NOT_CONTENT or column.null_count() == len(column):
                continue
            values = column.is_not_null() if name.startswith(FEATURES) else column
            parts.update(json.dumps([name, values.to_list()], ensure_ascii=False).encode())
        return parts.hexdigest()

    def split_names(self) -> list[str]:
        """Names of the saved splits, sorted."""
        return sorted(p.stem for p in (self.path / "splits").glob("*.parquet"))

    def split(self, name: str) -> pl.DataFrame:
        """The saved split ``name``: columns ``id``, ``split`` (a row of ``dropped`` is in none).

        Rows that were dropped from the corpus since are left out of it.

        Raises:
            MalsoriError: there is no such split, or it holds ids that are not in the corpus.
        """
        names = self.split_names()
        if name not in names:
            known = f"it has {few(names)}" if names else "it has none yet"
            base = re.sub(r"(-\d+)?(\.\d+)?$", "", name)
            folds = [n for n in names if re.fullmatch(rf"{re.escape(base)}(-\d+)?", n)]
            made = f"`malsori corpus split {self.path} --name {name} --by COLUMN` makes it"
            if folds and base != name:
                made = f"of {base!r} there is now: {few(folds)}"
            raise MalsoriError(
                f"corpus {self.name!r} has no split {name!r}; {known}",
                hint=f"a recipe names it at corpus.split; {made}",
            )
        file = self.path / "splits" / f"{name}.parquet"
        split = _read_table(file).select("id", "split")
        if self.dropped.width:
            split = split.join(self.dropped, on="id", how="anti", maintain_order="left")
        self._check_split(split, file)
        return split

    def _check_split(self, split: pl.DataFrame, file: Path) -> None:
        """Refuse a split of other rows: silently joined away, they would change the test set."""
        strange = split.join(self.utterances.select("id"), on="id", how="anti")
        if strange.height:
            raise MalsoriError(
                f"{file} names {strange.height} ids that corpus {self.name!r} does not "
                f"have, first {strange['id'][0]!r}",
                hint="the corpus was imported again since; make the split again",
            )
        unknown = set(split["split"].unique()) - {*SPLITS, "dropped"}
        if unknown:
            raise MalsoriError(
                f"{file} holds the part {min(map(str, unknown))!r}",
                hint=f"parts are {', '.join(SPLITS)} and dropped",
            )

    def audio_path(self, row: Mapping[str, Any]) -> Path | None:
        """Where the audio of an utterance lies, or None when it has none."""
        audio: str | None = row.get("audio")
        return None if audio is None else self.path / (self.spec.audio_root or "") / audio

    def signal(
        self, row: Mapping[str, Any], kind: SignalKind, modality: str
    ) -> Audio | str | np.ndarray[Any, np.dtype[np.float32]] | None:
        """One signal of an utterance, or None where it is absent.

        Args:
            row: a row of ``utterances`` as a mapping.
            kind: ``audio`` → ``Audio``, ``text`` → str, ``features`` → float32 ``[T, D]``
                (memory-mapped, read-only).
            modality: the name that the recipe uses: ``speech``, ``text`` or a features' name.

        Raises:
            MalsoriError: the modality has no such kind of signal, or a file is broken.
        """
        _check_kind(kind, modality)
        if kind == "text":
            text: str | None = row.get("text")
            return text
        if kind == "audio":
            path = self.audio_path(row)
            part = (row.get("start"), row.get("end"), row.get(CHANNEL))
            return None if path is None else read_audio(path, *part)
        return self._features(row.get(FEATURES + modality))

    def signal_hash(self, row: Mapping[str, Any], kind: SignalKind, modality: str) -> str | None:
        """Content hash (SHA-256 hex) of one signal of an utterance, None where it is absent."""
        _check_kind(kind, modality)
        if kind == "audio":
            return row.get("audio_hash")
        if kind == "text":
            text = row.get("text")
            return None if text is None else sha256(text.encode())
        array = self._features(row.get(FEATURES + modality))
        return None if array is None else hash_features(array)

    def labels(self, task: str) -> np.ndarray[Any, np.dtype[Any]]:
        """The labels of each utterance as ``targets.encode`` gives them.

        Nominal and ordinal: int64 ``[N]``, -1 where a row is not labelled; multilabel: int8
        ``[N, K]`` of 0 and 1, a row of -1; regression: float64 ``[N]``, NaN.

        Raises:
            MalsoriError: the corpus has no such task, or a label is no class of it.
        """
        if task not in self.tasks:
            raise MalsoriError(
                f"corpus {self.name!r} has no task {task!r}",
                hint=f"its tasks are {', '.join(self.tasks) or 'none'}",
            )
        column = f"label.{task}"
        if column not in self.utterances.columns:
            return unlabelled(self.tasks[task], self.utterances.height)
        return encode(self.tasks[task], self.utterances[column])

    def _any(self, column: str) -> bool:
        return self.utterances[column].null_count() < self.utterances.height

    def _features(self, reference: str | None) -> np.ndarray[Any, np.dtype[np.float32]] | None:
        """The vectors ``[T, D]`` that ``file:START:STOP`` refers to."""
        if reference is None:
            return None
        file, start, stop = reference.rsplit(":", 2)
        if file not in self._arrays:
            try:
                self._arrays[file] = np.load(self.path / file, mmap_mode="r")
            except Exception as error:  # headers go through Python's tokenizer
                raise MalsoriError(
                    f"features {self.path / file} cannot be read: {error}",
                    hint="import the corpus again",
                ) from error
        return self._arrays[file][int(start) : int(stop)]


def hash_features(array: np.ndarray[Any, np.dtype[np.float32]]) -> str:
    """SHA-256 hex of vectors ``[T, D]``: their shape and their float32 values."""
    header = f"{array.shape[0]}x{array.shape[1]}:".encode()
    return sha256(header + np.ascontiguousarray(array, dtype="<f4").tobytes())


def _check_kind(kind: SignalKind, modality: str) -> None:
    """The words ``speech`` and ``text`` are fixed, so that a misspelt modality is not 'absent'."""
    expected = {"audio": "speech", "text": "text"}.get(kind, modality)
    if modality != expected:
        raise MalsoriError(
            f"an encoder of {kind} cannot read modality {modality!r}",
            hint=f"{kind} is modality {expected!r}; other names are precomputed features, "
            "read by an encoder of kind `precomputed`",
        )


def _read_spec(file: Path) -> CorpusSpec:
    try:
        return CorpusSpec.model_validate(read_yaml(file))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise MalsoriError(
            f"{file}: {where}: {first['msg']}",
            hint="corpus.yaml is written by malsori; import the corpus again",
        ) from error


def _read_table(file: Path) -> pl.DataFrame:
    if file.exists() and not os.access(file, os.R_OK):  # polars would say that it is damaged
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
    try:
        return pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = "is missing" if not file.exists() else f"cannot be read: {error}"
        raise MalsoriError(f"{file} {reason}", hint="import the corpus again") from error
