"""What exports as one table share: audio stays where it is, and is named by its whole path."""

from __future__ import annotations

import os
from abc import abstractmethod
from dataclasses import replace
from pathlib import Path

from malsori.archives import SEPARATOR
from malsori.corpus.exporting._selection import Selection
from malsori.corpus.exporting.base import Exporter, Written
from malsori.corpus.task_file import task_file
from malsori.io import atomic_write


class TableExporter(Exporter):
    """One file, with the tasks in another beside it."""

    @abstractmethod
    def content(self, selection: Selection) -> bytes:
        """The file."""

    def write(self, selection: Selection, destination: Path, *, workers: int | None) -> Written:
        """Write the file."""
        del workers
        content = self.content(_with_paths(selection))
        tasks = task_file(destination)
        selection.write_tasks(tasks)
        try:
            atomic_write(destination, content)
        except OSError:  # alone it would be in the way of the next try
            tasks.unlink(missing_ok=True)
            raise
        columns = list(selection.names.values())
        return Written(selection.rows.height, columns=columns, notes=_notes(selection))


def _with_paths(selection: Selection) -> Selection:
    """The selection with absolute audio paths; a member of an archive is no path of the system."""
    audio = selection.rows["audio"]
    found = {a: os.path.normpath(selection.source(a)) for a in audio.drop_nulls().unique()}
    return replace(selection, rows=selection.rows.with_columns(audio.replace(found)))


def _notes(selection: Selection) -> list[str]:
    """What to know where recordings lie in archives."""
    audio = selection.rows["audio"]
    archived = int(audio.str.contains(f".zip{SEPARATOR}", literal=True).fill_null(False).sum())
    if "audio" not in selection.names or not archived:
        return []
    note = f"{archived:,} utterances lie in archives, written ARCHIVE.zip::MEMBER"
    return [f"{note}; audiofolder copies them out"]
