"""Export as one CSV file that refers to the audio where it lies."""

from __future__ import annotations

import codecs
from pathlib import Path

from malsori.corpus.exporting._cells import csv_text, flat, tell_tasks
from malsori.corpus.exporting._paths import Paths, archive_notes, with_paths
from malsori.corpus.exporting._selection import Selection
from malsori.corpus.exporting.base import Exporter, Written
from malsori.corpus.told_tasks import told_file
from malsori.io import atomic_write


class Csv(Exporter):
    """UTF-8, comma, every text in quotes, no text changed: a cell may begin with ``=``.

    Several classes are joined with ``;``; soft labels and raters are JSON.

    Args:
        paths: ``absolute``, or ``relative`` to the table's folder.
        bom: begin with a byte order mark, without which Excel reads Korean as something else.
    """

    suffix = ".csv"

    def __init__(self, *, paths: Paths = "absolute", bom: bool = False) -> None:
        self.paths = paths
        self.bom = bom

    def write(self, selection: Selection, destination: Path, *, workers: int | None) -> Written:
        """Write the table."""
        del workers
        text = csv_text(flat(with_paths(selection, destination, self.paths))).encode()
        tell_tasks(selection, told_file(destination, folder=False))
        atomic_write(destination, (codecs.BOM_UTF8 if self.bom else b"") + text)
        notes = archive_notes(selection)
        return Written(selection.rows.height, columns=list(selection.names.values()), notes=notes)
