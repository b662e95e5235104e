"""The JSON schema of recipes, for editors."""

from __future__ import annotations

from typing import Any

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
from malsori.registry import Registry

_FAMILY_OF = {"fusion": FUSIONS, "sharing": SHARINGS, "encoders": ENCODERS, "heads": HEADS}
_BALANCE_FAMILY_OF = {"weighting": WEIGHTINGS, "solver": SOLVERS, "engine": ENGINES}


def json_schema() -> dict[str, Any]:
    """A JSON schema of recipes for editors, every kind and option included.

    Example:
        >>> sorted(json_schema()["required"])
        ['corpus', 'encoders', 'tasks']
    """
    schema: dict[str, Any] = Recipe.model_json_schema()
    for key, family in _FAMILY_OF.items():
        spot = schema["properties"][key]
        target = spot.get("additionalProperties", spot)
        _choose(target, family)
    for key, family in _BALANCE_FAMILY_OF.items():
        _choose(schema["$defs"]["Balance"]["properties"][key], family)
    steps = schema["$defs"]["Augmentation"]["properties"]["steps"]["items"]
    _choose(steps, *TRANSFORMS.values())
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema


def _choose(target: dict[str, Any], *families: Registry[Any]) -> None:
    target.pop("$ref", None)
    target["anyOf"] = [_kind_schema(f, kind) for f in families for kind in f.kinds()]


def _kind_schema(family: Registry[Any], kind: str) -> dict[str, Any]:
    schema = family.config_model(kind).model_json_schema()
    schema["properties"] = {"kind": {"const": kind}, **schema.get("properties", {})}
    schema["required"] = ["kind", *schema.get("required", [])]
    return schema
