"""`malsori embed`: fill the embedding store before training, check it, list it, prune it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from malsori.cli import _store
from malsori.cli._once import App
from malsori.cli._shared import ALLOW, JSON, LANG, RECIPE, SET, STORE, WORKERS, print_json
from malsori.words import Lang

if TYPE_CHECKING:
    from malsori.console import Table
    from malsori.encoders.filling import FillReport


class EmbedGroup(TyperGroup):
    """`malsori embed RECIPE` means `malsori embed run RECIPE`: what is no verb is a recipe."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Puts the verb that is meant in front."""
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = App(
    cls=EmbedGroup,
    no_args_is_help=True,
    help="Encode every utterance once: `malsori embed RECIPE` (for its options: embed run -h).",
)
app.command("list", short_help="What a store holds, and who uses it.")(_store.listing)
app.command("prune", short_help="Remove what nobody needs any more.")(_store.pruning)


@app.command("run", short_help="Fill the store for a recipe; the same as `malsori embed RECIPE`.")
def run(
    recipe: Path = RECIPE,
    changes: list[str] = SET,
    store: Path | None = STORE,
    check: bool = typer.Option(
        False, "--check", help="First compare every byte that is stored with its checksum."
    ),
    allow: list[str] = ALLOW,
    workers: int | None = WORKERS,
    lang: Lang = LANG,
    as_json: bool = JSON,
) -> None:
    """Encode every utterance once; an interrupted job continues where it stopped.

    Damaged shards are removed, and what was in them is encoded anew.
    """
    from malsori.console import show
    from malsori.recipe import Recipe
    from malsori.reporting import Terminal, reporting
    from malsori.training import embed
    from malsori.words import Words

    words = Words(lang)
    full = Recipe.load(recipe, changes)
    with reporting(Terminal(lang=lang)):
        reports = embed(full, store=store, workers=workers, allow=allow, thorough=check)
    if as_json:
        print_json({modality: report.data(words.say) for modality, report in reports.items()})
        return
    show(embedding_table(reports, checked=check))


def embedding_table(reports: Mapping[str, FillReport], *, checked: bool = False) -> Table:
    """What was encoded, and how fast."""
    from malsori.console import Column, Table

    heads = ["encoded", "already there", "the same signal", "absent", "rebuilt", "x real time"]
    rows, damage = [], []
    for modality, r in reports.items():
        speed = None if r.times_real_time is None else f"{r.times_real_time:,.0f}"
        rows.append([modality, r.done, r.cached, r.shared, r.absent, r.rebuilt, speed])
        damage += r.damage
    note = "every byte was compared with its checksum" if checked else None
    if damage:
        note = "damaged, now made anew: " + "; ".join(damage)
    return Table("Embedding store", ["modality", *(Column(h, "right") for h in heads)], rows, note)
