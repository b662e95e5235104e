"""YAML as people mean it: each key once, and what looks like a word stays the word that it is."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

_TAG: Final = "tag:yaml.org,2002:"
# Those of YAML 1.2. In 1.1, which PyYAML speaks, `on` and `no` are truth values, `0012` is ten,
# `1:30` ninety and `2024-01-01` no text: a speaker, a split or a class may well be called so.
_BOOL: Final = re.compile("^(?:true|True|TRUE|false|False|FALSE)$")
_INT: Final = re.compile("^[-+]?(?:0|[1-9][0-9]*)$")


def parse(text: str) -> Any:
    """The data of a YAML text.

    Raises:
        yaml.YAMLError: It is no YAML, or a key is there twice; it knows the line.

    Example:
        >>> parse("{on: 0012, day: 2024-01-01, sure: true, n: 12}")
        {'on': '0012', 'day': '2024-01-01', 'sure': True, 'n': 12}
    """
    import yaml  # noqa: PLC0415 - keeps `malsori --help` fast

    return yaml.load(text, Loader=_loader())  # noqa: S506 - a safe one


@cache
def _loader() -> Any:
    import yaml  # noqa: PLC0415

    # The parser in C, where PyYAML was built with it, takes a tenth of the time.
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: dict[str, int] = {}
            for key, _ in node.value:
                if key.tag != f"{_TAG}merge" and isinstance(key, yaml.ScalarNode):
                    if key.value in seen:
                        problem = f"{key.value!r} is there twice, first in line {seen[key.value]}"
                        raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
                    seen[key.value] = key.start_mark.line + 1
            return super().construct_mapping(node, deep)

    gone = {f"{_TAG}{name}" for name in ("bool", "int", "timestamp")}
    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in each if tag not in gone]
        for first, each in base.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver(f"{_TAG}bool", _BOOL, list("tTfF"))
    Loader.add_implicit_resolver(f"{_TAG}int", _INT, list("-+0123456789"))
    return Loader
