"""Changes of single entries, as the command line writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from malsori.errors import MalsoriError
from malsori.plain_yaml import parse

_LISTS = ("tasks",)  # of names, which may be said as a,b
_NAMED = ("encoders", "augment")  # mappings of modalities, which null leaves out


def override(data: Any, text: str) -> Any:
    """Applies one `key.path=value`; the value is YAML.

    Raises:
        MalsoriError: No `=`, or the path leads through something that is no mapping.

    Example:
        >>> override({"training": {"epochs": 3}}, "training.epochs=5")
        {'training': {'epochs': 5}}
        >>> override({"fusion": {"kind": "early", "dim": 64}}, "fusion.kind=late")
        {'fusion': {'kind': 'late'}}
        >>> override({"fusion": {"dim": 64}}, "fusion.kind=late")
        {'fusion': {'dim': 64, 'kind': 'late'}}
        >>> override({}, "tasks=urgency,sentiment")
        {'tasks': ['urgency', 'sentiment']}
    """
    import yaml  # noqa: PLC0415

    key, equals, value = text.partition("=")
    if not equals or not key:
        raise MalsoriError(f"--set {text!r}: write it as key.path=value")
    try:
        parsed = parse(value)
    except yaml.YAMLError as error:
        raise MalsoriError(f"--set {text!r}: the value is not YAML") from error
    if key in _LISTS and isinstance(parsed, str | int | float):
        parsed = [name for part in value.split(",") if (name := part.strip())]
    return _put(data, key.split("."), parsed, text)


def override_all(data: Any, texts: Sequence[str]) -> Any:
    """Applies several, of each entry the last.

    An option of a component is not lost to a `kind` that is said after it.

    Raises:
        MalsoriError: As of `override`.

    Example:
        >>> override_all({"fusion": {"kind": "early"}}, ["fusion.dim=3", "fusion.kind=late"])
        {'fusion': {'kind': 'late', 'dim': 3}}
    """
    said = [text.partition("=")[0] for text in texts]
    texts = [text for i, text in enumerate(texts) if said[i] not in said[i + 1 :]]
    keys = [text.partition("=")[0] for text in texts]
    kinds = {key.removesuffix("kind"): i for i, key in enumerate(keys) if key.endswith(".kind")}

    def place(i: int) -> tuple[int, bool, int, int]:
        """Behind the last kind of each component that it is in, whose options a kind drops."""
        key, kind = keys[i], keys[i].endswith(".kind")
        last = max([i, *(at for prefix, at in kinds.items() if key.startswith(prefix))])
        return last, not kind, key.count(".") if kind else 0, i

    for i in sorted(range(len(texts)), key=place):
        data = override(data, texts[i])
    return data


def said_again(texts: Sequence[str]) -> list[str]:
    """A line for each entry that is given another value later: the last one counts.

    Example:
        >>> said_again(["training.epochs=5", "training.epochs=6"])
        ['--set training.epochs is said twice, 5 and 6: the last one counts']
    """
    said: dict[str, str] = {}
    lines = []
    for key, _, value in (text.partition("=") for text in texts):
        before = said.get(key, value)
        if before.strip() != value.strip():
            lines.append(f"--set {key} is said twice, {before} and {value}: the last one counts")
        said[key] = value
    return lines


def _put(data: Any, path: list[str], value: Any, text: str) -> Any:
    if data is not None and not isinstance(data, Mapping):
        raise MalsoriError(f"--set {text!r}: {path[0]!r} would lie inside a plain value")
    result = dict(data or {})
    head, rest = path[0], path[1:]
    if rest:
        result[head] = _put(result.get(head), rest, value, text)
    elif head == "kind" and result.get("kind", value) != value:
        result = {"kind": value}
    else:
        result[head] = value
    if len(path) == 2 and path[0] in _NAMED and value is None:
        result[path[0]].pop(path[1])
    return result
