"""`malsori embed list` and `malsori embed prune`: what an embedding store holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from malsori.cli._shared import JSON, print_json

if TYPE_CHECKING:
    from malsori.console import Table
    from malsori.encoders.entries import Entry, Needed
    from malsori.encoders.pruning import Plan

PLACE = typer.Argument(Path(), metavar="STORE|CORPUS", help="A store, or the corpus it lies in.")


def listing(place: Path = PLACE, as_json: bool = JSON) -> None:
    """List the encoders of a store: how much they hold, when they were used, by whom."""
    from malsori.console import show
    from malsori.encoders.entries import Needed, entries_of, find_store

    store, corpus = find_store(place)
    found = entries_of(store)
    needed = None if corpus is None else Needed([corpus])
    if as_json:
        print_json([_data(entry, needed) for entry in found])
        return
    show(_table(store, found, needed))


def _data(entry: Entry, needed: Needed | None) -> dict[str, object]:
    """One encoder, as JSON can hold it."""
    import numpy as np

    from malsori.words import Words

    signal, used = entry.signal, None
    if needed is not None and signal is not None:
        used = int(np.isin(entry.reader.keys, needed.keys(signal)).sum())
    return {
        "place": str(entry.place),
        "fingerprint": dict(entry.fingerprint or {}),
        "signals": len(entry.reader),
        "bytes": entry.bytes,
        "damaged": _damage(entry),
        "last_used": entry.uses[0].last.isoformat() if entry.uses else None,
        "corpora": [str(use.corpus) for use in entry.uses],
        "in_this_corpus": used,
        "findings": [finding.data(Words("en").say) for finding in entry.findings],
    }


def _damage(entry: Entry) -> list[str]:
    """What `malsori embed` would make anew."""
    from malsori.encoders.store import NOT_DESCRIBED

    shards = [f"{d.shard.name}: {d.reason}" for d in entry.reader.damaged]
    return [NOT_DESCRIBED, *shards] if entry.fingerprint is None else shards


def _table(store: Path, found: list[Entry], needed: Needed | None) -> Table:
    from malsori.console import Column, Table

    rows = []
    for entry in found:
        data = _data(entry, needed)
        used, last = data["in_this_corpus"], entry.uses[0].last if entry.uses else None
        seen = [f.check for f in entry.findings if f.severity != "note"]
        seen += [f"{len(entry.reader.damaged)} damaged"] if entry.reader.damaged else []
        rows.append(
            [
                entry.place.name,
                f"{len(entry.reader):,}",
                f"{entry.bytes / 1e6:,.1f}",
                None if used is None else f"{used:,}",
                None if last is None else last.astimezone().strftime("%Y-%m-%d"),
                entry.corpora or None,
                ", ".join(seen) or None,
                entry.options or None,
            ]
        )
    right = [Column(h, "right") for h in ("signals", "MB", "in corpus")]
    heads: list[Column | str] = ["encoder", *right, "last used", "used by", "findings", "options"]
    return Table(f"Embedding store {store}", heads, rows, None if rows else "it is empty")


def pruning(
    place: Path = PLACE,
    keep: list[Path] = typer.Option(
        [],
        "--keep",
        metavar="RECIPE",
        help="Remove the encoders that none of these recipes uses; without it every encoder stays.",
    ),
    yes: bool = typer.Option(False, "--yes", help="Do it; without this, only say what would go."),
    as_json: bool = JSON,
) -> None:
    """Remove signals that the corpus no longer has, and encoders that no recipe to keep uses."""
    from malsori.console import show
    from malsori.encoders.entries import find_store
    from malsori.encoders.pruning import plan, prune

    store, corpus = find_store(place)
    kept = [p for recipe in keep for p in _places(store, recipe)] if keep else None
    todo = plan(store, corpus, kept)
    if yes:
        prune(todo)
    if as_json:
        print_json(
            {
                "removed": yes,
                "bytes": todo.bytes,
                "removals": [
                    {
                        "place": str(r.entry.place),
                        "what": r.what,
                        "signals": r.signals,
                        "bytes": r.bytes,
                        "reason": r.reason,
                    }
                    for r in todo.removals
                ],
                "kept": todo.kept,
            }
        )
        return
    show(_plan_table(todo, yes))
    for line in todo.kept:
        print(line)


def _places(store: Path, recipe: Path) -> list[Path]:
    """Where the features of a recipe's encoders lie, those of stored copies too."""
    from malsori.encoders.store import Store
    from malsori.recipe import Recipe
    from malsori.training.augmenting import copies_of
    from malsori.training.building import build_encoders

    full = Recipe.load(recipe, [])
    encoders = build_encoders(full)
    copies = copies_of(full, encoders)
    every = [*encoders.values(), *(copy for made in copies.values() for copy in made)]
    return [Store(store).place(encoder) for encoder in every if encoder.cacheable]


def _plan_table(todo: Plan, done: bool) -> Table:
    from malsori.console import Column, Table

    rows = [
        [r.entry.place.name, r.what, f"{r.signals:,}", f"{r.bytes / 1e6:,.1f}", r.reason]
        for r in todo.removals
    ]
    numbers = [Column("signals", "right"), Column("MB", "right")]
    heads: list[Column | str] = ["encoder", "what", *numbers, "why"]
    note = None if done else "nothing was removed; --yes does it"
    if not rows:
        note = "nothing is there that is not needed"
    return Table("Removed" if done else "May go", heads, rows, note)
