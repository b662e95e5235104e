"""What an import tells of the files that it heard: their headers, and their channels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from malsori.corpus.counting import counted, few
from malsori.corpus.journal import Measured
from malsori.signals.containers import OddityKind

_SHOWN: Final = 4
_CHOOSE: Final = "--option channel=0 hears the first one of them, channel=each makes a row of each"

# Of one file and of several.
_ODDITIES: Final[dict[OddityKind, tuple[str, str]]] = {
    "unfinished": (
        "recording was never finished: without a length in its header, it is read to its end",
        "recordings were never finished: without a length in the header, they are read to the end",
    ),
    "longer": (
        "recording holds more audio than its header says, and is read to its end",
        "recordings hold more audio than their headers say, and are read to the end",
    ),
    "shorter": (
        "recording ends a little before its header says, and counts as whole",
        "recordings end a little before their headers say, and count as whole",
    ),
    "joined": (
        "file is several recordings one behind the other: only the first one is read",
        "files are several recordings one behind the other: only the first one of each is read",
    ),
    "trailing": (
        "recording is followed by bytes that are no audio, which are left out",
        "recordings are followed by bytes that are no audio, which are left out",
    ),
    "no-end": (
        "stream has no mark of its end (stopped hard or cut off), and is read as far as it goes",
        "streams have no mark of the end (stopped hard or cut off), and are read as far as they go",
    ),
    "gap": (
        "stream lacks a part in its middle, which is left out",
        "streams lack a part in the middle, which is left out",
    ),
}


@dataclass
class _Files:
    """How many files there are of a kind, and the first ones of them."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, file: str, detail: str = "") -> None:
        self.count += 1
        if len(self.first) < _SHOWN:
            self.first.append(f"{file}: {detail}" if detail else file)

    def said(self, one: str, several: str) -> str:
        names = self.first
        if self.count > len(names):
            more = self.count - len(names)
            return f"{counted(self.count, one, several)} ({', '.join(names)} and {more:,} more)"
        return f"{counted(self.count, one, several)} ({few(names)})"


class Heard:
    """Counts what was met in files, each of them once."""

    def __init__(self) -> None:
        self.total = 0
        self.channels: Counter[int] = Counter()  # of files of which any row is an average
        self.odd: dict[OddityKind, _Files] = {kind: _Files() for kind in _ODDITIES}
        self.cancelled, self.dead, self.different = _Files(), _Files(), _Files()

    def take(self, file: str, measured: Sequence[Measured]) -> None:
        """Counts a file by what was measured of its parts."""
        heard = [found for found in measured if found.sound is not None]
        if not heard:
            return
        self.total += 1
        for oddity in heard[0].told:
            self.odd[oddity.kind].add(file, oddity.detail)
        mixed = [m.sound.channels for m in heard if m.sound and m.sound.channels is not None]
        if not mixed:
            return
        self.channels[mixed[0].count] += 1
        softest = min(mixed, key=lambda channels: channels.change)
        if softest.cancelled:
            self.cancelled.add(file, f"{softest.change:.0f} dB")
        elif all(channels.dead for channels in mixed):
            self.dead.add(file)
        elif all(channels.different for channels in mixed):
            self.different.add(file)

    def notes(self) -> list[str]:
        """All of it, one sentence each."""
        notes = [files.said(*_ODDITIES[kind]) for kind, files in self.odd.items() if files.count]
        recordings = counted(self.total, "recording")
        for count, files in sorted(self.channels.items()):
            has = "has" if files == 1 else "have"
            notes.append(
                f"{files:,} of {recordings} {has} {count} channels, which are averaged: {_CHOOSE}"
            )
        return notes + self._of_channels()

    def _of_channels(self) -> list[str]:
        """What averaging does to some recordings."""
        notes = []
        if self.cancelled.count:
            said = self.cancelled.said(
                "recording has channels that cancel each other when they are averaged",
                "recordings have channels that cancel each other when they are averaged",
            )
            notes.append(f"{said}: nothing or little is left; choose one, as --option channel=0")
        if self.dead.count:
            said = self.dead.said(
                "recording has a channel without sound",
                "recordings have a channel without sound",
            )
            notes.append(f"{said}: the average is softer than the other; --option channel=0 or 1")
        if self.different.count:
            said = self.different.said(
                "recording has channels of different sounds, as the two sides of a call",
                "recordings have channels of different sounds, as the two sides of a call",
            )
            notes.append(
                f"{said}: their average is both at once; --option channel=each makes a row of each"
            )
        return notes
