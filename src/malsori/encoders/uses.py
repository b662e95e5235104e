"""Which corpora use an encoder's features, and when they last did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from malsori.errors import MalsoriError
from malsori.io import read_json, write_json

_FILE: Final = "used.json"


@dataclass(frozen=True)
class Use:
    """A corpus that an encoder's features were made for, and when it last asked for them."""

    corpus: Path
    last: datetime


def note_use(place: Path, corpus: Path) -> None:
    """Notes that a corpus used an encoder's features now."""
    noted = {_name(place, use.corpus): use.last for use in uses(place)}
    noted[_name(place, corpus)] = datetime.now(UTC)
    try:
        write_json(
            place / _FILE,
            {name: last.isoformat(timespec="seconds") for name, last in noted.items()},
        )
    except OSError:
        return  # a store that may only be read serves as well


def uses(place: Path) -> list[Use]:
    """The corpora that were noted, the last one first; none if the note is damaged."""
    try:
        found = read_json(place / _FILE)
        noted = [
            Use((place / name).resolve(), datetime.fromisoformat(last))
            for name, last in found.items()
        ]
    except (MalsoriError, OSError, AttributeError, TypeError, ValueError):
        return []
    return sorted(noted, key=lambda use: use.last, reverse=True)


def _name(place: Path, corpus: Path) -> str:
    """Absolute, but for the corpus that the store lies in: both may move together."""
    around = place.resolve().parent.parent
    return "../.." if corpus.resolve() == around else str(corpus.resolve())
