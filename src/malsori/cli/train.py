"""`malsori train`: one run, continued if it was interrupted."""

from __future__ import annotations

from pathlib import Path

import typer

from malsori.cli._shared import ALLOW, JSON, LANG, RECIPE, SET, STORE, WORKERS, print_json
from malsori.words import Lang


def run(
    recipe: Path = RECIPE,
    out: Path | None = typer.Option(
        None, "--out", help="The run's folder; default: runs/RECIPE-DIGEST-sSEED."
    ),
    changes: list[str] = SET,
    store: Path | None = STORE,
    fresh: bool = typer.Option(False, "--fresh", help="Delete the run's folder and begin anew."),
    yes: bool = typer.Option(
        False, "--yes", help="Continue also with other threads or versions (bits may differ)."
    ),
    allow: list[str] = ALLOW,
    opening: bool = typer.Option(
        True,
        "--open-test/--no-open-test",
        help="Whether test rows are predicted at the end; `malsori evaluate RUN --open-test` does "
        "it later.",
    ),
    references: bool = typer.Option(
        True,
        "--references/--no-references",
        help="Whether simple references (linear, n-grams) are fitted on the same rows at the end.",
    ),
    workers: int | None = WORKERS,
    lang: Lang = LANG,
    as_json: bool = JSON,
) -> None:
    """Train one recipe, or continue where it was interrupted; then predict and evaluate."""
    from malsori.cli.evaluate import show_evaluation
    from malsori.recipe import Recipe
    from malsori.reporting import Terminal, say
    from malsori.training import EnvironmentChanged, Run, evaluate_run, train

    full = Recipe.load(recipe, changes)
    folder = out or Path("runs") / f"{recipe.stem}-{full.digest()[:8]}-s{full.training.seed}"

    def go(fresh: bool, accept: bool) -> Run:
        return train(
            full,
            folder,
            store=store,
            fresh=fresh,
            accept_environment=accept,
            workers=workers,
            allow=allow,
            open_test=opening,
            references=references,
            reporter=Terminal(lang=lang),
        )

    try:
        done = go(fresh, yes)
    except EnvironmentChanged as change:
        say(str(change))
        if not typer.confirm("continue all the same?", default=False, err=True):
            raise typer.Exit(2) from change
        done = go(False, True)
    evaluation = evaluate_run(done)
    if as_json:
        print_json({"run": str(done.path), "evaluation": evaluation.data()})
    else:
        show_evaluation(evaluation, done.path, lang=lang)
        print(f"run: {done.path}")
