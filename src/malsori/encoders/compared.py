"""Which shards were compared with their checksums, so that gigabytes are not read each time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from malsori.errors import MalsoriError
from malsori.io import atomic_write, read_json, sha256_file

_FILE: Final = "verified.json"


class Compared:
    """A note beside the shards: name, size and time of change of each that was found whole.

    A shard that was changed in any usual way since has another size or time, and is compared
    again. What rots without a trace is found by the checksum of each row when it is read.
    """

    def __init__(self, place: Path) -> None:
        self._file = place / _FILE
        self._states = self._read()
        self._before = dict(self._states)

    def _read(self) -> dict[str, list[int]]:
        try:
            found = read_json(self._file)
        except (MalsoriError, OSError):
            return {}  # it is only a note: everything is compared again
        if not isinstance(found, dict):
            return {}
        return {str(name): state for name, state in found.items() if isinstance(state, list)}

    def known(self, shard: Path) -> bool:
        """Whether a shard was compared and has not been changed since."""
        state = _state(shard)
        return state is not None and self._states.get(shard.name) == state

    def compare(self, shard: Path) -> bool:
        """Reads a whole shard; whether its content has the checksum that is its name."""
        state = _state(shard)
        whole = sha256_file(shard)[:32] == shard.stem
        if whole and state is not None:
            self._states[shard.name] = state
        else:
            self.forget(shard)
        return whole

    def forget(self, shard: Path) -> None:
        """Lets a shard be compared again."""
        self._states.pop(shard.name, None)

    def save(self, names: set[str] | None = None) -> None:
        """Writes the note, if it says anything new; not into folders that may only be read.

        If `names` of the shards that are there are given, the others' notes are dropped.
        """
        if names is not None:
            self._states = {name: state for name, state in self._states.items() if name in names}
        if self._states != self._before:
            try:
                atomic_write(self._file, json.dumps(self._states, indent=0))
            except OSError:
                return
            self._before = dict(self._states)


def _state(shard: Path) -> list[int] | None:
    try:
        found = shard.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns]
