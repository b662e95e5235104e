"""Export: a corpus as other programs read it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from malsori.console import Column, Table
from malsori.corpus.corpus import Corpus
from malsori.corpus.counting import counted, few
from malsori.corpus.exporting._selection import Selection, select
from malsori.corpus.exporting.base import Exporter
from malsori.corpus.task_file import task_file
from malsori.errors import MalsoriError
from malsori.registry import ComponentConfig, Registry

EXPORTERS: Final[Registry[Exporter]] = Registry("malsori.corpus.exporting")
"""Ways out by name: ``audiofolder``, ``csv``, ``jsonl``."""


@dataclass(frozen=True)
class ExportReport:
    """What was exported."""

    corpus: str  # name of the corpus
    kind: str  # ``csv``, ``jsonl`` or ``audiofolder``
    path: Path  # what was written
    columns: list[str]  # their names in the export
    rows: int  # utterances in it
    files: int  # audio files that were copied or cut out
    left_out: dict[str, int]  # why a row is not in it → rows
    again: str  # the command that imports it again with the same tasks
    notes: list[str]  # what a user should know of it

    def data(self) -> dict[str, Any]:
        """All of it for JSON."""
        return {**vars(self), "path": str(self.path)}

    def table(self) -> Table:
        """For the terminal."""
        rows: list[list[object]] = [["utterances", f"{self.rows:,}"]]
        rows += [["audio files", f"{self.files:,}"]] if self.files else []
        rows += [[f"left out: {why}", f"{n:,}"] for why, n in self.left_out.items()]
        notes = [*self.notes, f"columns: {', '.join(self.columns)}"]
        note = "\n".join(f"- {note}" for note in notes)
        title = f"Exported {self.corpus} to {self.path} ({self.kind})"
        return Table(title, ["", Column("count", "right")], rows, note)


def export_corpus(
    corpus: Corpus,
    destination: str | Path,
    to: str,
    *,
    split: str | None = None,
    columns: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
    workers: int | None = None,
) -> ExportReport:
    """Export a corpus. What is exported appears at ``destination`` when it is complete.

    Args:
        corpus: the corpus.
        destination: the file (csv, jsonl) or folder (audiofolder) to write; it must not exist.
        to: the kind of export.
        split: a saved split: its part is in column ``split``, or names a sub-folder.
        columns: columns besides the id, as the corpus calls them or by the short name of a task
            or a ``meta.*`` column; none: all that hold anything.
        options: of the kind, such as ``{"bom": True}``.
        workers: processes where audio is copied; None takes every core.

    Raises:
        MalsoriError: no such kind, option, split or column (naming the nearest); the destination
            exists; audio cannot be read.

    Example:
        >>> import tempfile
        >>> import polars as pl
        >>> from malsori.corpus import CorpusSpec, write_corpus
        >>> rows = pl.DataFrame({"id": ["a"], "text": ["네, 불이 났어요"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     spec = CorpusSpec(name="toy", adapter="table", tasks=())
        ...     corpus = write_corpus(Path(folder) / "toy", spec, rows)
        ...     _ = export_corpus(corpus, Path(folder) / "toy.csv", "csv")
        ...     print((Path(folder) / "toy.csv").read_text(encoding="utf-8"))
        "id","text"
        "a","네, 불이 났어요"
        <BLANKLINE>
    """
    destination = Path(destination)
    if "kind" in (options or {}):
        raise MalsoriError("export: kind is no option", hint="name it with --to alone")
    config = EXPORTERS.validate(ComponentConfig(kind=to, **(options or {})), "export")
    exporter = EXPORTERS.build(config)
    _check_place(corpus, destination, exporter)
    selection = select(corpus, split, columns)
    written = exporter.write(selection, destination, workers=workers)
    return ExportReport(
        corpus=corpus.name,
        kind=exporter.kind,
        path=destination,
        columns=written.columns,
        rows=written.rows,
        files=written.files,
        left_out=written.left_out,
        again=f"malsori corpus import table {shlex.quote(str(destination))} DESTINATION",
        notes=[*written.notes, *_notes(selection, task_file(destination))],
    )


def _check_place(corpus: Corpus, destination: Path, exporter: Exporter) -> None:
    """Refuse a place that is taken, or where what is written would not be found again."""
    if destination.exists() or destination.is_symlink():
        raise MalsoriError(
            f"{destination} exists already, and an export replaces nothing",
            hint="name another destination, or remove it",
        )
    if destination.resolve().is_relative_to(corpus.path.resolve()):
        raise MalsoriError(
            f"{destination} lies in the corpus {corpus.path}", hint="name another destination"
        )
    beside = task_file(destination)
    if exporter.suffix and beside.exists():
        raise MalsoriError(
            f"{beside} exists already, and an export replaces nothing",
            hint="it belongs to an older export: name another destination, or remove it",
        )
    if exporter.suffix and destination.suffix.lower() != exporter.suffix:
        raise MalsoriError(
            f"{destination}: a file of kind {exporter.kind} ends in {exporter.suffix}",
            hint=f"name it {destination.name}{exporter.suffix}",
        )


def _notes(selection: Selection, file: Path) -> list[str]:
    tasks = ", ".join(selection.labels) or "none"
    notes = [f"tasks with their classes are in {file.name}, which an import reads: {tasks}"]
    if features := selection.corpus.spec.features:
        notes.append(f"vectors are not exported: {', '.join(features)}")
    if selection.split is not None:
        outside = int(selection.rows["split"].is_null().sum())
        if outside:
            rows = counted(outside, "row is", "rows are")
            notes.append(f"{rows} in no part of the split {selection.split}")
    elif names := selection.corpus.split_names():
        notes.append(f"saved splits are not exported unless named: {few(names)}")
    return notes
