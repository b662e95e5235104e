"""What every adapter does: read a source into rows in the corpus' columns, unchecked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from malsori.corpus.tables import Broken
from malsori.schema import Task

FloatArray = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Source:
    """What an adapter read. Nothing in it has been checked yet: that is the import's work.

    Attributes:
        rows: ``row`` (line number in the source, from 1), ``id``, and those of the schema's
            columns that the source has, all as the source writes them (strings);
            ``label.<task>`` before classes are looked up (multilabel: lists of strings);
            ``soft.*``, ``compound.*`` and ``raters.*`` as ``columns`` types them; ``meta.*``.
            ``audio`` may name a member of an archive, ``a.zip::b.wav``.
        tasks: declared or inferred.
        notes: what was inferred or met, one sentence each.
        broken: rows that could not even be read as rows.
        repaired: what was mended, in a few words → how many rows.
        features: modality → vectors ``[T, D]`` of each row, in order; None = absent. A sequence
            may read them only when they are asked for, and raise ``MalsoriError`` then.
        audio_root: what relative paths in ``audio`` are relative to; None without audio.
        clip_ends: times past the end of a recording are cut to it and counted as repaired;
            otherwise such a row is ``truncated``.
        if_missing: what to do where most recordings are missing, if the source knows better than
            that they lie elsewhere; said when no row is left, since notes are told otherwise.
        provenance: goes into ``corpus.yaml``.
    """

    rows: pl.DataFrame
    tasks: list[Task]
    notes: list[str] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    repaired: dict[str, int] = field(default_factory=dict)
    features: Mapping[str, Sequence[FloatArray | None]] = field(default_factory=dict)
    audio_root: Path | None = None
    clip_ends: bool = False
    if_missing: str | None = None
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """Rows that the source has, whatever becomes of them."""
        return self.rows.height + len(self.broken)


class Chosen(Sequence[FloatArray | None]):
    """Some items of a sequence, read only when asked for."""

    def __init__(self, arrays: Sequence[FloatArray | None], positions: Sequence[int]) -> None:
        self._arrays, self._positions = arrays, positions

    def __len__(self) -> int:
        return len(self._positions)

    def __getitem__(self, index: Any) -> Any:
        return self._arrays[self._positions[index]]


class Adapter(ABC):
    """A kind of source: its place is context, what follows ``*`` in a constructor is options.

    Args:
        source: the file or folder to read.

    Attributes:
        corpus_inside: whether a corpus may lie in the source's folder without being read as
            part of it.
    """

    corpus_inside: bool = False

    def __init__(self, source: Path) -> None:
        self.source = source

    @property
    def kind(self) -> str:
        """The kind's name, as in ``corpus import KIND``."""
        return type(self).__module__.rpartition(".")[2]

    @abstractmethod
    def read(self) -> Source:
        """Read the source.

        Raises:
            MalsoriError: the source is not there, or is of another kind than expected. A fault
                of a single row is no error: it is left to the import, or in ``Source.broken``.
        """
