"""`malsori embed`: fill the embedding store before training."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from malsori.cli._shared import JSON, SET, WORKERS, print_json

if TYPE_CHECKING:
    from malsori.console import Table
    from malsori.encoders.filling import FillReport


def run(
    recipe: Path = typer.Argument(..., help="A recipe file (YAML), or demo."),
    changes: list[str] = SET,
    store: Path | None = typer.Option(
        None, "--store", help="The embedding store; default: CORPUS/store."
    ),
    workers: int | None = WORKERS,
    as_json: bool = JSON,
) -> None:
    """Encode every utterance once; an interrupted job continues where it stopped."""
    from dataclasses import asdict

    from malsori.console import show
    from malsori.recipe import Recipe
    from malsori.training import embed

    reports = embed(Recipe.load(recipe, changes), store=store, workers=workers)
    if as_json:
        print_json({modality: asdict(report) for modality, report in reports.items()})
        return
    show(embedding_table(reports))


def embedding_table(reports: Mapping[str, FillReport]) -> Table:
    """What was encoded, and how fast."""
    from malsori.console import Column, Table

    heads = ["encoded", "already there", "the same signal", "absent", "rebuilt", "x real time"]
    rows = []
    for modality, r in reports.items():
        speed = None if r.times_real_time is None else f"{r.times_real_time:,.0f}"
        rows.append([modality, r.done, r.cached, r.shared, r.absent, r.rebuilt, speed])
    return Table("Embedding store", ["modality", *(Column(h, "right") for h in heads)], rows)
