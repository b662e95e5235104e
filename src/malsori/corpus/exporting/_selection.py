"""What of a corpus is exported: which columns under which names, and which part a row is in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from malsori.corpus.columns import CHANNEL, FEATURES, LABEL, META, UTTERANCES
from malsori.corpus.corpus import Corpus
from malsori.corpus.schema_inference import SYNONYMS
from malsori.corpus.task_file import write_tasks
from malsori.errors import MalsoriError
from malsori.schema import nearest

# Identifies content inside a corpus; whoever reads an export hears the audio itself.
_OWN: Final = ("audio_hash",)


@dataclass(frozen=True)
class Selection:
    """What is exported."""

    corpus: Corpus  # where it comes from
    # The utterances with all their columns; ``split`` is the part of the saved split where one
    # is named (null: in no part), else the published one
    rows: pl.DataFrame
    names: dict[str, str]  # column of the corpus → its name in the export, in order; ``id`` first
    split: str | None = None  # name of the saved split, or None

    @property
    def labels(self) -> dict[str, str]:
        """Task → the name that its column has in the export."""
        names = self.names.items()
        return {c.removeprefix(LABEL): name for c, name in names if c.startswith(LABEL)}

    def source(self, audio: str) -> str:
        """Where a recording of the corpus lies: an absolute path, or ``archive.zip::member``."""
        root = self.corpus.path / (self.corpus.spec.audio_root or "")
        # Text, since a member is no path; and links stay, since who reads the export may have them.
        return os.path.join(os.path.abspath(root), audio)  # noqa: PTH100, PTH118

    def write_tasks(self, file: Path) -> None:
        """Write the file that tells an import the tasks, and which columns are which."""
        columns = {c: name for c, name in self.names.items() if _said_by_name(c)}
        write_tasks(file, [self.corpus.tasks[task] for task in self.labels], columns)


def _said_by_name(column: str) -> bool:
    """Whether an import would not take a column for what it is, unless it is told."""
    return column.startswith((LABEL, META)) or column == CHANNEL


def select(corpus: Corpus, split: str | None = None, columns: Sequence[str] = ()) -> Selection:
    """Choose what is exported."""
    rows = corpus.utterances
    if split is not None:
        parts = rows.select("id").join(
            corpus.split(split), on="id", how="left", maintain_order="left"
        )["split"]
        rows = rows.with_columns(
            split=pl.select(pl.when(parts != "dropped").then(parts)).to_series()
        )
    own = [c for c in rows.columns if c not in _OWN and not c.startswith(FEATURES)]
    usual = [c for c in own if rows[c].null_count() < rows.height]
    chosen = ["id", *(_find(c, rows.columns) for c in columns)] if columns else ["id", *usual]
    if split is not None and "split" not in chosen:
        chosen.append("split")
    return Selection(corpus, rows, _names(list(dict.fromkeys(chosen))), split)


def _find(name: str, columns: Sequence[str]) -> str:
    """The column that a person means by a name."""
    for column in (name, LABEL + name, META + name):
        if column in columns and not column.startswith(FEATURES):
            return column
    if FEATURES + name in columns or name.startswith(FEATURES):
        raise MalsoriError(
            f"{name} holds vectors, which no table does",
            hint=f"they lie in the corpus as features/{name.removeprefix(FEATURES)}.npy",
        )
    known = [
        c.removeprefix(LABEL).removeprefix(META) for c in columns if not c.startswith(FEATURES)
    ]
    raise MalsoriError(f"there is no column {name!r} to export", hint=nearest(name, known))


def _names(columns: Sequence[str]) -> dict[str, str]:
    """Short names for labels and meta, unless another column is called so, or taken for one."""
    reserved = {*UTTERANCES, "file_name"}
    reserved |= {s for name, others in SYNONYMS.items() if name not in columns for s in others}
    names: dict[str, str] = {}
    for family in ("", LABEL, META):
        for column in columns:
            if not family and column.startswith((LABEL, META)):
                continue
            short = column.removeprefix(family)
            if column.startswith(family) and column not in names:
                taken = short in names.values() or (family and short in reserved)
                names[column] = column if taken else short
    return {column: names[column] for column in columns}
