"""The tree of AI Hub 71768: records and recordings, paired by the stems of their names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from malsori.archives import SEPARATOR, Entry, Tree, nfc
from malsori.corpus.counting import counted
from malsori.errors import MalsoriError

KINDS: Final = ("구급", "구조", "화재", "기타")
"""Kinds of disaster (대분류), in the publisher's order."""

_ARCHIVE: Final = re.compile(r"([TV])[LS]\d*_(.+)")  # TL_서울_구급: labels of training, Seoul
_FOLDER: Final = re.compile(r"(?:\d+[. _-]*)?(training|validation)", re.IGNORECASE)
_PARTS: Final = {"t": "train", "v": "validation"}


@dataclass
class Layout:
    """What lies below a source."""

    root: Path  # folder that the recordings' references are relative to
    records: list[Entry]  # label records, sorted by place
    recordings: dict[str, list[Entry]]  # NFC stem → recordings of that name
    unreadable: dict[str, str]  # reference of an archive that cannot be opened → why
    notes: list[str] = field(default_factory=list)  # what was met, a sentence each


def explore(source: Path, audio_root: str | None = None) -> Layout:
    """Find the records and the recordings in folders and archives."""
    labels = Tree(source)
    audio = labels if audio_root is None else Tree(Path(audio_root))
    trees = [labels] if audio is labels else [labels, audio]
    unreadable = {name: why for tree in trees for name, why in tree.broken.items()}
    notes: list[str] = []
    records = _once(labels.having(".json"), notes)
    if not records:
        raise _no_records(source, unreadable, recordings=len(audio.having(".wav")))
    recordings: dict[str, list[Entry]] = {}
    for entry in _once(audio.having(".wav"), notes):
        recordings.setdefault(entry.stem, []).append(entry)
    if skipped := sum(tree.skipped for tree in trees):
        sides = counted(skipped, "file that a computer left", "files that computers left")
        notes.append(f"{sides} beside the data (such as ._a.wav) counted for nothing")
    return Layout(audio.root.resolve(), records, recordings, unreadable, notes)


def _no_records(source: Path, unreadable: dict[str, str], *, recordings: int) -> MalsoriError:
    what = f"{source} holds no label record (.json)"
    if unreadable:
        what += f"; {counted(len(unreadable), 'archive')} cannot be opened: " + "; ".join(
            unreadable.values()
        )
    elif recordings:
        what += f", only {counted(recordings, 'recording')}"
    return MalsoriError(
        what, hint="the labels are in TL_*.zip and VL_*.zip: put them below the same folder"
    )


def _once(entries: list[Entry], notes: list[str]) -> list[Entry]:
    """Files that lie both in an archive and unpacked beside it count once, as unpacked."""
    kept: list[Entry] = []
    for entry in entries:
        if not kept or kept[-1].parts != entry.parts:
            kept.append(entry)
        elif SEPARATOR in kept[-1].reference:
            kept[-1] = entry
    if twice := len(entries) - len(kept):
        files = counted(twice, f"{entries[0].suffix} file lies", f"{entries[0].suffix} files lie")
        notes.append(f"{files} both in an archive and unpacked beside it: the unpacked is read")
    return kept


def recording_of(record: Entry, recordings: list[Entry]) -> Entry | None:
    """The recording of a record among those of its name: rather that of its part and region."""
    if len(recordings) < 2:
        return recordings[0] if recordings else None
    place = place_of(record)
    return next((wav for wav in recordings if place_of(wav) == place), recordings[0])


class Place(NamedTuple):
    """Where a file was published: the part (``train``, ``validation``) and region, or None."""

    part: str | None
    region: str | None


def place_of(entry: Entry) -> Place:
    """Part and region by the names of the archives and folders around a file, the nearest first.

    Example:
        >>> place_of(Entry(Path("."), "", ("Training", "TL_서울_구급", "x.json"), 9))
        Place(part='train', region='서울')
        >>> place_of(Entry(Path("."), "", ("1.Validation", "라벨링데이터", "x.json"), 9))
        Place(part='validation', region=None)
    """
    return _place(entry.root, entry.parts[:-1])


@lru_cache(maxsize=4096)
def _place(root: Path, folders: tuple[str, ...]) -> Place:
    part = region = None
    for name in (*reversed(folders), nfc(root.resolve().name)):
        archive = _ARCHIVE.fullmatch(name)
        if archive and region is None:
            first = re.sub(r"^\d+[. -]*", "", archive[2].split("_")[0])
            region = first if first not in KINDS else None
        if found := archive or _FOLDER.fullmatch(name):
            part = part or _PARTS[found[1][0].lower()]
    return Place(part, region)
