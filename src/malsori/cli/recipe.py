"""`malsori recipe`: show, check and describe recipes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from malsori.cli._once import App
from malsori.cli._shared import JSON, RECIPE, SET, print_json

if TYPE_CHECKING:
    from malsori.recipe import Recipe

app = App(no_args_is_help=True, help="Show, check and describe recipes.")


@app.command()
def show(path: Path = RECIPE, changes: list[str] = SET, as_json: bool = JSON) -> None:
    """Print the whole recipe, every default written out."""
    import yaml

    from malsori.recipe import Recipe

    data = Recipe.load(path, changes).data()
    if as_json:
        print_json(data)
    else:
        print(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), end="")


@app.command()
def validate(path: Path = RECIPE, changes: list[str] = SET, as_json: bool = JSON) -> None:
    """Check a recipe, against its corpus if that is there."""
    from malsori.recipe import Recipe

    recipe = Recipe.load(path, changes)
    checked = _check(recipe)
    if as_json:
        print_json({"valid": True, "digest": recipe.digest(), "checked_against": checked})
        return
    print(f"{path}: a valid recipe ({', '.join(recipe.tasks)}; digest {recipe.digest()})")
    if checked is None:
        print(f"{recipe.corpus.path} is not there: tasks, modalities and split were not checked")


def _check(recipe: Recipe) -> str | None:
    """Builds what the recipe names; says which corpus it was held against."""
    from malsori.corpus.corpus import Corpus
    from malsori.training.building import build_encoders, check_recipe
    from malsori.training.choosing import check_names
    from malsori.training.setup import device_of

    device_of(recipe)

    if not (Path(recipe.corpus.path) / "corpus.yaml").exists():
        check_recipe(recipe, {})
        return None
    corpus = Corpus.open(recipe.corpus.path)
    encoders = build_encoders(recipe)
    for encoder in encoders.values():
        encoder.fingerprint()
    check_names(corpus, recipe.tasks, encoders)
    corpus.split(recipe.corpus.split)
    check_recipe(recipe, corpus.tasks)
    return corpus.name


@app.command()
def kinds(as_json: bool = JSON) -> None:
    """List the kinds of each place in a recipe, those of other packages included."""
    from malsori.entry_points import strange_groups
    from malsori.recipe import FAMILIES

    found = {where: {k: f.about(k) for k in f.kinds()} for where, f in FAMILIES.items()}
    if as_json:
        print_json(found)
        return
    for where, family in found.items():
        print(f"{where}:")
        for kind, about in family.items():
            print(f"  {kind:<22}{about}")
    for line in strange_groups():
        print(f"not listed: {line}", file=sys.stderr)


@app.command()
def schema() -> None:
    """Print the JSON schema of recipes, for editors."""
    from malsori.recipe_schema import json_schema

    print_json(json_schema())
