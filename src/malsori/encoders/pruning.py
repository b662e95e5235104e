"""Removing from a store what nobody needs any more."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from malsori.corpus.corpus import Corpus
from malsori.encoders.entries import Entry, Needed, entries_of
from malsori.encoders.merging import rewrite
from malsori.encoders.whole_files import sweep
from malsori.errors import MalsoriError


@dataclass(frozen=True)
class Removal:
    """Something that may go."""

    entry: Entry
    what: Literal["encoder", "signals", "damaged"]
    signals: int  # whose features go
    bytes: int  # that they take
    reason: str  # why nobody needs them
    rows: npt.NDArray[np.int64] | None = None  # which of the keys of the entry go


@dataclass(frozen=True)
class Plan:
    """What `prune` would do."""

    removals: list[Removal]  # in the order of the store
    kept: list[str]  # why something stays that may not be needed

    @property
    def bytes(self) -> int:
        """That would be freed."""
        return sum(removal.bytes for removal in self.removals)


def plan(store: Path, corpus: Corpus | None, keep: Collection[Path] | None) -> Plan:
    """Finds what nobody needs; removes nothing.

    Signals go that none of the corpora has which the features were made for; encoders go that none
    of the recipes uses which are named. Without `keep` every encoder stays.
    """
    found = Plan([], [])
    for entry in entries_of(store):
        if keep is not None and entry.place.resolve() not in {p.resolve() for p in keep}:
            signals, reason = len(entry.reader), "none of the recipes to keep uses it"
            found.removals.append(Removal(entry, "encoder", signals, entry.bytes, reason))
            continue
        if entry.reader.damaged:
            sizes = [d.shard.stat().st_size for d in entry.reader.damaged]
            why = "damaged; `malsori embed` makes them again"
            found.removals.append(Removal(entry, "damaged", 0, sum(sizes), why))
        _plan_signals(entry, corpus, found)
    return found


def _plan_signals(entry: Entry, corpus: Corpus | None, found: Plan) -> None:
    corpora, missing = [] if corpus is None else [corpus], []
    for use in entry.uses:
        if corpus is not None and use.corpus == corpus.path.resolve():
            continue
        try:
            corpora.append(Corpus.open(use.corpus))
        except MalsoriError:
            missing.append(str(use.corpus))
    signal, name = entry.signal, entry.place.name
    if missing:
        found.kept.append(f"{name}: all signals stay, since a corpus is away: {missing[0]}")
    elif signal is None:
        found.kept.append(f"{name}: all signals stay, since this malsori has no such encoder")
    elif not corpora:
        found.kept.append(f"{name}: all signals stay, since it is not known whose they are")
    else:
        spare = np.flatnonzero(~np.isin(entry.reader.keys, Needed(corpora).keys(signal)))
        if len(spare):
            size = int(entry.reader.sizes[spare].sum())
            reason = "not in " + ", ".join(c.name for c in corpora)
            found.removals.append(Removal(entry, "signals", len(spare), size, reason, spare))


def prune(todo: Plan) -> None:
    """Carries a plan out. A kill in the middle leaves the store whole; the rest goes next time."""
    for removal in todo.removals:
        place = removal.entry.place
        if removal.what == "encoder":
            _remove_encoder(place)
            continue
        if removal.what == "damaged":
            removal.entry.reader.remove_damaged()
        elif removal.rows is not None:
            _remove_signals(removal.entry, removal.rows)
        sweep(place)


def _remove_encoder(place: Path) -> None:
    """All that a store has written there, and the folder, if nothing else is in it."""
    for file in place.iterdir():
        if file.suffix in (".shard", ".json", ".part", ".lock") and file.is_file():
            file.unlink(missing_ok=True)
    if not any(place.iterdir()):
        shutil.rmtree(place, ignore_errors=True)


def _remove_signals(entry: Entry, spare: npt.NDArray[np.int64]) -> None:
    """Shards that hold spare signals are written anew without them."""
    going = np.zeros(len(entry.reader), bool)
    going[spare] = True
    chosen = []
    for shard, count, rows in entry.reader.shards():
        stay = rows[~going[rows]]
        if len(stay) < count:
            chosen.append((shard, stay))
    rewrite(entry.reader, chosen)
