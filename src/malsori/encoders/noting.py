"""Findings are kept beside the features that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from malsori.errors import MalsoriError
from malsori.findings import Finding
from malsori.io import read_json, sha256, write_json

_FILE: Final = "watch.json"
_VERSION: Final = 2
_KEPT: Final = 8  # sets of signals whose findings are kept, the latest ones


def digest_of(keys: Iterable[str], subject: str) -> str:
    """Names a set of signals."""
    return sha256("\n".join([subject, *sorted(keys)]).encode())[:32]


def note_findings(place: Path, digest: str, signals: int, findings: Sequence[Finding]) -> None:
    """Keeps what was found about a set of signals; none is worth knowing too."""
    entries = _entries(place)
    entries.pop(digest, None)
    entries[digest] = {
        "signals": signals,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "findings": [finding.data() for finding in findings],
    }
    latest = dict(list(entries.items())[-_KEPT:])
    try:
        write_json(place / _FILE, {"version": _VERSION, "sets": latest})
    except OSError:
        return  # a store that may only be read: the features are looked at each time


def noted_findings(place: Path, digest: str | None = None) -> list[Finding] | None:
    """What was found about a set of signals, or the latest set; None if it was not looked at."""
    entries = _entries(place)
    if digest is None and entries:
        digest = list(entries)[-1]
    try:
        return [Finding.of(data) for data in entries[digest or ""]["findings"]]
    except (KeyError, TypeError):
        return None


def _entries(place: Path) -> dict[str, Any]:
    try:
        found = read_json(place / _FILE)
        return dict(found["sets"]) if found["version"] == _VERSION else {}
    except (MalsoriError, OSError, KeyError, TypeError, ValueError):
        return {}  # it is only a note: the features are looked at again
