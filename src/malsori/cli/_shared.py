"""What several verbs need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from malsori.corpus.adapters import Adapter

JSON = typer.Option(False, "--json", help="Print the result as JSON.")
SET = typer.Option([], "--set", metavar="KEY.PATH=VALUE", help="Change one entry of the recipe.")
WORKERS = typer.Option(None, "--workers", min=1, help="Processes; default: every core.")


def print_json(data: Any) -> None:
    """Prints JSON on standard output, Hangul as it is."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def adapter_of(kind: str, source: Path, given: dict[str, Any]) -> Adapter:
    """An adapter with the options that were given; the others keep their defaults."""
    from malsori.corpus.adapters import ADAPTERS
    from malsori.registry import ComponentConfig

    kept = {key: value for key, value in given.items() if value not in (None, [], {})}
    config = ADAPTERS.validate(ComponentConfig(kind=kind, **kept), "import")
    return ADAPTERS.build(config, source)


def pairs(entries: list[str], option: str) -> dict[str, str]:
    """Reads repeated `name=value` options."""
    result = {}
    for entry in entries:
        name, equals, value = entry.partition("=")
        if not equals or not name or not value:
            raise typer.BadParameter(f"{entry!r}: write it as name=value", param_hint=option)
        result[name.strip()] = value.strip()
    return result
