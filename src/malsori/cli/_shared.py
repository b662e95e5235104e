"""What several verbs need."""

from __future__ import annotations

import json
from typing import Any

import typer

JSON = typer.Option(False, "--json", help="Print the result as JSON.")
SET = typer.Option([], "--set", metavar="KEY.PATH=VALUE", help="Change one entry of the recipe.")
WORKERS = typer.Option(None, "--workers", min=1, help="Processes; default: every core.")


def print_json(data: Any) -> None:
    """Prints JSON on standard output, Hangul as it is."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def pairs(entries: list[str], option: str) -> dict[str, str]:
    """Reads repeated `name=value` options."""
    result = {}
    for entry in entries:
        name, equals, value = entry.partition("=")
        if not equals or not name or not value:
            raise typer.BadParameter(f"{entry!r}: write it as name=value", param_hint=option)
        result[name.strip()] = value.strip()
    return result
