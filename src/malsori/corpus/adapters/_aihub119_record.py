"""One label record of AI Hub 71768: a JSON object for each call."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from malsori.corpus.members import is_missing
from malsori.schema import normal

CALLER: Final = "caller"
DISPATCHER: Final = "dispatcher"
OTHER: Final = "other"
_ROLES: Final = {0: DISPATCHER, 1: CALLER}  # the official guideline's example has them exchanged

LABELS: Final = {
    "urgency": "urgencyLevel",
    "sentiment": "sentiment",
    "disaster_large": "disasterLarge",
    "disaster_medium": "disasterMedium",
    "triage": "triage",
    "gender": "gender",
}
"""Task → its key in the record; ``symptom``, a list, is read apart."""

_LONGEST: Final = 2**40  # milliseconds: what is later is no time


class Utterance(NamedTuple):
    """What one person says; milliseconds, None where the record has no usable time."""

    start: int | None
    end: int | None
    text: str
    role: str

    @property
    def reversed(self) -> bool:
        """Whether it ends where it starts, or before."""
        return self.start is not None and self.end is not None and self.end <= self.start


@dataclass(frozen=True, slots=True)
class Record:
    """What is used of a record. The address is not: it says where somebody was in distress."""

    record_id: str | None  # the publisher's id of the call, or None
    media: str | None  # how the call came in, in small letters, or None
    # Day on which the record was made (UTC), from the id; ``2023-08-14`` or None
    annotated: str | None
    labels: dict[str, str | None]  # task → label as written, or None
    symptoms: list[str] | None  # as written, or None where there is none
    utterances: list[Utterance]  # in the order of time
    strange: int  # entries of the list of utterances that are none


def parse_record(data: bytes) -> Record:
    """Read a record; a BOM is no harm, and what is missing is None.

    Raises:
        ValueError: it is not JSON in UTF-8, not an object, or has no list of utterances. The
            message never quotes the record.
    """
    found = _object(data)
    listed = found.get("utterances")
    if not isinstance(listed, list):
        raise ValueError("the record has no list of utterances")  # noqa: TRY004
    utterances = [_utterance(entry) for entry in listed if isinstance(entry, dict)]
    return Record(
        record_id=_text(found.get("recordId")),
        media=(_text(found.get("mediaType")) or "").casefold() or None,
        annotated=_annotated(_text(found.get("_id"))),
        labels={task: _label(found.get(key)) for task, key in LABELS.items()},
        symptoms=_symptoms(found.get("symptom")),
        utterances=_in_time(utterances),
        strange=len(listed) - len(utterances),
    )


def called_on(stem: str) -> str | None:
    """The day of the call, from the end of a file's stem: ``YYYYMMDD``, hours may follow.

    Example:
        >>> called_on("64d9c2f0a1b2c3d4e5f60718_2023020706"), called_on("call_12345678")
        ('2023-02-07', None)
    """
    found = re.search(r"_(\d{4})(\d\d)(\d\d)\d{0,6}$", stem)
    try:
        return date(*map(int, found.groups())).isoformat() if found else None
    except ValueError:
        return None


def _object(data: bytes) -> dict[str, Any]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"the record is not UTF-8 (byte {error.start})") from error
    try:
        found = json.loads(text)
        if "\\ud" in text.lower():  # half of a pair of surrogates is no character
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError as error:
        raise ValueError("the record is nested too deeply to be one") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"the record is not JSON: {error.msg} ({where})") from error
    if not isinstance(found, dict):
        raise ValueError("the record is JSON, but not an object")  # noqa: TRY004
    return found


def _utterance(entry: dict[str, Any]) -> Utterance:
    text = entry.get("text")
    return Utterance(
        _milliseconds(entry.get("startAt")),
        _milliseconds(entry.get("endAt")),
        normal(text) if isinstance(text, str) else "",
        _role(entry.get("speaker")),
    )


def _in_time(utterances: list[Utterance]) -> list[Utterance]:
    """Sorted by their start; one without keeps its place behind the one before it in the list."""
    keys: list[tuple[int, int]] = []
    last = 0
    for place, utterance in enumerate(utterances):
        last = last if utterance.start is None else utterance.start
        keys.append((last, place))
    return [utterances[place] for _, place in sorted(keys)]


def _milliseconds(value: object) -> int | None:
    if type(value) is int and 0 <= value < _LONGEST:  # as in nearly all of them
        return value
    if isinstance(value, str):
        value = float(value) if re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(value) if math.isfinite(value) and 0 <= value < _LONGEST else None


def _role(value: object) -> str:
    if isinstance(value, str) and value.strip() in ("0", "1"):
        value = int(value)
    return _ROLES.get(value, OTHER) if isinstance(value, int) else OTHER


def _text(value: object) -> str | None:
    """A value as text in NFC; nothing, or another thing than text and numbers, is None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return normal(str(value)) or None


def _label(value: object) -> str | None:
    """A label; a word for 'missing' is none."""
    text = _text(value)
    return None if text is None or is_missing(text) else text


def _symptoms(value: object) -> list[str] | None:
    """The symptoms, each once; one alone may be written without a list."""
    listed = value if isinstance(value, list) else [value]
    named = [text for item in listed if (text := _label(item))]
    return list(dict.fromkeys(named)) or None


def _annotated(key: str | None) -> str | None:
    """An ObjectId begins with the seconds since 1970 at which it was made."""
    if key is None or not re.fullmatch(r"[0-9a-fA-F]{24}", key):
        return None
    return datetime.fromtimestamp(int(key[:8], 16), UTC).date().isoformat()
