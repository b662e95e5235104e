"""`malsori embed`: fill the embedding store before training."""

from __future__ import annotations

from pathlib import Path

import typer

from malsori.cli._shared import JSON, SET, WORKERS, print_json


def run(
    recipe: Path = typer.Argument(..., help="A recipe file (YAML)."),
    changes: list[str] = SET,
    store: Path | None = typer.Option(
        None, "--store", help="The embedding store; default: CORPUS/store."
    ),
    workers: int | None = WORKERS,
    as_json: bool = JSON,
) -> None:
    """Encode every utterance once; an interrupted job continues where it stopped."""
    from malsori.console import Column, Table, show
    from malsori.recipe import Recipe
    from malsori.training import embed

    reports = embed(Recipe.load(recipe, changes), store=store, workers=workers)
    if as_json:
        print_json({modality: report.data() for modality, report in reports.items()})
        return
    names = ["modality", "encoded", "already there", "absent", "x real time"]
    rows = [
        [m, r.done, r.cached, r.absent, f"{r.speed:,.0f}" if r.speed else None]
        for m, r in reports.items()
    ]
    show(Table("Embedding store", [names[0], *[Column(n, "right") for n in names[1:]]], rows))
