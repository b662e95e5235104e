"""What the codes in file names mean: maps that a person gives, for a field each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from malsori.corpus.counting import counted, few
from malsori.errors import MalsoriError
from malsori.io import read_yaml
from malsori.schema import nearest, normal

Codes = dict[str, dict[str, str]]
"""Field → code → word."""

_FORM: Final = (
    "write FIELD:CODE=WORD,…, such as emotion:01=neutral,02=calm, or name a YAML file such as "
    "{emotion: {01: neutral, 02: calm}}"
)


def read_codes(given: Sequence[str], fields: Sequence[str]) -> Codes:
    """The maps that were given, by field.

    Args:
        given: each ``FIELD:CODE=WORD,…``, or a YAML file of them.
        fields: those of the pattern.

    Raises:
        MalsoriError: another form, no such file or field, or two words for one code.

    Example:
        >>> read_codes(["emotion:W=anger,L=boredom"], ["emotion"])
        {'emotion': {'W': 'anger', 'L': 'boredom'}}
    """
    codes: Codes = {}
    for text in given:
        for field, words in (_inline(text) if "=" in text else _of_file(text)).items():
            if field not in fields:
                raise MalsoriError(
                    f"codes of {field!r}, which is no field of the pattern",
                    hint=nearest(field, list(fields)),
                )
            known = codes.setdefault(field, {})
            for code, word in words:
                if known.setdefault(code, word) != word:
                    raise MalsoriError(
                        f"code {code!r} of {field} means both {known[code]!r} and {word!r}"
                    )
    return codes


def _inline(text: str) -> dict[str, list[tuple[str, str]]]:
    field, colon, listed = text.partition(":")
    pairs = [item.partition("=") for item in listed.split(",")]
    if not colon or not all(normal(code) and normal(word) for code, _, word in pairs):
        raise MalsoriError(f"codes {text!r} are not understood", hint=_FORM)
    return {normal(field): [(normal(code), normal(word)) for code, _, word in pairs]}


def _of_file(text: str) -> dict[str, list[tuple[str, str]]]:
    if not Path(text).is_file():
        raise MalsoriError(f"codes {text!r}: there is no such file", hint=_FORM)
    data = read_yaml(Path(text))
    if not isinstance(data, Mapping) or not all(isinstance(m, Mapping) for m in data.values()):
        raise MalsoriError(f"{text} holds no map of codes for each field", hint=_FORM)
    return {
        normal(str(field)): [(normal(str(code)), normal(str(word))) for code, word in words.items()]
        for field, words in data.items()
    }


def decoded(
    values: Sequence[str], field: str, codes: Mapping[str, str], notes: list[str]
) -> list[str]:
    """The words for a field's codes; a code without one stays, and is told."""
    strange = Counter(value for value in values if value not in codes)
    words = set(codes.values())
    strange = Counter({value: n for value, n in strange.items() if value not in words})
    if strange:
        shown = few([f"{value} {n:,}" for value, n in strange.most_common()])
        rows = counted(strange.total(), "row has", "rows have")
        notes.append(f"{field}: {rows} a code that is in no map, kept as it is: {shown}")
    unseen = [code for code in codes if code not in set(values)]
    if unseen:
        notes.append(f"{field}: no file has the code {few(unseen)}")
    return [codes.get(value, value) for value in values]
