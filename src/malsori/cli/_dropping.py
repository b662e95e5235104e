"""`malsori corpus drop`: single rows out of a corpus, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from malsori.cli._shared import CORPUS, JSON, print_json

if TYPE_CHECKING:
    import polars as pl

    from malsori.corpus.corpus import Corpus


def drop(
    corpus: Path = CORPUS,
    ids: list[str] = typer.Argument(None, metavar="ID…", help="Of the rows."),
    listed: Path | None = typer.Option(
        None, "--from", metavar="FILE", help="A file with an id in each line."
    ),
    reason: str | None = typer.Option(None, "--reason", help="Why, for who reads it later."),
    undo: bool = typer.Option(False, "--undo", help="Bring these rows back; without ids, all."),
    show: bool = typer.Option(False, "--list", help="Show the rows that are dropped."),
    as_json: bool = JSON,
) -> None:
    """Leave single rows out of a corpus without a new import; recorded, and undone by --undo.

    Saved splits stay, without these rows. Runs of before are of another corpus until --undo.
    """
    from malsori.corpus.corpus import Corpus
    from malsori.corpus.dropping import drop_rows, in_no_part, restore_rows

    opened = Corpus.open(corpus)
    named = [*(ids or []), *(_read(listed) if listed is not None else [])]
    if show:
        _show(opened, as_json)
        return
    back = list(opened.dropped["id"]) if undo and opened.dropped.width else []
    if undo:
        after = restore_rows(opened, named if ids or listed else None)
    elif named or listed:
        after = drop_rows(opened, named, reason=reason)
    else:
        raise typer.BadParameter("name the rows, or --from FILE, --undo, --list", param_hint="ID")
    n = abs(after.utterances.height - opened.utterances.height)
    if as_json:
        print_json(
            {"changed": n, "utterances": after.utterances.height, "dropped": after.dropped.height}
        )
        return
    what = "brought back" if undo else "dropped"
    rows = f"{n:,} {'row' if n == 1 else 'rows'}"
    print(f"{corpus}: {rows} {what}; it has {after.utterances.height:,}, and "
          f"{after.dropped.height:,} dropped")  # fmt: skip
    for name, lacks in in_no_part(after, back).items():
        print(f"the split {name} was made meanwhile and lacks {lacks:,} of them: make it again")
    if not undo:
        print("saved splits go on without them; --undo brings them back, --list shows them")


def _read(file: Path) -> list[str]:
    from malsori.corpus.decoding import decode

    text, _ = decode(file)
    return [line.strip() for line in text.splitlines() if line.strip()]


def _show(corpus: Corpus, as_json: bool) -> None:
    from malsori.console import Table
    from malsori.console import show as show_table

    names = ("id", "when", "who", "reason")
    rows = _rows(corpus.dropped, names)
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    note = None if rows else "no row was dropped"
    show_table(Table(f"Dropped from {corpus.name}", list(names), rows, note))


def _rows(gone: pl.DataFrame, names: tuple[str, ...]) -> list[list[object]]:
    from malsori.corpus.corpus import DROPPED

    if not gone.width:
        return []
    return [list(row) for row in gone.select("id", *(DROPPED + n for n in names[1:])).rows()]
