"""The JSON schema of recipes, for editors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from malsori.errors import MalsoriError
from malsori.recipe import (
    ENCODERS,
    ENGINES,
    FUSIONS,
    HEADS,
    SHARINGS,
    SOLVERS,
    TRANSFORMS,
    WEIGHTINGS,
    Recipe,
)
from malsori.recipe_parts import Balance
from malsori.registry import Registry
from malsori.schema import TaskKind

_FAMILY_OF = {"fusion": FUSIONS, "sharing": SHARINGS}
_BALANCE_FAMILY_OF = {"weighting": WEIGHTINGS, "solver": SOLVERS, "engine": ENGINES}


def json_schema() -> dict[str, Any]:
    """A JSON schema of recipes for editors, every kind and option included.

    Example:
        >>> sorted(json_schema()["required"])
        ['corpus', 'encoders', 'tasks']
    """
    schema: dict[str, Any] = Recipe.model_json_schema()
    spots, known = schema["properties"], schema["$defs"]
    for key, family in _FAMILY_OF.items():
        _choose(known, spots[key], [family], [Recipe.model_fields[key].default.kind])
    _choose(known, spots["encoders"]["additionalProperties"], [ENCODERS])
    _choose(known, spots["heads"]["additionalProperties"], [HEADS], get_args(TaskKind))
    for key, family in _BALANCE_FAMILY_OF.items():
        default = Balance.model_fields[key].default.kind
        _choose(known, known["Balance"]["properties"][key], [family], [default])
    steps = known["Augmentation"]["properties"]["steps"]["items"]
    _choose(known, steps, list(TRANSFORMS.values()))
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema


def _choose(
    known: dict[str, Any],
    target: dict[str, Any],
    families: Iterable[Registry[Any]],
    defaults: Iterable[str] = (),
) -> None:
    """Lets a place hold any kind of some families; `known` gets those of nested families."""
    target.pop("$ref", None)
    target["anyOf"] = [
        _kind_schema(known, family, kind, said=kind not in defaults)
        for family in families
        for kind in family.kinds()
    ]


def _kind_schema(
    known: dict[str, Any], family: Registry[Any], kind: str, *, said: bool
) -> dict[str, Any]:
    try:
        schema, inner = family.config_model(kind).model_json_schema(), family.nested(kind)
    except MalsoriError as error:  # a broken package does not take the others' schema away
        schema, inner = {"description": error.message}, {}
    schema.pop("$defs", None)
    schema["properties"] = {"kind": {"const": kind}, **schema.get("properties", {})}
    schema["required"] = ["kind"] * said + schema.get("required", [])
    for option, nested in inner.items():
        name = f"{nested.package}:{nested.default}"
        if name not in known:
            known[name] = {}  # first, since a family may nest itself
            _choose(known, known[name], [nested.family], [nested.default])
        place = schema["properties"][option]
        choices = place.get("anyOf", [place])
        next(each for each in choices if "$ref" in each)["$ref"] = f"#/$defs/{name}"
    return schema
