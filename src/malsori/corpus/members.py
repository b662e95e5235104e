"""Which classes a cell names that may name several."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Final

from malsori.schema import normal

WRITTEN: Final = frozenset({"nan", "NaN", "<NA>", "NaT", "None", "null", "NULL", "N/A"})
"""What data frames write into a cell that is empty, spelled exactly so."""

_MISSING: Final = frozenset(
    {"nan", "null", "n/a", "na", "<na>"}
    # A spreadsheet's formulas that came to nothing.
    | {"#n/a", "#div/0!", "#name?", "#null!", "#num!", "#ref!", "#value!"}
)

_BETWEEN: Final = re.compile(r"[;|]")


def is_missing(label: str) -> bool:
    """Whether a label says that there is none, unless a declared class is called so.

    Example:
        >>> is_missing("n/a"), is_missing("None"), is_missing("none")
        (True, True, False)
    """
    return label in WRITTEN or label.casefold() in _MISSING


def members_of(cell: str | Iterable[object] | None) -> list[str] | None:
    """The classes that a cell names, each once; None where it says nothing.

    Classes stand between ``;`` or ``|``, or in a JSON list. Only an explicit empty list, ``[]``,
    means that none of the classes applies: an empty cell is a missing label.

    Raises:
        ValueError: the cell begins like a list and is none of words or numbers.

    Example:
        >>> members_of("두통; 구토"), members_of('["a", "b"]'), members_of("[]"), members_of(" ")
        (['두통', '구토'], ['a', 'b'], [], None)
    """
    if cell is None:
        return None
    if not isinstance(cell, str):
        return _each_once(cell)
    text = normal(cell)
    if text.startswith("["):
        return _each_once(_listed(text))
    found = _each_once(_BETWEEN.split(text))
    return None if not found or all(map(is_missing, found)) else found


def is_structure(cell: str) -> bool:
    """Whether a cell is a list or an object, as JSON or Python write them.

    Example:
        >>> is_structure("['a']"), is_structure('{"a": 1}'), is_structure("[laughs]")
        (True, True, False)
    """
    if cell[:1] not in {"[", "{"}:
        return False
    for read in (json.loads, ast.literal_eval):
        with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
            return isinstance(read(cell), list | dict)
    return False


def _listed(text: str) -> list[Any]:
    """A list as JSON or as Python writes it."""
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        if isinstance(found, list) and all(isinstance(x, str | int | float) for x in found):
            return found
    raise ValueError(f"{text!r} is no list of classes")


def _each_once(words: Iterable[object]) -> list[str]:
    named = (normal(str(word)) for word in words if word is not None)
    return list(dict.fromkeys(word for word in named if word))
