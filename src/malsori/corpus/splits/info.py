"""A saved split: which row is in which part, what was asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from malsori.console import Column, Table
from malsori.corpus.corpus import Corpus
from malsori.corpus.counting import few
from malsori.corpus.grouping import Groups
from malsori.corpus.leaks import Leak
from malsori.corpus.tallies import tally
from malsori.io import sha256, write_parquet, write_yaml
from malsori.schema import SPLITS

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
    notes: tuple[str, ...] = ()
    tested: int | None = None

    def remark(self, leak: Leak) -> str:
        """What is said of a leak below the table: allowed, or a warning."""
        if leak.kind in self.allowed:
            return f"allowed: {leak}"
        mend = f"such as {leak.examples[0]}; --by {leak.column} keeps them together"
        return f"warning: {leak}, {mend}"

    def data(self) -> dict[str, Any]:
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
            "notes": list(self.notes),
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

    Args:
        corpus: The corpus.
        frame: Columns ``id`` and ``split``, in the order of the corpus' utterances.
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


def save_split(info: SplitInfo, corpus: Corpus) -> tuple[Path, Path]:
    """Writes ``splits/NAME.yaml`` and ``splits/NAME.parquet`` into the corpus' folder.

    The table is written last: a split exists when its table does.
    """
    table = corpus.path / "splits" / f"{info.name}.parquet"
    record = table.with_name(f"{info.name}.yaml")
    write_yaml(record, {**info.data(), "corpus": corpus.digest})
    write_parquet(info.frame, table)
    return table, record


def split_table(infos: Sequence[SplitInfo]) -> Table:
    """Rows and groups of each part of some splits, for the terminal."""
    tests = {info.name: info.how.get("fold", {}).get("tests") for info in infos}
    which: list[Column | str] = ["tests"] if any(tests.values()) else []
    columns = ["split", *which, *(Column(part, "right") for part in PARTS)]
    rows = [
        [info.name, *(tests[info.name] for _ in which), *(_cell(info, part) for part in PARTS)]
        for info in infos
    ]
    return Table("Splits", columns, rows, note="\n".join(_remarks(infos)) or None)


def _remarks(infos: Sequence[SplitInfo]) -> list[str]:
    """What is said of splits, each remark once with the names of those that it is about.

    Classes that folds lack differ from fold to fold, so of several different lists one line is
    made; each split's record has its own.
    """
    found: dict[str, list[str]] = {}
    ways: dict[str, set[str]] = {}
    for info in infos:
        for remark in (*info.notes, *map(info.remark, info.leaks)):
            found.setdefault(remark, []).append(info.name)
            ways.setdefault(_kind(remark), set()).add(remark)
    said: dict[str, list[str]] = {}
    for remark, names in found.items():
        kind = _kind(remark)
        several = len(ways[kind]) > _MOST_WAYS
        said.setdefault(f"{kind} = this or that class" if several else remark, []).extend(names)
    every = len(infos)
    return [
        remark if len(names) == every else f"{few(names, _MOST_NAMES)}: {remark}"
        for remark, names in said.items()
    ]


def _kind(remark: str) -> str:
    """A remark without the classes that a part lacks."""
    kind, _, classes = remark.partition(" = ")
    return kind if classes and " has no " in kind else remark


def _cell(info: SplitInfo, part: str) -> str:
    rows = f"{info.counts[part]:,}"
    if part == "dropped" or not info.counts[part] or not info.groups:
        return rows
    return f"{rows} ({', '.join(f'{c} {n[part]:,}' for c, n in info.groups.items())})"
