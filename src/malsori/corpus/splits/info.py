"""A saved split: which row is in which part, what was asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from malsori.console import Column, Table
from malsori.corpus.corpus import Corpus
from malsori.corpus.grouping import Groups
from malsori.corpus.leaks import Leak
from malsori.corpus.tallies import tally
from malsori.io import read_yaml, sha256, write_parquet, write_yaml
from malsori.notes import Note
from malsori.schema import SPLITS
from malsori.words import Words

PARTS = (*SPLITS, "dropped")

_MOST_NAMES: Final = 8
_MOST_WAYS: Final = 3  # different lists of absent classes that are told one by one


@dataclass(frozen=True)
class SplitInfo:
    """One split and everything that is recorded with it.

    Attributes:
        name: Its name; a recipe names it.
        frame: Columns ``id`` and ``split`` (train, validation, test or dropped), in the order
            of the corpus' utterances.
        hash: SHA-256 of the table id → part, whatever its order.
        how: What was asked for: by, stratify, shares, folds, seed, column, method.
        counts: Rows in each part.
        groups: For each column it is grouped by, how many groups each part holds.
        classes: Task → part → class → rows.
        leaks: What the parts share: what was allowed, and nearly the same text.
        allowed: The kinds of leaks that were explicitly allowed.
        notes: What a user should know of it.
        tested: Rows that are in test in one of the folds; None without folds.
    """

    name: str
    frame: pl.DataFrame
    hash: str
    how: dict[str, Any]
    counts: dict[str, int]
    groups: dict[str, dict[str, int]]
    classes: dict[str, dict[str, dict[str, int]]]
    leaks: tuple[Leak, ...] = ()
    allowed: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    tested: int | None = None

    def remarks(self) -> list[Note]:
        """Everything to be said of it: its notes, and what its parts share."""
        return [*self.notes, *(leak.remark(self.allowed) for leak in self.leaks)]

    def data(self, say: Callable[[Note], Any] = Note.data) -> dict[str, Any]:
        """The split without its rows, as plain data for YAML and JSON."""
        return {
            "name": self.name,
            "hash": self.hash,
            "how": self.how,
            "counts": self.counts,
            "tested": self.tested,
            "groups": self.groups,
            "classes": self.classes,
            "leaks_allowed": [
                {**leak.data(), "asked": leak.kind in self.allowed} for leak in self.leaks
            ],
            "notes": [say(note) for note in self.notes],
        }


def hash_split(frame: pl.DataFrame) -> str:
    """SHA-256 hex of the table id → part; it does not depend on the order of the rows."""
    lines = frame.select("id", "split").sort("id").iter_rows()
    return sha256("".join(f"{i}\t{part}\n" for i, part in lines).encode())


def count_parts(frame: pl.DataFrame) -> dict[str, int]:
    """Rows in each part of a split, also in those that have none."""
    found = dict(frame["split"].value_counts().iter_rows())
    return {part: int(found.get(part, 0)) for part in PARTS}


def count_groups(groups: Sequence[Groups], frame: pl.DataFrame) -> dict[str, dict[str, int]]:
    """For each column, how many groups each part of a split holds."""
    parts = frame["split"].to_numpy()
    return {g.column: {p: len(set(g.codes[parts == p])) for p in PARTS} for g in groups}


def count_classes(corpus: Corpus, frame: pl.DataFrame) -> dict[str, dict[str, dict[str, int]]]:
    """Rows of every class of every task in every part; rows without label are left out.

    Numbers are counted by ranges; a row of a multilabel task counts for each of its classes.
    """
    parts = frame["split"].to_numpy()
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for name, task in corpus.tasks.items():
        rows = tally(task, corpus.labels(name))
        counts[name] = {
            part: {c: int((mask & (parts == part)).sum()) for c, mask in rows.items()}
            for part in PARTS
        }
    return counts


def save_split(info: SplitInfo, corpus: Corpus, folder: Path) -> tuple[Path, Path]:
    """Writes ``NAME.yaml`` and ``NAME.parquet`` into a folder.

    The table is the last: a split exists when its table does.
    """
    record, table = folder / f"{info.name}.yaml", folder / f"{info.name}.parquet"
    write_yaml(record, {**info.data(), "corpus": corpus.digest})
    write_parquet(info.frame, table)
    return record, table


def asked_of(corpus: Corpus, name: str) -> dict[str, Any]:
    """What was asked for when a split was saved; nothing where that is not known."""
    file = corpus.path / "splits" / f"{name}.yaml"
    record = read_yaml(file) if file.is_file() else None
    return (record.get("how") or {}) if isinstance(record, dict) else {}


def split_table(infos: Sequence[SplitInfo], words: Words | None = None) -> Table:
    """Rows and groups of each part of some splits, for the terminal."""
    words = words or Words()
    tests = {info.name: info.how.get("fold", {}).get("tests") for info in infos}
    which = [words("split.tests")] if any(tests.values()) else []
    columns: list[Column | str] = [words("split.split"), *which]
    columns += [Column(words.named("part", part), "right") for part in PARTS]
    rows = [
        [
            info.name,
            *(tests[info.name] for _ in which),
            *(_cell(info, part, words) for part in PARTS),
        ]
        for info in infos
    ]
    return Table(words("split.splits"), columns, rows, "\n".join(_said(infos, words)) or None)


def _said(infos: Sequence[SplitInfo], words: Words) -> list[str]:
    """What is said of splits, each remark once with the names of those that it is about.

    Classes that folds lack differ from fold to fold, so of several different lists one line is
    made; each split's record has its own.
    """
    notes = [(info.name, note) for info in infos for note in info.remarks()]
    ways: dict[str, set[str]] = {}
    for _, note in notes:
        ways.setdefault(words.say(_without_classes(note)), set()).add(words.say(note))
    about: dict[str, list[str]] = {}
    for name, note in notes:
        short = words.say(_without_classes(note))
        remark = short if len(ways[short]) > _MOST_WAYS else words.say(note)
        about.setdefault(remark, []).append(name)
    return [
        remark if len(names) == len(infos) else f"{_few(names, words)}: {remark}"
        for remark, names in about.items()
    ]


def _few(names: Sequence[str], words: Words) -> str:
    more = len(names) - _MOST_NAMES + 1
    if more <= 1:
        return ", ".join(names)
    return words("split.more", names=", ".join(names[:-more]), n=more)


def _without_classes(note: Note) -> Note:
    """The same note where it does not say which classes a part lacks."""
    return Note("split.part_lacks_some", note.fields) if note.key == "split.part_lacks" else note


def _cell(info: SplitInfo, part: str, words: Words) -> str:
    rows = f"{info.counts[part]:,}"
    if part == "dropped" or not info.counts[part] or not info.groups:
        return rows
    groups = [f"{words.named('column', c)} {n[part]:,}" for c, n in info.groups.items()]
    return f"{rows} ({', '.join(groups)})"
