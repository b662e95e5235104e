"""What a report may not show: where things lie on a disk, and what findings quote of a corpus."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from malsori.notes import Note
from malsori.words import Words

_ABSOLUTE = re.compile(r"^(?:[/\\~]|[A-Za-z]:[/\\]|file:)")


@dataclass(frozen=True)
class Quotes:
    """Whether notes may quote names, ids and sentences: only where both were asked for."""

    ids: bool = False
    text: bool = False

    @property
    def open(self) -> bool:
        """Whether they may."""
        return self.ids and self.text

    def shown(self, note: Note | str) -> Note:
        """A note as a page may say it.

        Example:
            >>> Quotes().shown(Note("audit.text.same.seen", {"text": "hm", "transcripts": "9"}))
            Note(key='audit.text.same.seen', fields={'transcripts': '9'})
        """
        if isinstance(note, str):  # a sentence of an old record, of which nothing is known
            return Note("audited.withheld")
        return note if self.open else Words().unquoted(note)


def run_names(paths: Sequence[Path]) -> list[str]:
    """A short name for each run's folder: its own name, numbered where two have the same.

    Example:
        >>> run_names([Path("/home/kim/a/run"), Path("/home/kim/b/run"), Path("other")])
        ['run', 'run (2)', 'other']
    """
    seen: dict[str, int] = {}
    names = []
    for path in paths:
        name = path.resolve().name or "run"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def without_places(value: Any) -> Any:
    """A copy of plain data in which an absolute path is only its last part.

    Example:
        >>> without_places({"path": "/home/kim/calls", "lr": 0.1, "files": ["~/a.txt"]})
        {'path': 'calls', 'lr': 0.1, 'files': ['a.txt']}
    """
    if isinstance(value, Mapping):
        return {name: without_places(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [without_places(entry) for entry in value]
    return last_part(value) if isinstance(value, str) else value


def last_part(text: str) -> str:
    """The last part of an absolute path; any other text as it is.

    Example:
        >>> last_part("/home/kim/calls/7.wav"), last_part("call/7")
        ('7.wav', 'call/7')
    """
    if not _ABSOLUTE.match(text):
        return text
    return re.split(r"[/\\]", text.rstrip("/\\"))[-1] or text[:1]


def shared_recipe(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe's data as it may be shown: the corpus is known by its content, not its place.

    Example:
        >>> shared_recipe({"corpus": {"path": "../kim/calls", "split": "s"}, "tasks": ["t"]})
        {'corpus': {'path': 'calls', 'split': 's'}, 'tasks': ['t']}
    """
    shown: dict[str, Any] = without_places(recipe)
    path = str(recipe["corpus"]["path"])
    shown["corpus"] = {**shown["corpus"], "path": re.split(r"[/\\]", path.rstrip("/\\"))[-1]}
    return shown
