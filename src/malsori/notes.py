"""Something to say, as a key and what fills its sentence, which is made where it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Note:
    """One thing to say, in no language yet.

    Attributes:
        key: of a string in `malsori.words`, such as ``split.no_speaker``.
        fields: what the string has room for: numbers, names, and further notes for parts that
            are words themselves (``3 of 12 rows``). Plain values, so that JSON can hold them.

    Example:
        >>> note = Note("unit.rows", {"n": 3})
        >>> Note.of(note.data()) == note
        True
    """

    key: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"key": self.key, "fields": {name: _data(v) for name, v in self.fields.items()}}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Note:
        """The note that `data` gave."""
        return cls(data["key"], {name: _value(v) for name, v in data["fields"].items()})


def _data(value: Any) -> Any:
    if isinstance(value, Note):
        return value.data()
    return [_data(v) for v in value] if isinstance(value, (list, tuple)) else value


def _value(data: Any) -> Any:
    if isinstance(data, Mapping):
        return Note.of(data)
    return [_value(v) for v in data] if isinstance(data, list) else data


def some(names: Sequence[Note | str], most: int = 4) -> list[Note | str]:
    """The first names, and how many more there are.

    Example:
        >>> from malsori.words import Words
        >>> Words("en").listed([Words("en").say(name) for name in some(list("abcdef"))])
        'a, b, c, d and 2 more'
    """
    more = len(names) - most
    return [*names[:most], *([Note("of.more", {"n": more})] if more > 0 else [])]
