"""What several verbs need."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from malsori.errors import MalsoriError, said_twice

if TYPE_CHECKING:
    from malsori.corpus.adapters import Adapter
    from malsori.corpus.importing import ImportReport
    from malsori.corpus.labels import RelabelReport

CORPUS = typer.Argument(..., metavar="CORPUS", help="A corpus folder.")
DESTINATION = typer.Argument(..., metavar="DESTINATION", help="The corpus folder to write.")
RECIPE = typer.Argument(..., metavar="RECIPE", help="A recipe file (YAML), or demo.")
RUN = typer.Argument(..., metavar="RUN", help="A run's folder.")
FIGURE = typer.Option(None, "--figure", help="Also draw it: .svg, .png or .pdf.")
OVERWRITE = typer.Option(False, "--overwrite", help="Replace what is at the destination.")
STORE = typer.Option(None, "--store", help="The embedding store; default: CORPUS/store.")
JSON = typer.Option(False, "--json", help="Print the result as JSON.")
SET = typer.Option([], "--set", metavar="KEY.PATH=VALUE", help="Change one entry of the recipe.")
ALLOW = typer.Option(
    [],
    "--allow",
    metavar="CHECK",
    help="Go on in spite of a serious finding in the features: constant, duplicate, nan.",
)
PATTERN = typer.Option(
    None,
    "--pattern",
    metavar="PATTERN",
    help="What the paths of files say: 'Actor_{speaker}/{_}-{emotion}-{statement}.wav'.",
)
CODES = typer.Option(
    [],
    "--codes",
    metavar="FIELD:CODE=WORD,…",
    help="What codes in the names mean: emotion:01=neutral,02=calm; or a YAML file of them.",
)
LANG = typer.Option("en", "--lang", metavar="en|ko", help="en or ko.")
STORE = typer.Option(None, "--store", help="The embedding store; default: CORPUS/store.")
WORKERS = typer.Option(None, "--workers", min=1, help="Processes; default: every core.")


def show_report(report: ImportReport | RelabelReport, destination: Path, as_json: bool) -> None:
    """Shows what was written to a corpus folder, as tables or as JSON."""
    from malsori.console import show

    if as_json:
        print_json(report.data())
        return
    for table in report.tables():
        show(table)
    print(f"corpus: {destination}")


def print_json(data: Any) -> None:
    """Prints JSON on standard output, Hangul as it is where the output can hold it."""
    whole = (sys.stdout.encoding or "utf-8").lower().replace("-", "") == "utf8"
    print(json.dumps(data, ensure_ascii=not whole, indent=2))


# Options of adapters that have a name of their own on the command line.
_NAMED = {
    "columns": "--map",
    "tasks": "--task",
    "audio_root": "--audio-root",
    "encoding": "--encoding",
    "pattern": "--pattern",
    "codes": "--codes",
}


def adapter_of(kind: str, source: Path, given: dict[str, Any]) -> Adapter:
    """An adapter with the options that were given; the others keep their defaults.

    Raises:
        MalsoriError: no such kind, option or source, or a wrong value.
    """
    from malsori.corpus.adapters import ADAPTERS
    from malsori.registry import ComponentConfig

    if kind not in ADAPTERS.kinds():
        raise MalsoriError(f"there is no kind of source {kind!r}", hint=_kinds(kind))
    kept = {key: value for key, value in given.items() if value not in (None, [], {})}
    known = list(ADAPTERS.config_model(kind).model_fields)
    for key in kept:
        if key not in known:
            raise MalsoriError(f"{kind} has no option {_flag(key)}", hint=_options(key, known))
    if not source.exists():
        raise MalsoriError(f"{source} does not exist", hint="check the path of the source")
    config = ADAPTERS.validate(ComponentConfig(kind=kind, **kept), kind)
    return ADAPTERS.build(config, source)


def _kinds(kind: str) -> str:
    """Which kind is meant, and all of them."""
    from malsori.corpus.adapters import ADAPTERS
    from malsori.schema import nearest

    kinds = ADAPTERS.kinds()
    near = nearest(kind, kinds)
    every = "" if near.startswith("there is") else f" there is: {', '.join(kinds)};"
    return f"{near}{every or ';'} `malsori corpus import --help` has a line for each"


def _flag(key: str) -> str:
    return _NAMED.get(key, f"--option {key}")


def _options(key: str, known: list[str]) -> str:
    """Which option is meant, and all of them."""
    from malsori.schema import nearest

    near = nearest(key, known)
    every = ", ".join(_flag(name) for name in known)
    return f"{near} it has {every}" if near.startswith("did") else f"it has {every or 'none'}"


def together(named: dict[str, Any], options: dict[str, str]) -> dict[str, Any]:
    """Options with names of their own and others of an adapter, each of which is said once."""
    given = {key: value for key, value in named.items() if value}
    for key in sorted(given.keys() & options):
        raise said_twice(key, f"{_flag(key)} {given[key]}", f"--option {key}={options[key]}")
    return given | options


def pairs(entries: list[str], option: str) -> dict[str, str]:
    """Reads repeated `name=value` options, each name once."""
    from malsori.schema import normal

    result: dict[str, str] = {}
    for entry in entries:
        name, equals, value = entry.partition("=")
        if not equals or not name or not value:
            raise typer.BadParameter(f"{entry!r}: write it as name=value", param_hint=option)
        name, value = normal(name), value.strip()
        if name in result:
            raise said_twice(f"{option} {name}", result[name], value)
        result[name] = value
    return result
