"""What a person says about a task in one line."""

from __future__ import annotations

from dataclasses import dataclass, field

from malsori.corpus.columns import check_name
from malsori.errors import MalsoriError
from malsori.schema import TaskKind, nearest, normal

_KINDS: tuple[TaskKind, ...] = ("ordinal", "nominal")
_FORM = "write NAME=nominal, NAME=nominal:A,B or NAME=ordinal:LOWEST,…,HIGHEST"


@dataclass(frozen=True)
class Declared:
    """A task as declared: without classes they are taken from the data (nominal only).

    Example:
        >>> Declared("emotion", "nominal").classes
        ()
    """

    name: str
    kind: TaskKind
    classes: tuple[str, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)


def parse_task(text: str) -> Declared:
    """Parse a declared task.

    ``urgency=ordinal:하,중,상`` names the classes, the lowest rank first; ``emotion=nominal``
    leaves them to the data; ``sentiment=nominal:negative=0,positive=1`` says how the file
    writes a class, and ``happy=hap=exc`` that it writes it in several ways.

    Raises:
        MalsoriError: another form, an unknown kind, a class or a spelling twice.

    Example:
        >>> parse_task("sentiment=nominal:negative=0,positive=1").aliases
        {'0': 'negative', '1': 'positive'}
    """
    name, equals, rest = text.partition("=")
    if not equals or not rest.strip():
        raise MalsoriError(f"task {text!r} is not understood", hint=_FORM)
    kind, _, listed = rest.partition(":")
    name = check_name(normal(name), "task")
    found = next((k for k in _KINDS if k == kind.strip()), None)
    if found is None:
        raise MalsoriError(
            f"task {name!r}: there is no kind {kind.strip()!r}", hint=nearest(kind, list(_KINDS))
        )
    classes, aliases = _classes(name, listed)
    if len(classes) == 1:
        raise MalsoriError(f"task {name!r} has the one class {classes[0]!r}; two are the least")
    return Declared(name, found, classes, aliases)


def _classes(name: str, listed: str) -> tuple[tuple[str, ...], dict[str, str]]:
    classes: list[str] = []
    aliases: dict[str, str] = {}
    for item in listed.split(",") if listed.strip() else []:
        label, *spellings = (normal(part) for part in item.split("="))
        for word in (label, *spellings):
            if not word:
                raise MalsoriError(f"task {name!r} has an empty class in {listed!r}", hint=_FORM)
            if word in classes or word in aliases:
                raise MalsoriError(f"task {name!r} names {word!r} twice", hint=_FORM)
        classes.append(label)
        aliases |= dict.fromkeys(spellings, label)
    return tuple(classes), aliases
