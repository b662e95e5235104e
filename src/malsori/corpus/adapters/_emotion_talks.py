"""Conversations of AI Hub 263, rebuilt from the ids of its recordings.

A recording's id is 24 hexadecimal digits: the second at which it was made (8), the process that
recorded it (10), a counter (6). Recordings of one conversation follow one another closely.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

_ID = re.compile(r"[0-9a-f]{24}")


class Turn(NamedTuple):
    """A place in a conversation, counted from 0."""

    talk: str
    number: int


def made_at(recording: str) -> int | None:
    """The second (Unix time) at which a recording was made; None if the id does not tell.

    Example:
        >>> made_at("5e258fd1305bcf3ad153a6a4"), made_at("a-1")
        (1579519953, None)
    """
    return int(recording[:8], 16) if _ID.fullmatch(recording.lower()) else None


def rebuild(
    ids: Sequence[str | None], speakers: Sequence[tuple[str | None, ...]], gap: float
) -> list[Turn | None]:
    """The place of each recording in its conversation.

    Args:
        ids: of the recordings.
        speakers: release, age and gender of each; recordings that differ in one, or in the
            process that recorded them, are in different conversations.
        gap: minutes; a longer pause ends a conversation. Exactly this long does not.

    Returns:
        For each recording its conversation, called by the release and the id of the first one,
        and its number there; None where the id does not tell.
    """
    groups: dict[tuple[str | None, ...], list[tuple[int, str, int]]] = defaultdict(list)
    for i, (written, speaker) in enumerate(zip(ids, speakers, strict=True)):
        time = made_at(written) if written is not None else None
        if written is not None and time is not None:
            key = written.lower()
            groups[*speaker, key[8:18]].append((time, key, i))
    turns: list[Turn | None] = [None] * len(ids)
    for group, members in groups.items():
        last, talk, number = 0, "", 0
        for time, key, i in sorted(members):
            if not talk or time - last > 60 * gap:
                talk, number = f"{group[0]}/{key}", 0
            turns[i] = Turn(talk, number)
            last, number = time, number + 1
    return turns
