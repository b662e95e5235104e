"""What every way out does: write chosen rows of a corpus where nothing is yet."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from malsori.corpus.exporting._selection import Selection


@dataclass(frozen=True)
class Written:
    """What an exporter wrote.

    Attributes:
        rows: utterances in the export.
        files: audio files that were written.
        left_out: why a row is not in it → rows.
        columns: their names.
        notes: what a user should know of it.
    """

    rows: int
    files: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Exporter(ABC):
    """A kind of export; what follows ``*`` in a constructor is its options.

    Attributes:
        suffix: what the name of a file of this kind ends in; None for a folder.
    """

    suffix: ClassVar[str | None] = None

    @property
    def kind(self) -> str:
        """The kind's name, as in ``corpus export --to KIND``."""
        return type(self).__module__.rpartition(".")[2]

    @abstractmethod
    def write(self, selection: Selection, destination: Path, *, workers: int | None) -> Written:
        """Write the chosen rows, wholly or not at all.

        Args:
            selection: what to write.
            destination: does not exist yet.
            workers: processes where audio is copied; None takes every core.

        Raises:
            MalsoriError: there is nothing to write, or audio cannot be read.
        """
