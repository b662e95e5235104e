"""Parts of a string that quote a corpus: `[[ ({example})]]`, or `[[{value}||one value]]`.

A name, an id or a sentence of somebody stands in such a part only. Where the note has not what
it quotes, the part is left out, and what comes after `||` is said instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from string import Formatter
from typing import Final

_QUOTE: Final = re.compile(r"\[\[(.*?)(?:\|\|(.*?))?\]\]")


def chosen(string: str, fields: Collection[str]) -> str:
    """A string for these fields: each part that quotes is told, or said otherwise.

    Example:
        >>> chosen("2 names[[ ({example})]]", {"example"}), chosen("2 names[[ ({example})]]", ())
        ('2 names ({example})', '2 names')
    """
    if "[[" not in string:
        return string
    return _QUOTE.sub(lambda m: m[1] if _named(m[1]) <= set(fields) else m[2] or "", string)


def plain(string: str) -> set[str]:
    """The fields of a string that quote nobody.

    Example:
        >>> plain("{n} names[[ ({example})]]")
        {'n'}
    """
    return _named(_QUOTE.sub(lambda m: m[2] or "", string))


def _named(string: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(string) if name}
