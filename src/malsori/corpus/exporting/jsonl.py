"""Export as JSON lines that refer to the audio where it lies."""

from __future__ import annotations

from pathlib import Path

from malsori.corpus.exporting._cells import json_lines, plain, tell_tasks
from malsori.corpus.exporting._paths import Paths, archive_notes, with_paths
from malsori.corpus.exporting._selection import Selection
from malsori.corpus.exporting.base import Exporter, Written
from malsori.corpus.told_tasks import told_file
from malsori.io import atomic_write


class Jsonl(Exporter):
    """UTF-8, one object a row with every key; lists stay lists, soft labels and raters records.

    Args:
        paths: ``absolute``, or ``relative`` to the file's folder.
    """

    suffix = ".jsonl"

    def __init__(self, *, paths: Paths = "absolute") -> None:
        self.paths = paths

    def write(self, selection: Selection, destination: Path, *, workers: int | None) -> Written:
        """Write the lines."""
        del workers
        text = json_lines(plain(with_paths(selection, destination, self.paths)))
        tell_tasks(selection, told_file(destination, folder=False))
        atomic_write(destination, text)
        notes = archive_notes(selection)
        return Written(selection.rows.height, columns=list(selection.names.values()), notes=notes)
