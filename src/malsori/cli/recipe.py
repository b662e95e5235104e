"""`malsori recipe`: show, check and describe recipes."""

from __future__ import annotations

from pathlib import Path

import typer

from malsori.cli._shared import JSON, SET, print_json

app = typer.Typer(no_args_is_help=True, help="Show, check and describe recipes.")

FILE = typer.Argument(..., metavar="RECIPE", help="A recipe file (YAML).")


@app.command()
def show(path: Path = FILE, changes: list[str] = SET, as_json: bool = JSON) -> None:
    """Print the whole recipe, every default written out."""
    import yaml

    from malsori.recipe import Recipe

    data = Recipe.load(path, changes).data()
    if as_json:
        print_json(data)
    else:
        print(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), end="")


@app.command()
def validate(path: Path = FILE, changes: list[str] = SET, as_json: bool = JSON) -> None:
    """Check a recipe: exit 0 if it is right, else 2 with each wrong key and the nearest one."""
    from malsori.recipe import Recipe

    recipe = Recipe.load(path, changes)
    if as_json:
        print_json({"valid": True, "digest": recipe.digest()})
    else:
        print(f"{path}: a valid recipe ({', '.join(recipe.tasks)}; digest {recipe.digest()})")


@app.command()
def schema() -> None:
    """Print the JSON schema of recipes, for editors."""
    from malsori.recipe import json_schema

    print_json(json_schema())
