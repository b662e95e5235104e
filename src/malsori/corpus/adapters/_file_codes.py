"""What the codes in file names mean: maps that a person gives, for a field each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from malsori.corpus.counting import counted, few, with_rows
from malsori.corpus.members import is_missing
from malsori.errors import MalsoriError
from malsori.io import read_yaml
from malsori.schema import Task, UnknownLabel, nearest, normal

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


def decoded(values: Sequence[str], codes: Mapping[str, str]) -> list[str]:
    """The words for a field's codes; a code without one stays."""
    return [codes.get(value, value) for value in values]


def code_notes(
    values: Sequence[str], field: str, codes: Mapping[str, str], task: Task | None
) -> Iterator[str]:
    """What is said of the codes of a field: those in no map, and those in no name.

    Args:
        values: what the names say.
        field: that says it.
        codes: its map.
        task: that the field is, if it is one; a code that is none of its classes is left out.
    """
    known = {*codes, *codes.values()}
    strange = Counter(value for value in values if value not in known)
    lost = Counter({v: n for v, n in strange.items() if _no_class(v, task)})
    for counts, what in ((lost, "left out"), (strange - lost, "kept as it is")):
        if counts:
            rows = counted(counts.total(), "row has", "rows have")
            yield f"{field}: {rows} a code that is in no map, {what}: {few(with_rows(counts))}"
    there = set(values)
    if unseen := [code for code in codes if code not in there]:
        yield f"{field}: no file has the code {few(unseen)}"


def _no_class(code: str, task: Task | None) -> bool:
    """Whether a row of this code goes to quarantine; numbers and missing labels are no codes."""
    if task is None or task.kind == "regression" or is_missing(code):
        return False
    try:
        task.index(code)
    except UnknownLabel:
        return True
    return False
