"""Kinds that other packages add to our families, through entry points.

Such a package says in its `pyproject.toml`, say,
`[project.entry-points."malsori.fusions"]` with the line `gated = "their_package.gated:Gated"`.
"""

from __future__ import annotations

import difflib
import inspect
import itertools
import sys
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from malsori.errors import MalsoriError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUPS = {
    "malsori.balance.engines": "malsori.engines",
    "malsori.balance.solvers": "malsori.solvers",
    "malsori.balance.weightings": "malsori.weightings",
    "malsori.corpus.adapters": "malsori.adapters",
    "malsori.corpus.exporting": "malsori.exporters",
    "malsori.encoders.kinds": "malsori.encoders",
    "malsori.nn.fusion": "malsori.fusions",
    "malsori.nn.heads": "malsori.heads",
    "malsori.nn.losses": "malsori.losses",
    "malsori.nn.sharing": "malsori.sharings",
    "malsori.signals.augment": "malsori.augmentations",
    "malsori.signals.corrupt": "malsori.corruptions",
}
"""Package of a family → the group of entry points that add kinds to it."""
_GROUPS = frozenset(GROUPS.values())


def entries_of(package: str) -> dict[str, list[EntryPoint]]:
    """Kind → the entry points that add it to a family; nothing is imported."""
    return _installed(tuple(sys.path)).get(GROUPS.get(package, ""), {})


@cache
def _installed(path: tuple[str, ...]) -> dict[str, dict[str, list[EntryPoint]]]:  # noqa: ARG001 - what is found follows from it
    """By group and kind; read once, when first asked."""
    from importlib.metadata import distributions  # noqa: PLC0415 - the command line starts faster

    ours: dict[str, list[EntryPoint]] = {}
    for package in distributions():
        added = [entry for entry in package.entry_points if entry.group in _GROUPS]
        if added:  # of a package that is on the path twice the first counts, as for `import`
            ours.setdefault(package.name, added)
    found: dict[str, dict[str, list[EntryPoint]]] = {group: {} for group in _GROUPS}
    for entry in itertools.chain(*ours.values()):
        found[entry.group].setdefault(entry.name, []).append(entry)
    return found


def strange_groups() -> list[str]:
    """Of groups of entry points that look like ours and are none: what is wrong, in a line each."""
    return list(_strange(tuple(sys.path)))


@cache
def _strange(path: tuple[str, ...]) -> tuple[str, ...]:  # noqa: ARG001 - what is found follows from it
    from importlib.metadata import distributions  # noqa: PLC0415

    found: dict[str, str] = {}
    for package in distributions():
        for entry in package.entry_points:
            ours = entry.group.casefold().replace("_", ".").startswith("malsori.")
            if ours and entry.group not in _GROUPS:
                near = difflib.get_close_matches(entry.group, sorted(_GROUPS), n=1)
                hint = f"did you mean {near[0]!r}?" if near else ", ".join(sorted(_GROUPS))
                line = f"the package {package.name} adds {entry.name!r} to {entry.group!r}"
                found[f"{line}, which is no group of ours ({hint})"] = ""
    return tuple(found)


def packages_of(kinds: Iterable[str]) -> dict[str, str]:
    """Of some kinds those that other packages add → the package; nothing is imported."""
    groups = _installed(tuple(sys.path)).values()
    added = {kind: entries[0] for group in groups for kind, entries in group.items()}
    return {kind: package_of(added[kind]) for kind in kinds if kind in added}


def package_of(entry: EntryPoint) -> str:
    """The name and version of the package that an entry point came with."""
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unknown package"


def load_entry(entry: EntryPoint, package: str) -> type[Any]:
    """The class that an entry point names.

    Args:
        entry: The entry point.
        package: Of the family that it adds a kind to.

    Raises:
        MalsoriError: It cannot be imported, whatever the reason, or is no class of this family.
    """
    try:
        found = entry.load()
    except Exception as error:
        raise MalsoriError(
            f"{entry.name!r} of the package {package_of(entry)} cannot be loaded from "
            f"{entry.value}: {type(error).__name__}: {error}",
            hint="mend or uninstall that package; other kinds are not concerned",
        ) from error
    if not inspect.isclass(found):
        raise MalsoriError(
            f"{entry.name!r} of the package {package_of(entry)}: {entry.value} is no class",
            hint='an entry point is written `kind = "module:Class"`',
        )
    bases = _bases_of(package)
    if not issubclass(found, bases):
        names = " or ".join(base.__name__ for base in bases)
        raise MalsoriError(
            f"{entry.name!r} of the package {package_of(entry)}: {entry.value} is no {names}",
            hint=f"{entry.group} is for classes derived from those of {bases[0].__module__}",
        )
    return found


def _bases_of(package: str) -> tuple[type[Any], ...]:
    """What the kinds of a family derive from: the abstract classes of the `base` beside them."""
    place = package if find_spec(f"{package}.base") else package.rpartition(".")[0]
    module = import_module(f"{place}.base")
    return tuple(
        value
        for value in vars(module).values()
        if inspect.isabstract(value) and value.__module__ == module.__name__
    )
